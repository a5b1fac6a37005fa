"""Notices are off until they are switched on, and then go out by the timer, beside whatever else is done."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest

from attendance.notices.mail import MailConnection
from attendance.notices.sending import Sent
from attendance.notices.service import PAUSE, PAUSES, Notices
from attendance.settings.mail_settings import SmtpServer
from attendance.settings.settings import Settings
from attendance.values import NoticeKind
from tests.attendance.mail_server import Postbox, running
from tests.attendance.notices.school import COLLINS, SECONDS, School, settings_of
from tests.attendance.site import Site


def ended(notices: Notices) -> None:
    """Wait until the thread beside has done its work."""
    if notices._thread is not None:
        notices._thread.join(30)
        assert not notices._thread.is_alive()


@pytest.fixture
def empty_room(school: School) -> School:
    """A session that neither of the two came to, and whose time for corrections is over."""
    school.holds(school.opens())
    school.waits()
    return school


def test_without_being_switched_on_nothing_is_sent_by_anybody(
    site: Site, plain_settings: Settings, empty_room: School, postbox: Postbox
) -> None:
    settings = replace(empty_room.settings, notices=frozenset())
    off = School(site, settings).notices
    assert (off.is_on, len(off.plan())) == (False, 2)  # a preview there is
    off.start()
    off.tick()
    ended(off)
    assert off.send(at_once=True) == Sent(problem="ATTENDANCE_NOTICES is off.")
    off.send_soon(at_once=True)
    ended(off)
    assert (postbox.taken, empty_room.entries()) == ([], [])
    assert not School(site, plain_settings).notices.is_on


@pytest.mark.parametrize(
    ("gone", "named"),
    [("smtp", ("ATTENDANCE_SMTP",)), ("mail_from", ("ATTENDANCE_MAIL_FROM",))],
)
def test_without_a_server_or_a_sender_nothing_is_tried(
    site: Site, empty_room: School, postbox: Postbox, gone: str, named: tuple[str, ...]
) -> None:
    half = School(site, replace(empty_room.settings, **{gone: None})).notices  # type: ignore[arg-type]
    assert half.missing == named
    half.start()
    half.tick()
    result = half.send()
    assert result == Sent(problem=f"Not set: {named[0]}.")
    assert half.text_of(half.plan()[0]).subject.startswith("Absent on ")
    assert postbox.taken == []


def test_the_timer_sends_once_it_was_started(empty_room: School, postbox: Postbox) -> None:
    notices = empty_room.notices
    notices.tick()
    ended(notices)
    assert postbox.taken == []  # a command that only looks does not send
    notices.start()
    notices.tick()
    ended(notices)
    assert len(postbox.taken) == 2
    assert notices.last == Sent(sent=2)


def test_the_timer_looks_from_time_to_time(empty_room: School, postbox: Postbox) -> None:
    notices = empty_room.notices
    notices.start()
    notices.tick()
    ended(notices)
    empty_room.holds(empty_room.site.courses.all()[0], present=[COLLINS])
    empty_room.site.clock.moment = empty_room.site.clock.now() + timedelta(minutes=60)
    notices.tick()
    ended(notices)
    assert len(postbox.taken) == 3
    empty_room.site.clock.advance(seconds=PAUSE.total_seconds() - 1)
    before = notices.last
    notices.tick()
    ended(notices)
    assert notices.last is before


@pytest.mark.server
def test_a_mail_server_that_is_away_is_asked_less_and_less_often(
    site: Site, plain_settings: Settings, postbox: Postbox, caplog: pytest.LogCaptureFixture
) -> None:
    with running(postbox) as gone:
        pass
    school = School(site, settings_of(plain_settings, gone))
    school.holds(school.opens())
    school.waits()
    notices = school.notices
    notices.start()
    asked = []
    with caplog.at_level(logging.WARNING):
        for minute in range(45):
            before = notices.last
            notices.tick()
            ended(notices)
            if notices.last is not before:
                asked.append(minute)
            site.clock.advance(minutes=1)
    minutes = [int(pause.total_seconds() // 60) for pause in PAUSES]
    assert asked == [0, minutes[0], sum(minutes[:2]), sum(minutes[:3])]
    assert "can't be reached" in caplog.text


def test_send_now_takes_what_waits_too_and_only_the_courses_that_are_meant(
    school: School, postbox: Postbox
) -> None:
    physics = school.opens()
    chemistry = school.opens("Chemistry")
    school.holds(physics, present=[COLLINS])
    school.holds(chemistry, present=[COLLINS])
    assert school.notices.send(courses={chemistry.id}) == Sent()
    assert school.notices.send_soon(at_once=True, courses={chemistry.id})
    ended(school.notices)
    (_, message) = postbox.taken[0]
    assert message["Subject"].endswith("Chemistry")
    assert len(postbox.taken) == 1


def test_a_second_sending_of_the_process_waits_for_the_first(
    site: Site, empty_room: School, server: SmtpServer, postbox: Postbox
) -> None:
    reached, go_on = Event(), Event()

    def slow() -> MailConnection:
        reached.set()
        assert go_on.wait(30)
        return MailConnection(server, seconds=SECONDS)

    notices = Notices(
        site.store, site.clock, settings=empty_room.settings, reports=empty_room.reports, connect=slow
    )
    assert notices.send_soon()
    assert reached.wait(30)
    assert notices.is_sending
    assert not notices.send_soon()
    assert notices.send(wait=False) is None
    go_on.set()
    ended(notices)
    assert len(postbox.taken) == 2


def test_a_closed_register_sends_nothing_more(empty_room: School, postbox: Postbox) -> None:
    empty_room.notices.close()
    assert not empty_room.notices.send_soon()
    assert postbox.taken == []


def test_what_was_told_is_listed_newest_first_for_a_month(empty_room: School) -> None:
    empty_room.notices.send()
    empty_room.holds(empty_room.site.courses.all()[0], present=[COLLINS])
    empty_room.waits()
    empty_room.notices.send()
    told = empty_room.notices.recent()
    assert [notice.day for notice in told] == sorted((notice.day for notice in told), reverse=True)
    assert len(told) == 3
    empty_room.site.clock.advance(days=32)
    assert empty_room.notices.recent() == []


def test_both_kinds_are_planned_absences_first(school: School) -> None:
    course = school.opens()
    for present in (["1", "2"],) * 3 + (["1"],) * 2:
        school.holds(course, present=present)
    school.waits()
    kinds = [one.kind for one in school.notices.plan()]
    assert kinds == [NoticeKind.ABSENT] * 2 + [NoticeKind.BELOW_LIMIT]
