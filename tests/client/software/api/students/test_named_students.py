"""Whoever names a student may do so by id or by roll number; an id counts first."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.values import MarkStatus
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS
from tests.client.software.api.test_docs_page import calls
from tests.client.software.conftest import Software, is_problem

PICTURE = base64.b64encode(photo_of(COLLINS)).decode()
NAMES = ("id", "1", "\uff11")
"""How Eileen Collins is named: by her id, her roll number, and that in full-width digits."""


@pytest.fixture
def session(register: Register) -> str:
    course = register.courses.add("Physics", roster=["1", "2"])
    return register.class_sessions.open_now(course.id, by="t").id


def named(register: Register, name: str) -> str:
    return register.students.get("1").id if name == "id" else name


@pytest.mark.parametrize("name", NAMES)
def test_every_address_of_a_student_takes_both(
    software: Software, register: Register, session: str, name: str
) -> None:
    student = register.students.get("1")
    path = f"/students/{quote(named(register, name))}"
    mark = f"/sessions/{quote(session)}/marks/{quote(named(register, name))}"
    assert software.get(path).get_json()["id"] == student.id
    assert software.patch(path, {"phone": "5"}).get_json()["phone"] == "5"
    assert len(software.get(f"{path}/templates").get_json()["items"]) == 1
    added = software.post(f"{path}/templates", {"images": [PICTURE]}).get_json()
    assert added["student"]["id"] == student.id
    assert software.call("PUT", mark, json={"status": "late"}).get_json()["student"] == student.id
    assert software.get(mark).get_json()["status"] == "late"
    assert software.delete(mark).get_json()["status"] == "withdrawn"
    query = f"/marks?status=withdrawn&student={quote(named(register, name))}"
    assert [each["student"] for each in software.get(query).get_json()["items"]] == [student.id]
    assert software.delete(f"{path}/templates").status_code == 204
    assert software.delete(path).status_code == 200
    assert register.store.student(student.id) is None


@pytest.mark.parametrize("name", NAMES)
def test_every_body_that_names_students_takes_both(software: Software, register: Register, name: str) -> None:
    student = register.students.get("1")
    who = named(register, name)
    made = software.post("/courses", {"name": "Art", "roster": [who, "1", student.id]}).get_json()
    assert made["students"] == 1
    roster = f"/courses/{made['id']}/roster"
    assert software.post(roster, {"remove": [who]}).get_json()["students"] == 0
    assert software.post(roster, {"add": [who, "2"]}).get_json()["students"] == 2
    assert register.courses.get(made["id"]).roster[0] == student.id  # type: ignore[index]
    body = {"image": PICTURE, "student": who}
    assert software.post("/verify", body).get_json()["claim"] == "confirmed"


def test_what_equals_the_id_of_another_student_is_that_id(
    software: Software, register: Register, session: str
) -> None:
    collins = register.students.get("1").id
    confusing = register.students.add(NewStudent(collins, "Whoever"))
    assert software.get(f"/students/{collins}").get_json()["roll_number"] == "1"
    assert software.get(f"/students/{confusing.id}").get_json()["roll_number"] == collins
    (found,) = software.get(f"/students?roll_number={collins}").get_json()["items"]
    assert found["id"] == confusing.id, "a filter by roll number means nothing else"
    software.call("PUT", f"/sessions/{quote(session)}/marks/{collins}", json={"status": "late"})
    assert [mark.student_id for mark in register.store.marks(session)] == [collins]
    register.marking.mark(collins, MarkStatus.LATE, by="t", session=register.store.session(session))
    assert [
        each["roll_number"] for each in software.get(f"/marks?student={collins}").get_json()["items"]
    ] == ["1"]
    (other,) = software.get(f"/marks?roll_number={collins}").get_json()["items"]
    assert other["student"] == confusing.id


def test_a_problem_names_what_was_looked_for(software: Software, register: Register, session: str) -> None:
    mark = f"/sessions/{quote(session)}/marks"
    for answer in (
        software.get("/students/77"),
        software.get(f"{mark}/77"),
        software.call("PUT", f"{mark}/77", json={"status": "late"}),
        software.post("/courses/physics/roster", {"add": ["1", "77"]}),
        software.post("/courses", {"name": "Art", "roster": ["77"]}),
        software.post("/verify", {"image": PICTURE, "student": "77"}),
    ):
        assert is_problem(answer, 404, "not-found")
        assert "No student has the id or roll number '77'." in answer.get_json(force=True)["detail"]
    both = software.post("/courses/physics/roster", {"remove": ["77", "1", "78"]})
    assert "'77', '78'" in both.get_json(force=True)["detail"]
    assert len(register.courses.get("physics").roster or ()) == 2
    by_number = software.post("/verify", {"image": PICTURE, "roll_number": "77"})
    assert "No student has the roll number '77'." in by_number.get_json(force=True)["detail"]
    (missing,) = {software.get(f"{mark}/{who}").get_json(force=True)["detail"] for who in ("1",)}
    assert missing == f"Student '1' has no mark in session {session!r}."
    assert "no session 'none'" in software.get("/sessions/none/marks/1").get_json(force=True)["detail"]


@pytest.mark.parametrize("names", [{}, {"student": "1", "roll_number": "1"}, {"student": None}])
def test_a_picture_is_compared_with_one_student(software: Software, names: dict[str, Any]) -> None:
    answer = software.post("/verify", {"image": PICTURE, **names})
    assert is_problem(answer, 422, "not-as-described")
    assert "either student or roll_number" in answer.text


def test_the_document_says_so_wherever_a_student_is_named(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    found = 0
    for path, method, call in calls(document):
        for parameter in call.get("parameters", ()):
            if parameter["name"] == "student":
                assert "id or roll number" in parameter["description"], f"{method} {path}"
                found += 1
    assert found > 8
