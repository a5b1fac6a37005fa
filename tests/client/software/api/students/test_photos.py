"""Enrolled photos through the API, one by one, and the earlier addresses that they replace."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from attendance.accounts.api_tokens import Scope
from attendance.register import Register
from attendance.values import ChangeKind
from client.software.api.students.photos import PHOTOS_INSTEAD
from client.software.protocol.headers.deprecation import BESIDE_MONTHS, KEPT_MONTHS
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS
from tests.client.software.api.test_docs_page import calls
from tests.client.software.conftest import Software, WithScopes, is_problem

ANOTHER = photo_of(COLLINS, side=80)
PATH = "/students/1/photos"


@pytest.fixture
def two(software: Software, register: Register) -> list[str]:
    """The ids of both photos of a student, in their order."""
    register.clock.advance(minutes=1)  # type: ignore[attr-defined]  # a FrozenClock
    software.post(PATH, {"images": [base64.b64encode(ANOTHER).decode()]})
    return [photo["id"] for photo in software.get(PATH).get_json()["items"]]


def test_the_list_says_what_is_enrolled_and_shows_no_face(
    software: Software, register: Register, two: list[str]
) -> None:
    answer = software.get(PATH)
    first, second = answer.get_json()["items"]
    assert second["id"] == hashlib.sha256(ANOTHER).hexdigest()
    assert (second["engine"], second["detector"]) == ("fake-1", "fake")
    assert second["quality"] == round(second["quality"], 4)
    assert first["created_at"] < second["created_at"]
    assert [first["is_portrait"], second["is_portrait"]].count(True) == 1
    assert set(first) == {"id", "engine", "detector", "quality", "created_at", "is_portrait"}
    assert is_problem(software.get("/students/77/photos"), 404, "not-found")


def test_one_goes_without_the_others(software: Software, register: Register, two: list[str]) -> None:
    first, second = two
    register.clock.advance(minutes=1)  # type: ignore[attr-defined]  # a FrozenClock
    assert software.delete(f"{PATH}/{first}").status_code == 204
    assert [photo["id"] for photo in software.get(PATH).get_json()["items"]] == [second]
    again = software.delete(f"{PATH}/{first}")
    assert is_problem(again, 404, "not-found")
    assert f"has no enrolled photo '{first}'" in again.get_json(force=True)["detail"]
    assert is_problem(software.delete(f"/students/2/photos/{second}"), 404, "not-found")
    student = register.students.get("1")
    newest = register.student_history.latest(1, student.id)[0]
    assert (newest.kind, newest.by) == (ChangeKind.PHOTO_ERASED, "api:software 0")


def test_repeated_with_its_key_it_is_done_once(
    software: Software, register: Register, two: list[str]
) -> None:
    for _ in range(2):
        answer = software.delete(f"{PATH}/{two[0]}", headers={"Idempotency-Key": "k1"})
        assert answer.status_code == 204
    student = register.students.get("1")
    noted = [each.kind for each in register.student_history.latest(9, student.id)]
    assert noted.count(ChangeKind.PHOTO_ERASED) == 1


def test_after_the_last_one_the_student_is_not_enrolled(software: Software, two: list[str]) -> None:
    picture = base64.b64encode(photo_of(COLLINS)).decode()
    for photo in two:
        software.delete(f"{PATH}/{photo}")
    assert software.get(PATH).get_json() == {"items": [], "next": None}
    body = {"image": picture, "student": "1"}
    assert is_problem(software.post("/verify", body), 409, "conflict")
    faces = software.post("/recognise", {"image": picture}).get_json()["faces"]
    assert [face["outcome"] for face in faces] == ["unknown"]
    assert software.get("/students/1").get_json()["consent"] is not None
    added = software.post(PATH, {"images": [picture]})
    assert [photo["status"] for photo in added.get_json()["photos"]] == ["used"]


def test_reading_and_erasing_have_their_scopes(with_scopes: WithScopes, two: list[str]) -> None:
    reader, writer = with_scopes(Scope.STUDENTS_READ), with_scopes(Scope.STUDENTS_WRITE)
    assert is_problem(writer.get(PATH), 403, "scope-missing")
    assert is_problem(reader.delete(f"{PATH}/{two[0]}"), 403, "scope-missing")
    assert writer.delete(f"{PATH}/{two[0]}").status_code == 204
    assert writer.delete(PATH).status_code == 204
    assert reader.get(PATH).get_json()["items"] == []


def test_the_earlier_addresses_work_and_name_their_successor(software: Software, register: Register) -> None:
    student = register.students.get("1").id
    picture = base64.b64encode(ANOTHER).decode()
    answers = [
        software.get(f"/students/{student}/templates"),
        software.post(f"/students/{student}/templates", {"images": [picture]}, key="k1"),
        software.post(f"/students/{student}/templates", {"images": [picture]}, key="k1"),
        software.delete(f"/students/{student}/templates"),
        software.get("/students/77/templates"),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 204, 404]
    for answer in answers:
        at = datetime.fromtimestamp(int(answer.headers["Deprecation"].removeprefix("@")), UTC)
        assert at.date() == PHOTOS_INSTEAD.since
        assert answer.headers["Sunset"] == "Sat, 01 Jan 2028 00:00:00 GMT"
    successor, meaning = answers[0].headers["Link"].split(", ")
    assert successor == f'</api/v1/students/{student}/photos>; rel="successor-version"'
    assert meaning == '</docs>; rel="deprecation"'
    for call in ("/students", PATH):
        assert not {"Deprecation", "Sunset", "Link"} & set(software.get(call).headers.keys())
    odd = software.get(f"/students/{quote('a>b é')}/templates").headers["Link"]
    assert odd.startswith("</api/v1/students/a%3Eb%20%C3%A9/photos>")


def test_the_document_marks_what_is_deprecated_and_says_until_when(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    deprecated = {call["operationId"]: call for _, _, call in calls(document) if call.get("deprecated")}
    assert set(deprecated) == {"list_templates", "add_templates", "erase_templates"}
    for call in deprecated.values():
        assert "kept until 2028-01-01 at least. Use `/students/{student}/photos`." in call["description"]


def test_what_is_deprecated_is_kept_as_long_as_promised(client: FlaskClient) -> None:
    promise = (Path(__file__).parents[5] / "docs" / "api.md").read_text(encoding="utf-8")
    assert f"keep working for at least {KEPT_MONTHS} months" in promise
    assert f"beside it for at least {BESIDE_MONTHS} months" in promise
    assert promise.count(f"| {PHOTOS_INSTEAD.since} |") == 2
    told = client.get("/api/v1/openapi.json").get_json()["info"]["description"]
    assert f"at least {KEPT_MONTHS} months" in told
    assert f"at least {BESIDE_MONTHS} months" in told
    months = (PHOTOS_INSTEAD.until.year - PHOTOS_INSTEAD.since.year) * 12
    months += PHOTOS_INSTEAD.until.month - PHOTOS_INSTEAD.since.month
    assert months >= KEPT_MONTHS
