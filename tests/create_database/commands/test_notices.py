"""The command notices lists the e-mail that would be sent, and sends it where notices are on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from attendance.settings.mail_settings import SmtpServer
from attendance.values import MarkStatus
from tests.attendance.mail_server import Postbox, running
from tests.create_database.admin import Admin, rows

pytestmark = pytest.mark.server


@pytest.fixture
def postbox() -> Postbox:
    """What the mail server took."""
    return Postbox()


@pytest.fixture
def server(postbox: Postbox) -> Iterator[SmtpServer]:
    """A mail server without encryption."""
    with running(postbox) as found:
        yield found


@pytest.fixture
def office(admin_of_two: Admin, server: SmtpServer) -> Admin:
    """An admin whose site writes about absences: nobody came to Physics, and Hopper has no address."""
    admin_of_two.environ |= {
        "ATTENDANCE_NOTICES": "absence",
        "ATTENDANCE_SMTP": f"smtp+plain://localhost:{server.port}",
        "ATTENDANCE_MAIL_FROM": "School <office@school.example>",
    }
    with admin_of_two.register() as register:
        student = register.students.get("17")
        register.store.update_student(replace(student, guardian_email="parent@home.example"))
        course = register.courses.add("Physics", roster=["17", "18"])
        session = register.class_sessions.open_now(course.id, by="t1")
        admin_of_two.clock.advance(minutes=30)
        register.closing.close(session.id, by="t1")
    admin_of_two.clock.advance(minutes=10)
    return admin_of_two


def test_the_preview_lists_whom_what_and_when(office: Admin, postbox: Postbox) -> None:
    done = office.types("notices", "--preview")
    assert done.exit_code == 0
    subject = "Absent on Monday, November 23, 2026: Physics"
    assert rows(done.stdout) == [
        ["17", "Eileen Collins", "parent@home.example", subject, "at 2026-11-23 11:30"],
        ["18", "Grace Hopper", "", subject, "no address"],
    ]
    assert done.stdout == office.types("notices").stdout
    assert postbox.taken == []


def test_the_letters_are_printed_as_they_would_arrive(office: Admin, postbox: Postbox) -> None:
    done = office.types("notices", "--preview", "--letters")
    office.types("notices", "--send", "--at-once")
    ((to, message),) = postbox.taken
    assert f"To {to}: {message['Subject']}" in done.stdout
    for line in message.get_content().splitlines():
        assert line in done.stdout


def test_what_is_held_back_is_not_sent_until_it_is_released(office: Admin, postbox: Postbox) -> None:
    held = office.types("notices", "--hold", "17", "--by", "Registrar")
    assert held.stdout == "Held back: 1 notice.\n"
    assert office.types("notices", "--hold", "17").stdout == "Held back: no notice.\n"
    assert rows(office.types("notices").stdout)[0][-1] == "held back"
    office.types("notices", "--send", "--at-once")
    assert postbox.taken == []
    with office.register() as register:
        assert [entry.held_by for entry in register.store.notices()] == ["Registrar"]
    released = office.types("notices", "--release", "17")
    assert released.stdout == "Sent after all when its time comes: 1 notice.\n"
    office.types("notices", "--send", "--at-once")
    assert len(postbox.taken) == 1
    for words in (("--hold", "17", "--release", "17"), ("--send", "--hold", "17")):
        assert office.types("notices", *words).exit_code == 2
    assert office.types("notices", "--hold", "99").exit_code == 1


def test_sending_takes_what_is_due_and_says_how_many(office: Admin, postbox: Postbox) -> None:
    nothing = office.types("notices", "--send")
    assert (nothing.exit_code, postbox.taken) == (0, [])
    assert nothing.stdout == "no notice sent, 0 refused, 0 postponed, 0 possibly sent.\n"
    office.clock.advance(minutes=51)
    done = office.types("notices", "--send")
    assert done.exit_code == 0
    assert done.stdout == "1 notice sent, 0 refused, 0 postponed, 0 possibly sent.\n"
    assert [to for to, _ in postbox.taken] == ["parent@home.example"]
    office.types("notices", "--send")
    assert len(postbox.taken) == 1


def test_at_once_takes_what_waits_for_corrections(office: Admin, postbox: Postbox) -> None:
    assert office.types("notices", "--send", "--at-once").exit_code == 0
    assert len(postbox.taken) == 1


def test_a_correction_takes_it_from_the_list(office: Admin) -> None:
    with office.register() as register:
        session = register.store.sessions()[-1]
        register.marking.mark("17", MarkStatus.EXCUSED, by="t1", session=session)
    assert [row[0] for row in rows(office.types("notices").stdout)] == ["18"]


def test_what_could_not_be_sent_is_an_exit_status(office: Admin, postbox: Postbox) -> None:
    postbox.refuses["parent@home.example"] = "550 No such user"
    done = office.types("notices", "--send", "--at-once")
    assert done.exit_code == 1
    assert "no notice sent, 1 refused" in done.stdout


def test_a_mail_server_that_is_away_is_one_sentence(office: Admin) -> None:
    office.environ["ATTENDANCE_SMTP"] = "smtp+plain://localhost:1"
    done = office.types("notices", "--send", "--at-once")
    assert done.exit_code == 1
    assert "The mail server localhost:1 can't be reached" in done.stderr
    with office.register() as register:
        assert register.store.notices() == []


def test_while_notices_are_off_it_says_how_to_switch_them_on(office: Admin, postbox: Postbox) -> None:
    office.environ["ATTENDANCE_NOTICES"] = "off"
    looked = office.types("notices")
    assert looked.exit_code == 0
    assert len(rows(looked.stdout)) == 2
    assert "Notices are off." in looked.stderr
    done = office.types("notices", "--send", "--at-once")
    assert done.exit_code == 1
    assert "Set ATTENDANCE_NOTICES to absence, limit, or absence,limit" in done.stderr
    assert postbox.taken == []


@pytest.mark.parametrize("name", ["ATTENDANCE_SMTP", "ATTENDANCE_MAIL_FROM"])
def test_a_missing_setting_is_named(office: Admin, name: str) -> None:
    del office.environ[name]
    assert f"Nothing can be sent: set {name}." in office.types("notices").stderr
    done = office.types("notices", "--send", "--at-once")
    assert (done.exit_code, f"Nothing can be sent: set {name}." in done.stderr) == (1, True)


def test_sending_and_looking_at_once_is_refused(office: Admin, postbox: Postbox) -> None:
    done = office.types("notices", "--send", "--preview")
    assert done.exit_code == 2
    assert postbox.taken == []
