"""A token that may write and not read: it learns no more than what it sent."""

from __future__ import annotations

import base64

import pytest
from flask import Flask

from attendance.accounts.api_tokens import Scope
from attendance.people.new_student import NewStudent
from attendance.register import Register
from client.software.lazy_api_app import software_of
from client.software.protocol.guard import READ_SCOPES
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS
from tests.client.software.conftest import Software, WithScopes, is_problem

GUARDIAN = "guardian@private.example"


@pytest.fixture
def writer(with_scopes: WithScopes) -> Software:
    """Software whose token may write everything and read nothing."""
    return with_scopes(*READ_SCOPES)


@pytest.fixture
def student(register: Register) -> str:
    """The address of a student with details."""
    found = register.students.get("1")
    person = NewStudent("1", "Eileen Collins", guardian_email=GUARDIAN)
    register.students.change(found.id, person, active=True)
    return f"/students/{found.id}"


def test_each_scope_to_write_has_one_to_read() -> None:
    assert set(READ_SCOPES) == {scope for scope in Scope if scope.value.endswith(":write")}
    assert all(read.value == write.value.replace("write", "read") for write, read in READ_SCOPES.items())


def test_an_empty_change_reads_nothing(writer: Software, student: str) -> None:
    for body in ({}, {"name": "Eileen M. Collins"}):
        answer = writer.patch(student, body)
        assert (answer.status_code, answer.data) == (204, b"")
        assert "ETag" not in answer.headers


def test_with_the_scope_to_read_the_answer_is_complete(with_scopes: WithScopes, student: str) -> None:
    answer = with_scopes(Scope.STUDENTS_WRITE, Scope.STUDENTS_READ).patch(student, {})
    assert answer.status_code == 200
    assert answer.get_json()["guardian_email"] == GUARDIAN
    assert answer.headers["ETag"]


def test_what_is_created_is_answered_with_its_address_alone(writer: Software, register: Register) -> None:
    answer = writer.post("/students", {"roll_number": "17", "name": "Student Seventeen"})
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Location"] == f"/api/v1/students/{register.students.get('17').id}"


def test_a_repeated_request_reads_nothing_either(writer: Software, register: Register) -> None:
    for _ in range(2):
        answer = writer.post("/students", {"roll_number": "17", "name": "Student Seventeen"}, key="k1")
        assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Idempotency-Replayed"] == "true"
    assert "ETag" not in answer.headers
    assert len(register.students.all()) == 3


def test_courses_sessions_and_marks_are_alike(writer: Software, register: Register) -> None:
    made = writer.post("/courses", {"name": "Physics", "roster": ["1"]})
    assert (made.status_code, made.data) == (204, b"")
    assert writer.patch("/courses/physics", {}).status_code == 204
    assert writer.post("/courses/physics/roster", {"add": ["2"]}).status_code == 204
    opened = writer.post("/sessions", {"course": "physics"})
    assert (opened.status_code, opened.data) == (204, b"")
    session = opened.headers["Location"].removeprefix("/api/v1").replace("|", "%7C")
    mark = f"{session}/marks/{register.students.get('1').id}"
    for answer in (
        writer.call("PUT", mark, json={"status": "late"}),
        writer.delete(mark),
        writer.post(f"{session}/close"),
        writer.post(f"{session}/reopen", {}),
    ):
        assert (answer.status_code, answer.data) == (204, b"")


def test_an_unknown_photo_does_not_show_whose_id_it_is(with_scopes: WithScopes, register: Register) -> None:
    register.students.add(NewStudent("CS-4711", "Somebody"))
    student = register.students.get("CS-4711").id
    answer = with_scopes(Scope.STUDENTS_WRITE).delete(f"/students/{student}/photos/none")
    assert is_problem(answer, 404, "not-found")
    assert "4711" not in answer.get_data(as_text=True)
    picture = base64.b64encode(photo_of(COLLINS, side=96)).decode()
    answer = with_scopes(Scope.RECOGNISE).post("/verify", {"student": student, "image": picture})
    assert is_problem(answer, 409, "conflict")
    assert "4711" not in answer.get_data(as_text=True)


def test_whose_face_it_is_is_not_said(writer: Software, register: Register) -> None:
    picture = base64.b64encode(photo_of(COLLINS, side=96)).decode()
    answer = writer.post(
        "/students", {"roll_number": "17", "name": "Somebody", "consent": "signed", "images": [picture]}
    )
    assert is_problem(answer, 409, "conflict")
    assert "another student" in answer.get_json()["detail"]
    assert "1" not in answer.get_json()["detail"]
    assert not answer.get_json().get("errors")
    assert len(register.students.all()) == 2


def test_the_document_says_so_of_each_call_that_writes(app: Flask) -> None:
    document = software_of(app).test_client().get("/api/v1/openapi.json").get_json()
    silent = {
        (method, path)
        for path, methods in document["paths"].items()
        for method, call in methods.items()
        if {"200", "201"} & set(call["responses"])
        and any(scope.endswith(":write") for need in call.get("security", []) for scope in need["token"])
        and "204" not in call["responses"]
    }
    assert silent == set()
