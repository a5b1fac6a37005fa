"""The page of notices: what would be sent, what was, and "Send now", for whoever runs the course."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from attendance.notices.service import Notices
from attendance.notices.values import Step
from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.settings.mail_settings import MailSecurity, MailSender, SmtpServer
from attendance.settings.settings import Settings
from attendance.values import Course, MarkStatus, Notice, NoticeKind, NoticeState, Role, Session
from client import create_app
from tests.attendance.mail_server import Postbox, running
from tests.client.signed_in import SignedIn, SignIn

pytestmark = pytest.mark.server

PAGE = "/teach/notices/"
NOBODY = SmtpServer("localhost", 1, MailSecurity.NONE)  # a port on which no mail server listens


@pytest.fixture
def postbox() -> Postbox:
    """What the mail server took."""
    return Postbox()


@pytest.fixture
def settings(settings: Settings, postbox: Postbox, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """A site that writes about everything, unless a test says otherwise."""
    if getattr(request, "param", "on") == "off":
        yield settings
        return
    with running(postbox) as server:
        yield replace(
            settings,
            smtp=server,
            mail_from=MailSender("School", "office@school.example"),
            notices=frozenset(NoticeKind),
        )


OFF = pytest.mark.parametrize("settings", ["off"], indirect=True)


def hold(register: Register, course: Course) -> Session:
    """A session that nobody came to."""
    session = register.class_sessions.open_now(course.id, by="t1")
    register.clock.advance(minutes=30)  # type: ignore[attr-defined]  # a FrozenClock
    return register.closing.close(session.id, by="t1")


@pytest.fixture
def physics(register: Register, app: Flask) -> Course:
    """A course of both, each with an address, to whose session nobody came."""
    for number, name in (("1", "Eileen Collins"), ("2", "Grace Hopper")):
        person = NewStudent(number, name, email=f"s{number}@students.example")
        register.students.change(register.students.get(number).id, person, active=True)
    course = register.courses.add("Physics", roster=["1", "2"])
    hold(register, course)
    return course


@pytest.fixture
def admin(sign_in: SignIn) -> SignedIn:
    """An admin who is logged in."""
    return sign_in(role=Role.ADMIN)


def sign_in_again(who: SignedIn) -> SignedIn:
    """After some days."""
    who.log_in()
    return who


def wait(register: Register) -> None:
    """Until the letters that are sent beside are sent."""
    notices: Notices = register.notices
    if notices._thread is not None:
        notices._thread.join(30)


def first_notice(register: Register, course: Course) -> Notice:
    """The first that is planned, as it is stored before it is sent."""
    planned = register.notices.plan()[0]
    return Notice(
        key=planned.key,
        kind=planned.kind,
        student_id=planned.student.id,
        course_id=course.id,
        session_id=planned.session.id,
        day=planned.session.day,
        to="s1@students.example",
        created_at=register.clock.now(),
    )


def test_the_page_shows_whom_what_and_when(enroller: SignedIn, physics: Course) -> None:
    text = enroller.get(PAGE).text
    assert "s1@students.example" in text
    assert "Absent on Monday, November 23, 2026: Physics" in text
    assert "You were not marked present in Physics" in text
    assert "At 23 Nov 2026, 10:32, after time for corrections" in text
    assert "Switched on: Absence, Below the limit." in text
    assert physics.name in text


def test_a_teacher_who_does_not_enrol_sees_who_is_told_and_not_where(
    teacher: SignedIn, register: Register, physics: Course
) -> None:
    notice = first_notice(register, physics)
    register.store.claim_notice(replace(notice, problem="refused: 550 <s1@students.example> is unknown"))
    text = teacher.get(PAGE).text
    assert "Eileen Collins" in text
    assert "Grace Hopper" in text
    assert "@students.example" not in text


def test_send_now_sends_beside_and_the_page_tells_what_became_of_it(
    teacher: SignedIn, register: Register, physics: Course, postbox: Postbox
) -> None:
    answer = teacher.post(f"{PAGE}send", follow_redirects=True)
    assert "The notices are being sent." in answer.text
    wait(register)
    assert sorted(to for to, _ in postbox.taken) == ["s1@students.example", "s2@students.example"]
    text = teacher.get(PAGE).text
    assert "Send now" not in text
    assert text.count("Sent</span>") == 2
    assert f'Absence, {physics.name}, <span class="day">23 Nov 2026' in text


@OFF
def test_where_notices_are_off_the_page_says_how_to_switch_them_on_and_nothing_is_sent(
    admin: SignedIn, register: Register, physics: Course, postbox: Postbox
) -> None:
    text = admin.get(PAGE).text
    assert "Notices are off: nothing is sent" in text
    assert "ATTENDANCE_NOTICES" in text
    assert "ATTENDANCE_SMTP" in text
    assert f"Absent on Monday, November 23, 2026: {physics.name}" in text
    assert "Send now" not in text
    answer = admin.post(f"{PAGE}send", follow_redirects=True)
    assert "Notices are off. Nothing was sent." in answer.text
    wait(register)
    assert (postbox.taken, register.store.notices()) == ([], [])


def test_where_a_setting_is_missing_the_page_names_it(
    admin: SignedIn, register: Register, physics: Course
) -> None:
    register.notices._settings = replace(register.settings, smtp=None)
    assert "Nothing can be sent until the admin sets ATTENDANCE_SMTP." in admin.get(PAGE).text
    answer = admin.post(f"{PAGE}send", follow_redirects=True)
    assert "Set ATTENDANCE_SMTP first." in answer.text
    assert register.store.notices() == []
    assert physics.active


def test_a_teacher_sees_and_sends_only_their_courses(
    sign_in: SignIn, register: Register, physics: Course, postbox: Postbox
) -> None:
    mine, other = sign_in(enrols=True), sign_in(enrols=True)
    taught = replace(physics, teachers=(mine.user.id,), version=physics.version + 1)
    assert register.store.replace_course(taught)
    assert "s1@students.example" not in other.get(PAGE).text
    other.post(f"{PAGE}send")
    wait(register)
    assert postbox.taken == []
    mine.post(f"{PAGE}send")
    wait(register)
    assert len(postbox.taken) == 2
    assert "s1@students.example" in mine.get(PAGE).text
    assert "s1@students.example" not in other.get(PAGE).text


def test_a_letter_is_held_back_and_sent_after_all(
    sign_in: SignIn, register: Register, physics: Course, postbox: Postbox
) -> None:
    teacher, colleague = sign_in(enrols=True), sign_in()
    one, other = register.notices.plan()
    assert "Hold back: Eileen Collins" in teacher.get(PAGE).text
    answer = teacher.post(f"{PAGE}hold", {"key": one.key}, follow_redirects=True)
    assert "Held back. It is sent only if" in answer.text
    page = colleague.get(PAGE).text
    assert f"By {teacher.user.name}. Nothing is sent." in page
    assert "Send after all: Eileen Collins" in page
    assert "Hold back: Grace Hopper" in page
    again = colleague.post(f"{PAGE}hold", {"key": one.key}, follow_redirects=True)
    assert "It could not be held back" in again.text
    teacher.post(f"{PAGE}send")
    wait(register)
    assert [to for to, _ in postbox.taken] == ["s2@students.example"]
    after = colleague.post(f"{PAGE}release", {"key": one.key}, follow_redirects=True)
    assert "It is sent after all, when its time has come." in after.text
    twice = colleague.post(f"{PAGE}release", {"key": one.key}, follow_redirects=True)
    assert "Nothing was held back here any more." in twice.text
    teacher.post(f"{PAGE}send")
    wait(register)
    assert len(postbox.taken) == 2
    sent = teacher.post(f"{PAGE}hold", {"key": other.key}, follow_redirects=True)
    assert "It could not be held back: it has been sent" in sent.text
    assert physics.active


def test_a_letter_of_which_one_part_was_corrected_meanwhile_is_still_held_back(
    teacher: SignedIn, register: Register, physics: Course
) -> None:
    one, other = register.notices.plan()
    register.marking.mark(one.student.roll_number, MarkStatus.PRESENT, session=one.session, by="t1")
    teacher.post(f"{PAGE}hold", {"key": [one.key, other.key]})
    [left] = register.notices.plan()
    assert (left.key, left.step) == (other.key, Step.HELD)
    assert physics.active


def test_what_was_held_back_until_it_was_too_late_stays_on_the_list(
    teacher: SignedIn, register: Register, physics: Course
) -> None:
    keys = [one.key for one in register.notices.plan()]
    teacher.post(f"{PAGE}hold", {"key": keys})
    register.clock.advance(days=5)  # type: ignore[attr-defined]  # a FrozenClock
    page = sign_in_again(teacher).get(PAGE).text
    assert "Send after all" not in page
    assert page.count("Held back</span>") == 2
    assert physics.active


@pytest.mark.parametrize("what", ["hold", "release"])
def test_letters_of_others_and_unknown_ones_are_not_held_back(
    sign_in: SignIn, register: Register, physics: Course, what: str
) -> None:
    mine, other = sign_in(), sign_in()
    taught = replace(physics, teachers=(mine.user.id,), version=physics.version + 1)
    assert register.store.replace_course(taught)
    one, _ = register.notices.plan()
    assert mine.post(f"{PAGE}{what}").status_code == 404
    assert mine.post(f"{PAGE}{what}", {"key": "unknown"}).status_code == 303  # as if it is no longer due
    for keys in ([one.key], [one.key, "unknown"]):
        assert other.post(f"{PAGE}{what}", {"key": keys}).status_code == 404
    assert mine.post(f"{PAGE}{what}", {"key": one.key}, csrf=False).status_code == 400
    assert register.store.notices() == []


def test_a_letter_about_two_teachers_courses_shows_each_their_own(
    sign_in: SignIn, register: Register, physics: Course, postbox: Postbox
) -> None:
    mine, other = sign_in(), sign_in()
    taught = replace(physics, teachers=(mine.user.id,), version=physics.version + 1)
    assert register.store.replace_course(taught)
    music = register.courses.add("Music", roster=["1"], teachers=[other.user.id])
    hold(register, music)
    page = other.get(PAGE).text
    assert "Physics" not in page
    assert "The e-mail is also about courses that you don't run." in page
    other.post(f"{PAGE}send")
    wait(register)
    assert postbox.taken == []  # it goes out whole, when its time has come
    mine.post(f"{PAGE}send")
    wait(register)
    assert [to for to, _ in postbox.taken] == ["s2@students.example"]


def test_who_has_no_address_is_listed(teacher: SignedIn, register: Register, physics: Course) -> None:
    student = register.students.get("1")
    register.store.update_student(replace(student, email=None))
    text = teacher.get(PAGE).text
    assert "No e-mail address is stored." in text
    assert physics.name in text


@pytest.mark.parametrize(
    ("state", "problem", "said"),
    [
        (NoticeState.FAILED, "refused: 550 No such user", ("Not sent", "550 No such user")),
        (NoticeState.FAILED, "later: 452 Full", ("Retrying", "Next try at 23 Nov 2026, 9:37.")),
        (NoticeState.CLAIMED, "unsure: gone", ("Possibly sent", "gone")),
    ],
)
def test_what_was_not_sent_is_told_with_the_reason(
    enroller: SignedIn,
    register: Register,
    physics: Course,
    state: NoticeState,
    problem: str,
    *,
    said: tuple[str, str],
) -> None:
    notice = first_notice(register, physics)
    assert register.store.claim_notice(notice)
    assert register.store.replace_notice(replace(notice, state=state, problem=problem, version=2))
    text = enroller.get(PAGE).text
    for words in said:
        assert words in text


def test_why_the_mail_server_is_of_no_use_is_told_to_admins_only(
    admin: SignedIn, sign_in: SignIn, register: Register, physics: Course
) -> None:
    register.notices._settings = replace(register.settings, smtp=NOBODY)
    admin.post(f"{PAGE}send")
    wait(register)
    assert "The mail server localhost:1 can" in admin.get(PAGE).text
    assert "localhost:1" not in sign_in().get(PAGE).text
    assert physics.active
    assert register.store.notices() == []


def test_a_mark_that_is_corrected_leaves_the_page(
    teacher: SignedIn, register: Register, physics: Course
) -> None:
    session = register.store.sessions_of(physics.id)[-1]
    for number in ("1", "2"):
        register.marking.mark(number, MarkStatus.PRESENT, by="t1", session=session)
    assert "Nothing: everyone absent" in teacher.get(PAGE).text


def test_a_name_is_text_on_the_page(teacher: SignedIn, register: Register, physics: Course) -> None:
    student = register.students.get("1")
    register.store.update_student(replace(student, name="<script>alert(1)</script>"))
    assert "<script>alert" not in teacher.get(PAGE).text
    assert physics.active


def test_another_sites_page_cannot_send(
    teacher: SignedIn, register: Register, physics: Course, postbox: Postbox
) -> None:
    assert teacher.post(f"{PAGE}send", csrf=False).status_code == 400
    wait(register)
    assert postbox.taken == []
    assert physics.active


def test_a_served_register_sends_by_its_timer(
    register: Register, physics: Course, postbox: Postbox, app: Flask
) -> None:
    assert app.extensions["register"] is register
    register.clock.advance(minutes=61)
    register.settle_due()
    wait(register)
    assert len(postbox.taken) == 2
    assert physics.active


def test_at_the_start_it_is_said_what_is_missing(
    register: Register, caplog: pytest.LogCaptureFixture
) -> None:
    create_app(register=register)
    assert caplog.text == ""
    register.notices._settings = replace(register.settings, smtp=None)
    create_app(register=register)
    assert "Notices can't be sent: set ATTENDANCE_SMTP." in caplog.text


def test_very_many_letters_are_sent_a_page_at_a_time_and_found_by_the_server(
    enroller: SignedIn, physics: Course, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("client.teacher.row_pages.WHOLE_LIST", 1)
    monkeypatch.setattr("client.teacher.row_pages.PAGE_ROWS", 1)
    pages = [enroller.get(f"{PAGE}?coming={page}").text for page in (1, 2)]
    assert [("Eileen Collins" in text, "Grace Hopper" in text) for text in pages] == [
        (True, False),
        (False, True),
    ]
    assert "1\u20131 of 2" in pages[0]
    found = enroller.get(f"{PAGE}?find=hopper").text
    assert "Grace Hopper" in found
    assert "Eileen Collins" not in found
    assert "Send now" in found, f"all letters of {physics.name} are sent, whichever are shown"
