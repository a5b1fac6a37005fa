"""Sessions of courses open by hand, ahead of time and by the schedule: once, even concurrently."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from attendance.errors import CourseError, CourseNotFoundError, SessionClosedError, SessionNotFoundError
from attendance.values import Course, MarkStatus, ScheduleRule, SessionPhase
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.site import ZONE, Site, open_site

# The clock of the site stands at 10:00 on Monday 23 November 2026, local time.
MONDAY_NOON = ScheduleRule(0, "12:00", 90)


@pytest.fixture
def physics(class_of_two: Site) -> Course:
    return class_of_two.courses.add(
        "Physics", roster=["1", "2"], late_after_minutes=10, schedule=[MONDAY_NOON]
    )


def test_a_session_opens_now(class_of_two: Site, physics: Course) -> None:
    site, now = class_of_two, class_of_two.clock.now()
    session = site.class_sessions.open_now(physics.id, by="t1")
    assert (session.day, session.opened_by, session.planned) == ("2026-11-23", "t1", False)
    assert (session.opens_at, session.late_at) == (now, now + timedelta(minutes=10))
    assert session.closes_at == now + timedelta(minutes=90)
    assert session.phase(now) is SessionPhase.OPEN
    assert site.class_sessions.open_ones() == [session]
    assert site.class_sessions.get(session.id) == session


def test_opening_twice_is_opening_once_and_after_closing_it_is_another(
    class_of_two: Site, physics: Course
) -> None:
    site = class_of_two
    first = site.class_sessions.open_now(physics.id, by="t1", minutes=20)
    assert site.class_sessions.open_now(physics.id, by="t2") == first
    assert first.closes_at == site.clock.now() + timedelta(minutes=20)
    site.closing.close(first.id, by="t1")
    second = site.class_sessions.open_now(physics.id, by="t2")
    assert second.id != first.id
    assert {first.token, first.secret}.isdisjoint({second.token, second.secret})


def test_whoever_opens_at_the_same_moment_gets_the_same_session(tmp_path: Path) -> None:
    sites = [open_site(tmp_path) for _ in range(6)]
    course = sites[0].courses.add("Physics", schedule=[ScheduleRule(0, "10:15", 60)])
    other = sites[0].courses.add("Chemistry")
    for course_id in (course.id, other.id):
        with ThreadPoolExecutor(len(sites)) as pool:
            opened = list(pool.map(lambda s, c=course_id: s.class_sessions.find_or_open(c, by="t"), sites))
        assert len({session.id for session, _ in opened}) == 1
        assert sum(is_new for _, is_new in opened) == 1
    assert len(sites[0].class_sessions.open_ones()) == 2
    for site in sites:
        site.store.close()


def test_a_course_that_is_away_or_switched_off_opens_nothing(class_of_two: Site, physics: Course) -> None:
    site = class_of_two
    with pytest.raises(CourseNotFoundError):
        site.class_sessions.open_now("chemistry", by="t1")
    with pytest.raises(CourseError, match="0"):
        site.class_sessions.open_now(physics.id, by="t1", minutes=0)
    site.courses.change(physics.id, active=False)
    with pytest.raises(CourseError, match="Make it active"):
        site.class_sessions.open_now(physics.id, by="t1")
    assert site.class_sessions.open_now("general", by="t1") == site.session


class TestBySchedule:
    """The schedule opens sessions automatically, on the next use and without a timer."""

    def test_when_its_time_has_come(self, class_of_two: Site, physics: Course) -> None:
        site = class_of_two
        site.clock.moment = datetime(2026, 11, 23, 10, 59, 59, tzinfo=UTC)
        assert site.class_sessions.open_ones() == []
        site.clock.advance(seconds=1)
        [session] = site.class_sessions.open_ones()
        assert (session.id, session.planned) == ("physics|2026-11-23|12:00", True)
        assert session.late_at == session.opens_at + timedelta(minutes=10)
        assert site.class_sessions.open_of(physics.id) == session
        assert site.class_sessions.open_now(physics.id, by="t1") == session

    def test_a_late_use_gives_the_times_of_the_schedule(self, class_of_two: Site, physics: Course) -> None:
        site = class_of_two
        site.clock.moment = datetime(2026, 11, 23, 12, 15, tzinfo=UTC)
        session = site.class_sessions.open_of(physics.id)
        assert session is not None
        assert session.opens_at == datetime(2026, 11, 23, 11, 0, tzinfo=UTC)

    def test_a_meeting_that_nobody_was_there_for_has_no_session(self, site: Site) -> None:
        site.courses.add("Physics", schedule=[MONDAY_NOON])
        site.clock.moment = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
        assert site.class_sessions.on_day() == []

    def test_across_midnight_it_belongs_to_the_day_on_which_it_began(self, site: Site) -> None:
        course = site.courses.add("Watch", schedule=[ScheduleRule(0, "23:30", 60)])
        site.clock.moment = datetime(2026, 11, 23, 23, 15, tzinfo=UTC)  # 00:15 on Tuesday
        session = site.class_sessions.open_of(course.id)
        assert session is not None
        assert session.day == "2026-11-23"
        assert session.closes_at.astimezone(ZONE).hour == 0

    def test_opening_shortly_before_opens_the_planned_one(self, class_of_two: Site, physics: Course) -> None:
        site = class_of_two
        site.clock.moment = datetime(2026, 11, 23, 10, 40, tzinfo=UTC)
        early = site.class_sessions.open_now(physics.id, by="t1")
        assert (early.id, early.opens_at) == ("physics|2026-11-23|12:00", site.clock.now())
        assert early.late_at == datetime(2026, 11, 23, 11, 10, tzinfo=UTC)
        assert early.closes_at == datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
        site.clock.advance(minutes=30)
        assert site.class_sessions.open_ones() == [early]

    def test_one_that_was_opened_by_hand_takes_its_place(self, class_of_two: Site, physics: Course) -> None:
        site = class_of_two
        by_hand = site.class_sessions.open_now(physics.id, by="t1")  # 10:00 to 11:30
        site.class_sessions.extend(by_hand.id, minutes=45)
        site.clock.advance(hours=2)
        assert [session.id for session in site.class_sessions.open_ones()] == [by_hand.id]
        site.clock.advance(minutes=20)
        assert site.class_sessions.open_ones() == []

    def test_moved_while_it_runs_it_does_not_open_twice(self, class_of_two: Site, physics: Course) -> None:
        site = class_of_two
        site.clock.moment = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
        [running] = site.class_sessions.open_ones()
        site.courses.change(physics.id, schedule=[ScheduleRule(0, "12:05", 90)])
        site.clock.advance(minutes=10)
        assert site.class_sessions.open_ones() == [running]

    def test_the_meeting_before_that_took_longer_does_not_swallow_it(self, site: Site) -> None:
        schedule = [MONDAY_NOON, ScheduleRule(0, "13:30", 60)]
        site.courses.add("Physics", schedule=schedule)
        site.clock.moment = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
        [first] = site.class_sessions.open_ones()
        site.class_sessions.extend(first.id, minutes=10)
        site.clock.moment = first.closes_at + timedelta(minutes=5)
        assert len(site.class_sessions.open_ones()) == 2

    def test_a_cancelled_one_does_not_open(self, class_of_two: Site, physics: Course) -> None:
        site = class_of_two
        [meeting] = site.class_sessions.meetings(physics, *([site.clock.now().date()] * 2))
        planned = site.class_sessions.session_of(meeting)
        assert planned.phase(site.clock.now()) is SessionPhase.PLANNED
        site.closing.close(planned.id, by="t1")
        site.clock.moment = planned.opens_at + timedelta(minutes=1)
        assert site.class_sessions.open_ones() == []
        assert site.store.marks(planned.id) == []

    def test_a_course_that_is_switched_off_does_not_open(self, class_of_two: Site, physics: Course) -> None:
        class_of_two.courses.change(physics.id, active=False)
        class_of_two.clock.moment = datetime(2026, 11, 23, 11, 15, tzinfo=UTC)
        assert class_of_two.class_sessions.open_ones() == []

    def test_several_processes_make_one(self, tmp_path: Path) -> None:
        sites = [open_site(tmp_path, clock=FrozenClock()) for _ in range(6)]
        sites[0].courses.add("Physics", schedule=[ScheduleRule(0, "10:00", 60)])
        with ThreadPoolExecutor(len(sites)) as pool:
            opened = list(pool.map(lambda site: site.class_sessions.open_ones(), sites))
        assert len({session.token for sessions in opened for session in sessions}) == 1
        for site in sites:
            site.store.close()


def test_a_session_is_planned_ahead_and_somebody_excused(class_of_two: Site, physics: Course) -> None:
    site = class_of_two
    planned = site.class_sessions.plan(physics.id, day="2026-11-24", start="09:00", minutes=60, by="t1")
    again = site.class_sessions.plan(physics.id, day="2026-11-24", start="09:00", minutes=60, by="t2")
    assert again == planned
    site.marking.mark("1", MarkStatus.EXCUSED, by="t1", note="at the dentist", session=planned)
    site.clock.moment = planned.opens_at + timedelta(minutes=61)
    assert site.class_sessions.get(planned.id).closed_at == planned.closes_at
    mark, other = site.mark_of("1", planned), site.mark_of("2", planned)
    assert mark is not None
    assert other is not None
    assert (mark.status, other.status) == (MarkStatus.EXCUSED, MarkStatus.ABSENT)


@pytest.mark.parametrize(("start", "minutes"), [("9:00", 60), ("25:00", 60), ("09:00", 0), ("09:00", 1441)])
def test_a_plan_that_can_not_be_is_refused(
    class_of_two: Site, physics: Course, start: str, minutes: int
) -> None:
    with pytest.raises(CourseError):
        class_of_two.class_sessions.plan(physics.id, day="2026-11-24", start=start, minutes=minutes, by="t1")
    with pytest.raises(SessionNotFoundError):
        class_of_two.class_sessions.plan(physics.id, day="tomorrow", start="09:00", minutes=60, by="t1")


def test_a_session_can_be_made_longer_while_it_is_open(class_of_two: Site, physics: Course) -> None:
    site = class_of_two
    session = site.class_sessions.open_now(physics.id, by="t1")
    longer = site.class_sessions.extend(session.id, minutes=15)
    assert longer.closes_at == session.closes_at + timedelta(minutes=15)
    site.clock.moment = longer.closes_at
    with pytest.raises(SessionClosedError, match="Reopen it"):
        site.class_sessions.extend(session.id, minutes=15)


def test_a_day_lists_its_sessions_by_time(class_of_two: Site, physics: Course) -> None:
    site = class_of_two
    first = site.class_sessions.open_now(physics.id, by="t1", minutes=5)
    later = site.class_sessions.plan(physics.id, day="2026-11-23", start="15:00", minutes=60, by="t1")
    site.clock.advance(minutes=5)
    listed = site.class_sessions.on_day()
    assert [session.id for session in listed] == [first.id, later.id]
    assert listed[0].closed_at == first.closes_at
    assert site.class_sessions.on_day("2026-11-22") == []
