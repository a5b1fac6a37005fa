"""Filters of lists: several values where several make sense, one everywhere else."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from attendance.register import Register
from attendance.values import MarkStatus
from tests.client.software.api.test_docs_page import calls
from tests.client.software.conftest import Software, is_problem


@pytest.fixture
def lesson(register: Register) -> str:
    """A session in which one student is late and one present, and a planned one."""
    course = register.courses.add("Physics", roster=["1", "2"])
    session = register.class_sessions.open_now(course.id, by="t")
    register.marking.mark("1", MarkStatus.LATE, by="t", session=session)
    register.marking.mark("2", MarkStatus.PRESENT, by="t", session=session)
    return session.id


def marks(software: Software, query: str) -> list[str]:
    return sorted(mark["roll_number"] for mark in software.get(f"/marks{query}").get_json()["items"])


def test_marks_of_several_statuses_are_listed(software: Software, register: Register, lesson: str) -> None:
    assert marks(software, "?status=late") == ["1"]
    assert marks(software, "?status=late&status=present") == ["1", "2"]
    assert marks(software, "?status=late&status=late&status=absent") == ["1"]
    assert marks(software, "?method=manual&method=face&status=present") == ["2"]
    assert marks(software, "?method=code&method=face") == []
    student = register.students.get("1").id
    software.delete(f"/sessions/{quote(lesson)}/marks/{student}")
    assert marks(software, "") == ["2"], "withdrawn ones only where they are asked for"
    assert marks(software, "?method=manual") == ["2"]
    assert marks(software, "?status=withdrawn&status=present") == ["1", "2"]


def test_pages_keep_to_several_statuses(software: Software, lesson: str) -> None:
    query = "?status=late&status=present&limit=1"
    first = software.get(f"/marks{query}").get_json()
    second = software.get(f"/marks{query}&after={first['next']}").get_json()
    both = {each["items"][0]["status"] for each in (first, second)}
    assert (both, second["next"]) == ({"late", "present"}, None)


def test_sessions_in_several_phases_are_listed(software: Software, register: Register, lesson: str) -> None:
    register.closing.close(lesson, by="t")
    later = register.class_sessions.open_now(register.courses.add("Art", roster=["1"]).id, by="t").id

    def found(query: str) -> set[str]:
        return {each["id"] for each in software.get(f"/sessions{query}").get_json()["items"]}

    assert found("?phase=open") == {later}
    assert found("?phase=open&phase=closed") == {later, lesson}
    assert found("?phase=planned&phase=cancelled") == set()


@pytest.mark.parametrize(
    "query",
    [
        "status=late&status=gone",
        "status=",
        "status=late,present",
        "status=late&session=a&session=a",
        "limit=1&limit=2",
        "method=manual&nothing=1&nothing=2",
    ],
)
def test_other_repetitions_and_values_are_refused(software: Software, query: str) -> None:
    assert is_problem(software.get(f"/marks?{query}"), 422, "not-as-described")


def test_a_refusal_names_what_is_repeated_and_what_may_be(software: Software) -> None:
    told = software.get("/marks?status=late&status=present&course=a&course=b").get_json(force=True)["detail"]
    assert "more often: course." in told
    assert "Only method, status may be repeated." in told


def test_every_filter_by_fixed_values_takes_several(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    schemas = document["components"]["schemas"]

    def has_fixed_values(schema: dict[str, Any]) -> bool:
        reference = schema.get("$ref", "").rpartition("/")[2]
        return "enum" in (schemas[reference] if reference else schema)

    found = 0
    for path, method, call in calls(document):
        for parameter in call.get("parameters", ()):
            assert not has_fixed_values(parameter["schema"]), f"{method} {path} {parameter['name']}"
            found += has_fixed_values(parameter["schema"].get("items", {}))
    assert found == 5
