"""Lists come in pages: every one of them, in an order that adding and removing items doesn't shift."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from attendance.register import Register
from attendance.values import AlarmKind, MarkStatus
from client.software.protocol.paging import LONGEST_CURSOR, LONGEST_PAGE
from tests.attendance.store.builders import alarm
from tests.client.software.api.test_docs_page import calls
from tests.client.software.conftest import Software, is_problem

LISTS = [
    "/courses",
    "/days-off",
    "/marks",
    "/sessions",
    "/students",
    "/students/1/photos",
    "/students/1/templates",
]


@pytest.fixture
def full(register: Register) -> None:
    """Three of everything that is listed."""
    names = ("Physics", "physics", "Zoology", "\ufb03" * 100)  # one ligature is three letters when folded
    courses = [register.courses.add(name, roster=["1", "2"]) for name in names]
    for course in courses[:3]:
        session = register.class_sessions.open_now(course.id, by="t")
        register.marking.mark("1", MarkStatus.LATE, by="t", session=session)
    for day in ("2026-12-24", "2026-12-01", "2027-01-06"):
        register.days_off.add("Holiday", day, by="t")


def pages(software: Software, path: str, limit: int) -> list[list[Any]]:
    """The items of each page."""
    found, after = [], ""
    while True:
        page = software.get(f"{path}?limit={limit}{after}").get_json()
        found.append(page["items"])
        if page["next"] is None:
            return found
        assert len(page["next"]) <= LONGEST_CURSOR
        after = f"&after={quote(page['next'])}"


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.usefixtures("full")
def test_pages_put_together_are_the_list(software: Software, path: str) -> None:
    whole = software.get(f"{path}?limit={LONGEST_PAGE}").get_json()
    assert whole["next"] is None
    assert whole["items"] == software.get(path).get_json()["items"]
    for limit in (1, 2, len(whole["items"])):
        found = pages(software, path, limit)
        assert [item for page in found for item in page] == whole["items"]
        assert all(len(page) == limit for page in found[:-1])


@pytest.mark.parametrize("path", LISTS)
def test_a_page_has_bounds_and_begins_where_another_ended(software: Software, path: str) -> None:
    for query in ("limit=0", f"limit={LONGEST_PAGE + 1}", "limit=x", "after=x", "after=", "page=2"):
        assert is_problem(software.get(f"{path}?{query}"), 422, "not-as-described"), query


def test_the_pages_of_a_sessions_alarms_put_together_are_the_list(
    software: Software, register: Register
) -> None:
    session = register.sessions.today()
    ids = [register.students.get(roll).id for roll in ("1", "2")]
    for kind in (AlarmKind.SHARED_PHONE, AlarmKind.COPY, AlarmKind.LATE_CODE):
        made = alarm("+".join(ids), session.id, kind=kind, student_ids=tuple(ids))
        assert register.store.add_alarm(made)
    path = f"/sessions/{quote(session.id)}/alarms"
    whole = software.get(path).get_json()["items"]
    assert len(whole) == 3
    assert [item for page in pages(software, path, 1) for item in page] == whole


@pytest.mark.usefixtures("full")
def test_removing_an_item_shifts_no_page(software: Software, register: Register) -> None:
    first = software.get("/days-off?limit=2").get_json()
    assert [each["first_day"] for each in first["items"]] == ["2026-12-01", "2026-12-24"]
    register.days_off.remove(first["items"][1]["id"])
    rest = software.get(f"/days-off?limit=2&after={first['next']}").get_json()
    assert [each["first_day"] for each in rest["items"]] == ["2027-01-06"]


def test_every_list_of_the_document_is_one_of_pages(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    schemas = document["components"]["schemas"]
    lists = set()
    for path, method, call in calls(document):
        content = call["responses"].get("200", {}).get("content", {}).get("application/json")
        if method != "get" or content is None:
            continue
        fields = schemas[content["schema"]["$ref"].rpartition("/")[2]]["properties"]
        if fields.get("items", {}).get("type") == "array":
            lists.add(path)
            parameters = {each["name"] for each in call["parameters"]}
            assert {"limit", "after"} <= parameters, path
            assert "next" in fields, path
        else:
            assert call["operationId"].startswith("get_"), path
    tested = {f"/api/v1{path.replace('/1/', '/{student}/')}" for path in LISTS}
    own = {"/api/v1/changes", "/api/v1/sessions/{session}/alarms"}  # have tests of their own
    assert lists == tested | own, "add it to LISTS"
