"""One person gets one e-mail a day, it can be held back, and no absence is written about twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import pytest

from attendance.classes.cancelling import Cancelling
from attendance.classes.days_off import DaysOff
from attendance.errors import StoreUnavailableError
from attendance.notices.letters import letters_of
from attendance.notices.values import Step
from attendance.settings.settings import Settings
from attendance.store.protocol import Store
from attendance.values import Course, MarkStatus, Notice, NoticeState, ScheduleRule, Session
from tests.attendance.mail_server import Postbox
from tests.attendance.notices.school import COLLINS, HOPPER, School, settings_of
from tests.attendance.site import Site

GRACE = "grace@students.example"


def holds_today(school: School, course: Course) -> Session:
    """Another session of the same day, to which Eileen Collins alone comes."""
    session = school.site.class_sessions.open_now(course.id, by="t1")
    school.marks(session, COLLINS, MarkStatus.PRESENT)
    school.site.clock.advance(minutes=30)
    return school.site.closing.close(session.id, by="t1")


@pytest.fixture
def two_lessons(school: School) -> School:
    """A day on which Grace Hopper missed Physics and then Chemistry; the time for corrections is over."""
    school.holds(school.opens("Physics"), present=[COLLINS])
    holds_today(school, school.opens("Chemistry"))
    school.waits()
    return school


def keys(school: School) -> list[str]:
    return [one.key for one in school.planned()]


def test_several_absences_on_a_day_are_one_letter(two_lessons: School, postbox: Postbox) -> None:
    (letter,) = letters_of(two_lessons.planned())
    text = two_lessons.notices.text_of(*letter.parts)
    assert text.subject.endswith(": Physics, Chemistry")
    assert "you were not marked present in 2 sessions:\n- " in text.text
    result = two_lessons.notices.send()
    assert result is not None
    assert result.sent == 1
    ((to, message),) = postbox.taken
    assert (to, message["Subject"]) == (GRACE, text.subject)
    assert message.get_content().replace("\r\n", "\n") == text.text
    assert [entry.state for entry in two_lessons.entries()] == [NoticeState.SENT] * 2
    assert two_lessons.planned() == []


def test_it_waits_for_the_last_session_of_the_day(school: School, postbox: Postbox) -> None:
    physics, chemistry = school.opens("Physics"), school.opens("Chemistry")
    school.holds(physics, present=[COLLINS])
    later = school.site.class_sessions.open_now(chemistry.id, by="t1")
    school.waits()
    (planned,) = school.planned()
    assert planned.step is Step.WAITING
    assert planned.ready_at == later.closes_at + school.settings.notices_after
    school.site.closing.close(later.id, by="t1")
    school.waits()
    school.notices.send()
    assert len(postbox.to(GRACE)) == 1
    assert len(school.entries()) == 3  # and one of Eileen Collins, who missed Chemistry


def test_it_waits_for_a_session_that_the_schedule_still_brings(school: School) -> None:
    physics, chemistry = school.opens("Physics"), school.opens("Chemistry")
    school.holds(physics, present=[COLLINS])
    local = school.site.clock.now().astimezone(school.settings.time_zone)
    starts = (local + timedelta(hours=3)).replace(second=0)
    rule = ScheduleRule(starts.weekday(), f"{starts:%H:%M}", 45)
    school.site.courses.change(chemistry.id, schedule=(rule,))
    school.waits()
    (planned,) = school.planned()
    assert planned.step is Step.WAITING
    school.site.courses.change(chemistry.id, roster=())  # she does not have that
    assert [one.step for one in school.planned()] == [Step.DUE]


def test_it_does_not_wait_for_what_does_not_take_place(school: School) -> None:
    physics, chemistry = school.opens("Physics"), school.opens("Chemistry")
    school.holds(physics, present=[COLLINS])
    later = school.site.class_sessions.open_now(chemistry.id, by="t1")
    local = school.site.clock.now().astimezone(school.settings.time_zone)
    starts = (local + timedelta(hours=3)).replace(second=0)
    rule = ScheduleRule(starts.weekday(), f"{starts:%H:%M}", 45)
    school.site.courses.change(school.opens("Music").id, schedule=(rule,))
    school.waits()
    Cancelling(school.site.store, school.site.clock).cancel(later.id, by="t1")
    assert [one.step for one in school.planned()] == [Step.WAITING], "for Music"
    DaysOff(school.site.store, school.site.clock).add("Storm", f"{local:%Y-%m-%d}", by="t1")
    assert school.due() == [("absent", HOPPER)]


def test_who_has_no_other_session_does_not_wait(school: School) -> None:
    school.holds(school.opens("Physics"), present=[COLLINS])
    chemistry = school.site.courses.add("Chemistry", roster=[COLLINS])
    school.site.class_sessions.open_now(chemistry.id, by="t1")
    school.waits()
    assert school.due() == [("absent", HOPPER)]


def test_what_is_found_out_after_it_was_sent_is_a_letter_of_its_own(
    two_lessons: School, postbox: Postbox
) -> None:
    two_lessons.notices.send()
    session = holds_today(two_lessons, two_lessons.opens("Music"))
    two_lessons.waits()
    two_lessons.notices.send()
    _first, second = postbox.to(GRACE)
    assert second["Subject"].endswith(": Music")
    assert "in Music on" in second.get_content()
    assert session.id in {entry.session_id for entry in two_lessons.entries()}


def test_an_absence_and_a_fall_below_the_limit_are_one_letter(school: School, postbox: Postbox) -> None:
    course = school.opens()
    for present in ([COLLINS, HOPPER],) * 3 + ([COLLINS],):
        school.holds(course, present=present)
    school.site.clock.advance(days=5)  # its letter is an old story
    school.holds(course, present=[COLLINS])
    school.waits()
    school.notices.send()
    (message,) = postbox.to(GRACE)
    assert message["Subject"].startswith("Absent on")
    assert "You were not marked present" in message.get_content()
    assert "attended 3 of 5 sessions" in message.get_content()
    assert len(school.entries()) == 2


class DyingStore:
    """A store whose process dies at a certain call.

    Args:
        store: what everything is passed on to.
        call: the method,
        at: and which of its calls.
    """

    def __init__(self, store: Store, call: str, at: int) -> None:
        self._store = store
        self._call = call
        self._left = at

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if name != self._call:
            return found

        def dies(*arguments: Any) -> Any:
            self._left -= 1
            if self._left < 0:
                raise StoreUnavailableError("It died here.")
            return found(*arguments)

        return dies


@pytest.mark.parametrize("call", ["claim_notice", "replace_notice"])
@pytest.mark.parametrize("at", [0, 1])
def test_after_a_crash_no_absence_is_written_about_twice(
    site: Site, two_lessons: School, postbox: Postbox, *, call: str, at: int
) -> None:
    dying = cast("Store", DyingStore(site.store, call, at))
    crashed = School(site, two_lessons.settings, store=dying)
    with pytest.raises(StoreUnavailableError):
        crashed.notices.send()
    two_lessons.notices.send()
    two_lessons.site.clock.advance(hours=1)
    two_lessons.notices.send()
    texts = [message.get_content() for message in postbox.to(GRACE)]
    for course in ("Physics", "Chemistry"):
        assert sum(f": {course}\r\n" in text or f"in {course} on" in text for text in texts) <= 1
    assert {entry.session_id for entry in two_lessons.entries()} == {
        session.id for session in site.store.sessions()
    }
    assert two_lessons.planned() == []


def test_a_letter_that_is_held_back_is_not_sent_until_somebody_sends_it_after_all(
    two_lessons: School, postbox: Postbox
) -> None:
    held = keys(two_lessons)
    assert two_lessons.notices.hold_back(held, by="t1") == 2
    assert two_lessons.notices.hold_back(held, by="t2") == 0
    assert [one.step for one in two_lessons.planned()] == [Step.HELD] * 2
    two_lessons.notices.send(at_once=True)
    assert postbox.taken == []
    assert {(entry.state, entry.held_by) for entry in two_lessons.entries()} == {(NoticeState.HELD, "t1")}
    assert two_lessons.notices.send_after_all(held) == 2
    assert two_lessons.notices.send_after_all(held) == 0
    two_lessons.notices.send()
    assert len(postbox.to(GRACE)) == 1
    assert two_lessons.notices.hold_back(held, by="t1") == 0
    assert two_lessons.notices.send_after_all(held) == 0
    two_lessons.notices.send(at_once=True)
    assert len(postbox.taken) == 1


def test_one_part_is_held_back_and_the_other_goes_out(two_lessons: School, postbox: Postbox) -> None:
    two_lessons.notices.hold_back(keys(two_lessons)[:1], by="t1")
    two_lessons.notices.send()
    (message,) = postbox.to(GRACE)
    assert message["Subject"].endswith(": Chemistry")


def test_a_letter_can_be_held_back_while_it_waits_and_between_two_tries(
    two_lessons: School, postbox: Postbox
) -> None:
    postbox.refuses[GRACE] = "452 The box is full"
    two_lessons.notices.send()
    del postbox.refuses[GRACE]
    assert two_lessons.notices.hold_back(keys(two_lessons), by="t1") == 2
    two_lessons.site.clock.advance(minutes=10)
    two_lessons.notices.send()
    assert postbox.taken == []
    two_lessons.notices.send_after_all(keys(two_lessons))
    two_lessons.notices.send()
    assert len(postbox.to(GRACE)) == 1


@pytest.fixture
def claimed(two_lessons: School) -> Notice:
    """A letter that another process is sending at this moment."""
    two_lessons.notices.hold_back(keys(two_lessons)[:1], by="t1")
    (entry,) = two_lessons.entries()
    sending = Notice(**{**vars(entry), "state": NoticeState.CLAIMED, "held_by": None, "version": 2})
    two_lessons.site.store.replace_notice(sending)
    return sending


def test_what_is_being_sent_can_no_longer_be_held_back(two_lessons: School, claimed: Notice) -> None:
    assert two_lessons.notices.hold_back([claimed.key], by="t1") == 0
    assert two_lessons.notices.send_after_all([claimed.key]) == 0
    assert claimed in two_lessons.entries()


def test_now_for_some_courses_is_only_what_is_about_nothing_else(
    two_lessons: School, postbox: Postbox
) -> None:
    physics, chemistry = two_lessons.site.courses.all()
    two_lessons.notices.send(at_once=True, courses={physics.id})
    assert postbox.taken == []
    two_lessons.notices.send(at_once=True, courses={physics.id, chemistry.id})
    assert len(postbox.taken) == 1


def test_without_a_mail_server_a_letter_can_be_held_back_all_the_same(
    site: Site, plain_settings: Settings
) -> None:
    school = School(site, settings_of(plain_settings, None))
    school.holds(school.opens(), present=[COLLINS])
    assert school.notices.hold_back(keys(school), by="t1") == 1
