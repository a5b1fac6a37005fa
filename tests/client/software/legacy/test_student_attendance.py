"""/student_attendance, as clients of other systems call it."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from attendance.accounts.api_tokens import Scope
from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.values import MarkStatus, Student
from client.software.legacy import attendance_list
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.site import COLLINS, HOPPER
from tests.client.signed_in import PASSWORD, SignedIn, SignIn
from tests.client.software.legacy.conftest import (
    ELSEWHERE,
    HERE,
    OldClient,
    WithScopes,
    data_url,
    failed,
    page_of,
)


def test_marks_are_listed_with_the_oldest_first(
    old_client: OldClient, register: Register, clock: FrozenClock
) -> None:
    old_client.json("/recognize", image=data_url(photo_of(HOPPER)))
    clock.advance(minutes=50)
    old_client.json("/recognize", image=data_url(photo_of(COLLINS)))
    session = register.sessions.today().id
    hidden = dict.fromkeys(("image_id", "email", "phone", "department", "year"))
    shared = {"under_review": False, "course": "General", "session": session, **hidden}
    answer = old_client.get("/student_attendance")
    assert answer.status_code == 200
    assert answer.get_json() == [
        {
            "roll_no": "2",
            "name": "Grace Hopper",
            "time": "2026-11-23T09:02:00+01:00",
            "timestamp": "2026-11-23 09:02:00",
            "status": "present",
            **shared,
        },
        {
            "roll_no": "1",
            "name": "Eileen Collins",
            "time": "2026-11-23T09:52:00+01:00",
            "timestamp": "2026-11-23 09:52:00",
            "status": "late",
            **shared,
        },
    ]
    assert old_client.get("/student_attendance/").get_json() == answer.get_json()


@pytest.fixture
def present(register: Register) -> Student:
    """Eileen Collins with all details, marked."""
    details: dict[str, Any] = {
        "email": "e@example.org",
        "phone": "303 555 0101",
        "department": "Flight",
        "year": "2",
    }
    student = replace(register.students.get("1"), image_id="4", **details)
    register.store.update_student(student)
    register.marking.mark("1", MarkStatus.PRESENT, by="teacher", session=register.sessions.today())
    return student


def test_details_and_pictures_need_the_scope_for_them(
    with_scopes: WithScopes, register: Register, present: Student
) -> None:
    contact = ("email", "phone", "department", "year")
    reader, both = with_scopes(Scope.MARKS_READ), with_scopes(Scope.MARKS_READ, Scope.STUDENTS_READ)
    (row,) = reader.get("/student_attendance").get_json()
    assert [row[field] for field in contact] == [None] * 4
    assert row["image_id"] == "4"
    assert failed(reader.get("/student_attendance?image_data=true"), 403, "scope-missing", "students:read")
    (row,) = both.get("/student_attendance").get_json()
    assert [row[field] for field in contact] == [getattr(present, field) for field in contact]
    assert "image_data" not in row
    (row,) = both.get("/student_attendance?image_data=true").get_json()
    portrait = register.store.portrait_of(present.id)
    assert portrait is not None
    assert base64.b64decode(row["image_data"], validate=True) == portrait.jpeg


@pytest.mark.usefixtures("present")
def test_a_teacher_reads_details_only_with_the_right_to_enrol(teacher: SignedIn, enroller: SignedIn) -> None:
    (row,) = page_of(teacher).get("/student_attendance").get_json()
    assert (row["name"], row["phone"]) == ("Eileen Collins", None)
    assert failed(page_of(teacher).get("/student_attendance?image_data=1"), 403, "scope-missing")
    (row,) = page_of(enroller).get("/student_attendance?image_data=1").get_json()
    assert row["phone"] == "303 555 0101"
    assert row["image_data"]


def test_a_course_for_everybody_gives_a_teacher_nobodys_details(
    sign_in: SignIn, register: Register, present: Student
) -> None:
    hers = sign_in(enrols=True)
    register.marking.mark("2", MarkStatus.PRESENT, by="teacher", session=register.sessions.today())
    register.courses.add("Physics", teachers=[hers.user.id], roster=["2"])
    hopper = replace(register.students.get("2"), phone="303 555 0102")
    register.store.update_student(hopper)
    rows = page_of(hers).get("/student_attendance?image_data=true").get_json()
    shown = {row["roll_no"]: (row["phone"], row["image_data"] is not None) for row in rows}
    assert shown == {present.roll_number: (None, False), "2": ("303 555 0102", True)}


def test_a_student_without_a_portrait_has_no_picture(old_client: OldClient, register: Register) -> None:
    register.students.add(NewStudent("3", "Katherine Johnson"))
    register.marking.mark("3", MarkStatus.PRESENT, by="teacher", session=register.sessions.today())
    (row,) = old_client.get("/student_attendance?IMAGE_DATA=true").get_json()
    assert row["image_data"] is None


def test_absences_are_listed_and_marks_that_were_taken_back_are_not(
    old_client: OldClient, register: Register
) -> None:
    session = register.sessions.today()
    for roll_number in ("1", "2"):
        register.marking.mark(roll_number, MarkStatus.ABSENT, by="teacher", session=session)
    register.corrections.take_back(session.id, register.students.get("2").id, by="teacher")
    listed = old_client.get("/student_attendance").get_json()
    assert [(each["roll_no"], each["status"]) for each in listed] == [("1", "absent")]


def test_marks_of_a_cancelled_session_are_not_listed(old_client: OldClient, register: Register) -> None:
    session = register.sessions.today()
    register.marking.mark("1", MarkStatus.PRESENT, by="Ada", session=session)
    assert len(old_client.get("/student_attendance").get_json()) == 1
    register.cancelling.cancel(session.id, by="Ada")
    assert old_client.get("/student_attendance").get_json() == []
    register.cancelling.restore(session.id, by="Ada")
    assert len(old_client.get("/student_attendance").get_json()) == 1


def test_days_can_be_asked_for(old_client: OldClient, register: Register, clock: FrozenClock) -> None:
    register.marking.mark("1", MarkStatus.PRESENT, by="teacher", session=register.sessions.today())
    clock.advance(days=40)
    assert old_client.get("/student_attendance").get_json() == []
    (mark,) = old_client.get("/student_attendance?first_day=2026-11-23&last_day=2026-11-23&page=2").get_json()
    assert mark["roll_no"] == "1"


@pytest.mark.parametrize(
    "query",
    [
        "first_day=yesterday",
        "first_day=2026-02-30",
        "last_day=",
        "first_day=2026-11-23&last_day=2026-11-22",
        "first_day=2000-01-01",
        "first_day=0001-01-01&last_day=9999-12-31",
        "image_data=perhaps",
        "first_day=2026-11-23&first_day=2026-11-24",
    ],
)
def test_days_that_are_none_are_refused(old_client: OldClient, query: str) -> None:
    assert failed(old_client.get(f"/student_attendance?{query}"), 422, "not-as-described")


@pytest.mark.parametrize("query", ["last_day=0001-01-01", "first_day=9999-12-31"])
def test_the_first_and_the_last_day_of_the_calendar_have_no_marks(old_client: OldClient, query: str) -> None:
    assert old_client.get(f"/student_attendance?{query}").get_json() == []


def test_too_many_marks_for_one_answer_are_said(
    old_client: OldClient, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    for roll_number in ("1", "2"):
        register.marking.mark(
            roll_number, MarkStatus.PRESENT, by="teacher", session=register.sessions.today()
        )
    monkeypatch.setattr(attendance_list, "MOST_MARKS", 2)
    assert old_client.get("/student_attendance").status_code == 200
    monkeypatch.setattr(attendance_list, "MOST_MARKS", 1)
    answer = old_client.get("/student_attendance")
    assert failed(answer, 413, "too-large", "2 marks", "/api/v1/marks")
    monkeypatch.setattr(attendance_list, "MOST_WITH_PICTURES", 1)
    answer = old_client.get("/student_attendance?image_data=true")
    assert failed(answer, 413, "too-large", "2 marks", "omit image_data")


def test_who_left_the_register_is_not_listed(old_client: OldClient, register: Register) -> None:
    register.students.add(NewStudent("3", "Katherine Johnson"))
    register.marking.mark("3", MarkStatus.PRESENT, by="teacher", session=register.sessions.today())
    register.students.remove("3")
    assert old_client.get("/student_attendance").get_json() == []


def test_a_teacher_reads_the_marks_of_their_own_courses(sign_in: SignIn, register: Register) -> None:
    hers, other = sign_in(), sign_in()
    course = register.courses.add("Physics", teachers=[hers.user.id])
    session = register.class_sessions.open_now(course.id, by="Ada")
    register.marking.mark("1", MarkStatus.PRESENT, by="teacher", session=session)
    assert len(page_of(hers).get("/student_attendance").get_json()) == 1
    assert page_of(other).get("/student_attendance").get_json() == []


def test_a_browser_reads_only_for_pages_of_ours(teacher: SignedIn) -> None:
    page = page_of(teacher)
    taken = [{"Origin": HERE}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}]
    for headers in taken:
        page.headers = headers
        assert page.get("/student_attendance").status_code == 200, headers
    refused = [
        {},
        {"Origin": ELSEWHERE},
        {"Origin": ELSEWHERE, "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ]
    for headers in refused:
        page.headers = headers
        assert failed(page.get("/student_attendance"), 401, "token-missing"), headers


def test_a_token_whose_time_is_over_is_refused(app: Flask, register: Register, clock: FrozenClock) -> None:
    soon = clock.now() + timedelta(hours=1)
    new = register.api_tokens.make("short", [Scope.MARKS_READ.value], by="admin", expires_at=soon)
    client = OldClient(app, {"Authorization": f"Bearer {new.text}"})
    assert client.get("/student_attendance").status_code == 200
    clock.advance(hours=2)
    assert failed(client.get("/student_attendance"), 401, "token-invalid")


def test_the_list_is_an_export_and_asks_a_login_for_the_password(
    teacher: SignedIn, register: Register, clock: FrozenClock
) -> None:
    register.marking.mark("1", MarkStatus.PRESENT, by="teacher", session=register.sessions.today())
    typed_into_the_browser = {"Sec-Fetch-Site": "none"}
    assert teacher.get("/student_attendance", headers=typed_into_the_browser).status_code == 200
    clock.advance(minutes=10)
    refused = teacher.get("/student_attendance", headers=typed_into_the_browser)
    assert refused.status_code == 403
    assert "Enter your password at /teach/account/proof first" in refused.get_json()["message"]
    teacher.post("/teach/account/proof", {"proof": PASSWORD})
    assert teacher.get("/student_attendance", headers=typed_into_the_browser).status_code == 200
