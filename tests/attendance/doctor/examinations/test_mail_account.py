"""The mail server is tried as far as sending would, and nothing is sent."""

from __future__ import annotations

import socket
from contextlib import closing
from dataclasses import replace

import pytest

from attendance.doctor.examinations.mail_account import examine
from attendance.settings.mail_settings import MailSecurity, MailSender, SmtpServer
from attendance.settings.settings import Settings
from attendance.values import NoticeKind
from tests.attendance.doctor.examined import OK, PROBLEM, grades, site_of, words
from tests.attendance.mail_server import USER, Postbox, running

OFFICE = MailSender("Office", "office@example.org")
ABSENCES = frozenset({NoticeKind.ABSENT})


def test_without_notices_and_server_there_is_nothing_to_try(settings: Settings) -> None:
    assert grades(examine(site_of(settings))) == [OK]


def test_notices_without_a_server_or_a_sender_are_a_problem(settings: Settings) -> None:
    found = list(examine(site_of(replace(settings, notices=ABSENCES))))
    assert grades(found) == [PROBLEM]
    assert "ATTENDANCE_SMTP, ATTENDANCE_MAIL_FROM" in words(found)


@pytest.mark.server
def test_a_login_is_tried_and_nothing_sent(settings: Settings) -> None:
    postbox = Postbox()
    with running(postbox, wants_login=True) as server:
        good = replace(settings, notices=ABSENCES, smtp=server, mail_from=OFFICE)
        found = list(examine(site_of(good)))
        assert grades(found) == [OK], words(found)
        wrong = replace(good, smtp=replace(server, password="sharks"))
        found = list(examine(site_of(wrong)))
    assert postbox.taken == []
    assert set(postbox.logins) == {USER}
    assert grades(found) == [PROBLEM]
    assert "rejected the user or the password" in words(found)
    assert "sharks" not in words(found)


@pytest.mark.server
def test_a_server_that_never_answers_is_not_waited_for(settings: Settings) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        server = SmtpServer("127.0.0.1", silent.getsockname()[1], MailSecurity.NONE)
        found = list(examine(site_of(replace(settings, smtp=server)), seconds=0.2))
    assert grades(found) == [PROBLEM]
    assert "did not answer in time" in words(found)
