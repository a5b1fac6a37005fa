"""Somebody sets the computer's clock ahead or back in the middle of a class."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from attendance.audit.chain.changes import Noted
from attendance.audit.chain.describing import event_of
from attendance.audit.chain.values import AuditFilter, AuditKind
from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.values import MarkStatus, Session
from tests.attendance.fake_pipeline import burst_beside
from tests.attendance.frozen_clock import FrozenClock
from tests.client.conftest import PAGE, Phone
from tests.client.signed_in import PASSWORD, SignedIn


@pytest.fixture
def session(register: Register, clock: FrozenClock) -> Session:
    """A class of Physics, five minutes after it was opened; Grace Hopper is marked."""
    course = register.courses.add("Physics", roster=["1", "2"], late_after_minutes=10)
    opened = register.class_sessions.open_now(course.id, by="teacher")
    clock.advance(minutes=5)
    register.marking.mark("2", MarkStatus.PRESENT, by="teacher", session=opened)
    return opened


@pytest.fixture
def phone(app: Flask, phone: Phone, register: Register, session: Session) -> Phone:
    """A phone in front of the class's code."""
    phone.wall = lambda: f"/s/{register.entrances.address(session)}"
    return phone


def home(admin: SignedIn) -> str:
    return " ".join(admin.get("/teach/", headers={"Accept": PAGE}).text.split())


def statuses(register: Register, session: Session) -> dict[str, str]:
    rolls = {student.id: student.roll_number for student in register.students.all()}
    return {rolls[mark.student_id]: mark.status.value for mark in register.store.marks(session.id)}


def test_a_day_ahead_and_back_loses_no_mark_and_can_be_undone(
    phone: Phone, admin: SignedIn, register: Register, session: Session, clock: FrozenClock
) -> None:
    register.settle_due()
    phone.scan()
    photo = phone.face("Eileen Collins")
    burst = burst_beside(photo, phone.asked())
    clock.set_wrong(days=1)
    register.settle_due()
    refused = phone.submit(photo, burst=burst)
    assert refused.status_code == 403
    assert refused.get_json()["message"]
    assert statuses(register, session) == {"1": "absent", "2": "present"}
    admin.log_in()  # the login of yesterday is over by this clock
    assert "was set 1 day ahead" in home(admin)
    assert admin.get("/healthz").get_json()["failing"] == ["clock"]
    clock.set_wrong(days=-1)
    register.settle_due()
    admin.log_in()
    assert "The clock of the server" not in home(admin)
    admin.post(f"/teach/sessions/{session.id}/reopen")
    assert register.class_sessions.get(session.id).closes_at == session.closes_at
    phone.scan()
    assert phone.submit(photo, burst=burst_beside(photo, phone.asked())).get_json()["code"] == "present"
    assert statuses(register, session) == {"1": "present", "2": "present"}
    assert register.audit.verify().is_clean


def test_an_hour_back_refuses_with_a_sentence_and_goes_on_when_it_is_right_again(
    phone: Phone, admin: SignedIn, register: Register, session: Session, clock: FrozenClock
) -> None:
    register.settle_due()
    phone.scan()
    photo = phone.face("Eileen Collins")
    burst = burst_beside(photo, phone.asked())
    clock.set_wrong(hours=-1)
    register.settle_due()
    answer = phone.submit(photo, burst=burst)
    assert answer.get_json()["message"]
    assert "was set 1 hour back" in home(admin)
    page = phone.another().scan()
    assert page.status_code in (200, 409)
    clock.set_wrong(hours=1)
    register.settle_due()
    assert phone.submit(photo, burst=burst).get_json()["code"] == "present"
    assert statuses(register, session) == {"1": "present", "2": "present"}
    entries = register.audit.find(AuditFilter(), 1000)
    assert [each.number for each in entries] == sorted((each.number for each in entries), reverse=True)


def test_a_late_threshold_goes_by_the_right_clock_again(
    phone: Phone, register: Register, session: Session, clock: FrozenClock
) -> None:
    clock.set_wrong(hours=-1)
    clock.set_wrong(hours=1)
    clock.advance(minutes=6)
    phone.scan()
    photo = phone.face("Eileen Collins")
    assert phone.submit(photo).get_json()["code"] == "late"


def test_a_jump_ahead_erases_nobody_who_left(register: Register, clock: FrozenClock) -> None:
    register.students.change(register.students.get("2").id, NewStudent("2", "Grace Hopper"), active=False)
    register.store.chain_pending()
    for _ in range(3):
        register.settle_due()
        clock.advance(hours=12)
    for span in (timedelta(days=1), timedelta(days=4000)):
        clock.set_wrong(days=span.days)
        register.settle_due()
        clock.advance(minutes=30)
        register.settle_due()
        clock.set_wrong(days=-span.days)
        register.settle_due()
    clock.advance(days=2)
    register.settle_due()
    assert [student.roll_number for student in register.store.students()] == ["1", "2"]
    assert register.store.templates()


def test_a_wrong_password_of_tomorrow_keeps_nobody_out_today(admin: SignedIn, clock: FrozenClock) -> None:
    clock.set_wrong(days=1)
    for _ in range(10):
        admin.post("/login", {"username": admin.user.username, "password": "wrong"})
    clock.set_wrong(days=-1)
    answer = admin.post("/login", {"username": admin.user.username, "password": PASSWORD})
    assert answer.status_code == 303


def test_the_audit_trail_keeps_its_order_though_its_times_go_back(register: Register) -> None:
    day = datetime(2026, 11, 24, tzinfo=UTC)
    for number, at in enumerate((day, day - timedelta(hours=1), day + timedelta(hours=1))):
        register.store.note_event(event_of(Noted(AuditKind.EXPORT, about=f"export {number}"), at))
    register.store.chain_pending()
    found = register.audit.find(AuditFilter(kinds=(AuditKind.EXPORT,)), 3)
    assert [each.about for each in found] == ["export 2", "export 1", "export 0"]
    assert register.audit.verify().is_clean
