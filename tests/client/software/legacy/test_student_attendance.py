"""/student_attendance, as clients of other systems call it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from attendance.accounts.api_tokens import Scope
from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.values import MarkStatus
from client.software.legacy import own_camera
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.site import COLLINS, HOPPER
from tests.client.signed_in import PASSWORD, SignedIn, SignIn
from tests.client.software.legacy.conftest import (
    ELSEWHERE,
    HERE,
    OldClient,
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
    shared = {"under_review": False, "course": "General", "session": session}
    answer = old_client.get("/student_attendance")
    assert answer.status_code == 200
    assert answer.get_json() == [
        {
            "roll_no": "2",
            "name": "Grace Hopper",
            "time": "2026-11-23T09:02:00+01:00",
            "status": "present",
            **shared,
        },
        {
            "roll_no": "1",
            "name": "Eileen Collins",
            "time": "2026-11-23T09:52:00+01:00",
            "status": "late",
            **shared,
        },
    ]
    assert old_client.get("/student_attendance/").get_json() == answer.get_json()


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
    monkeypatch.setattr(own_camera, "MOST_MARKS", 2)
    assert old_client.get("/student_attendance").status_code == 200
    monkeypatch.setattr(own_camera, "MOST_MARKS", 1)
    answer = old_client.get("/student_attendance")
    assert failed(answer, 413, "too-large", "2 marks", "/api/v1/marks")


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
