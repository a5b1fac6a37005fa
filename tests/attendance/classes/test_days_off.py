"""Days without classes: nothing opens by the schedule, nobody is absent, and a person can still open one."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from attendance.classes.cancelling import Cancelling
from attendance.classes.closing import CLOCK
from attendance.classes.session_doubts import DoubtKind, SessionDoubtError
from attendance.errors import CourseError, DayOffError, DayOffNotFoundError
from attendance.values import Course, MarkStatus, ScheduleRule, SessionPhase
from tests.attendance.site import Site

# The clock of the site stands at 10:00 on Monday 23 November 2026, local time.
EVERY_DAY = [ScheduleRule(weekday, "12:00", 90) for weekday in range(7)]


@pytest.fixture
def physics(class_of_two: Site) -> Course:
    return class_of_two.courses.add("Physics", roster=["1", "2"], schedule=EVERY_DAY)


def days_with_sessions(site: Site, course: Course, days: int = 6) -> list[str]:
    """The local days on which sessions of the course opened while the server ran for some days."""
    site.clock.moment = datetime(2026, 11, 23, 11, 30, tzinfo=UTC)
    for _ in range(days * 4):
        site.class_sessions.settle_due()
        site.clock.advance(hours=6)
    return [session.day for session in site.store.sessions_of(course.id)]


class TestOnADayOff:
    def test_a_server_left_running_opens_nothing_and_marks_nobody_absent(
        self, class_of_two: Site, physics: Course
    ) -> None:
        site = class_of_two
        site.class_sessions.days_off.add("Autumn break", "2026-11-24", "2026-11-26", by="a1")
        site.class_sessions.days_off.add("Founder's day", "2026-11-28", by="a1")
        assert days_with_sessions(site, physics) == ["2026-11-23", "2026-11-27"]
        marks = site.store.marks_of_sessions([s.id for s in site.store.sessions_of(physics.id)])
        assert {mark.session_id.split("|")[1] for mark in marks} == {"2026-11-23", "2026-11-27"}

    def test_what_is_foreseen_leaves_it_out(self, class_of_two: Site, physics: Course) -> None:
        site = class_of_two
        week = date(2026, 11, 23), date(2026, 11, 29)
        assert len(site.class_sessions.meetings(physics, *week)) == 7
        site.class_sessions.days_off.add("Break", "2026-11-24", "2026-11-26", by="a1")
        left = [meeting.day[-2:] for meeting in site.class_sessions.meetings(physics, *week)]
        assert left == ["23", "27", "28", "29"]

    def test_a_person_can_open_one_after_a_question(self, class_of_two: Site, physics: Course) -> None:
        site = class_of_two
        site.class_sessions.days_off.add("Snow", "2026-11-23", by="a1")
        with pytest.raises(SessionDoubtError, match="2026-11-23 is a day off: Snow") as asked:
            site.class_sessions.open_now(physics.id, by="t1")
        assert [doubt.kind for doubt in asked.value.doubts] == [DoubtKind.DAY_OFF]
        assert site.store.sessions_of(physics.id) == []
        session = site.class_sessions.open_now(physics.id, by="t1", confirmed=[DoubtKind.DAY_OFF])
        assert session.is_open(site.clock.now())
        assert site.class_sessions.open_now(physics.id, by="t2") == session, "the open one needs no question"
        site.closing.close(session.id, by="t1")
        assert {mark.status for mark in site.store.marks(session.id)} == {MarkStatus.ABSENT}

    def test_what_exists_already_is_listed_and_not_changed(self, class_of_two: Site, physics: Course) -> None:
        site = class_of_two
        site.clock.moment = datetime(2026, 11, 23, 11, 30, tzinfo=UTC)
        (scheduled,) = site.class_sessions.open_ones()
        site.sessions.get(scheduled.id)
        planned = site.class_sessions.plan(physics.id, day="2026-11-23", start="18:00", minutes=60, by="t1")
        entered = site.class_sessions.days_off.add("Snow", "2026-11-23", by="a1")
        found = site.class_sessions.days_off.sessions_on(entered)
        assert [(each.id, each.planned) for each in found] == [(scheduled.id, True), (planned.id, False)]
        Cancelling(site.store, site.clock).cancel(scheduled.id, by="a1")
        assert [each.id for each in site.class_sessions.days_off.sessions_on(entered)] == [planned.id]

    def test_a_scheduled_one_that_exists_and_nobody_comes_to_is_cancelled_by_the_clock(
        self, class_of_two: Site, physics: Course
    ) -> None:
        site = class_of_two
        (tuesday,) = site.class_sessions.meetings(physics, date(2026, 11, 24), date(2026, 11, 24))
        ahead = site.class_sessions.session_of(tuesday)  # to excuse a student
        excused = site.marking.mark("1", MarkStatus.EXCUSED, by="t1", session=ahead)
        site.clock.moment = datetime(2026, 11, 23, 11, 30, tzinfo=UTC)
        (today,) = site.class_sessions.open_ones()
        site.marking.mark("1", MarkStatus.PRESENT, by="t1", session=today)
        site.class_sessions.days_off.add("Snow", "2026-11-23", "2026-11-24", by="a1")
        site.clock.advance(days=2)
        came = site.class_sessions.get(today.id)
        assert came.phase(site.clock.now()) is SessionPhase.CLOSED, "somebody was there"
        assert len(site.store.marks(today.id)) == 2
        nobody = site.class_sessions.get(ahead.id)
        assert nobody.cancellation is not None
        assert (nobody.cancellation.by, nobody.cancellation.why) == (CLOCK, "Snow")
        assert site.store.marks(ahead.id) == [excused]

    def test_one_that_a_person_opened_closes_as_ever(self, class_of_two: Site, physics: Course) -> None:
        site = class_of_two
        site.class_sessions.days_off.add("Snow", "2026-11-23", by="a1")
        opened = site.class_sessions.open_now(physics.id, by="t1", confirmed=[DoubtKind.DAY_OFF])
        site.clock.moment = opened.closes_at
        assert site.class_sessions.get(opened.id).closed_at == opened.closes_at
        assert len(site.store.marks(opened.id)) == 2

    def test_generals_days_go_on_as_nobody_is_absent_from_them(self, class_of_two: Site) -> None:
        site = class_of_two
        entered = site.class_sessions.days_off.add("Snow", "2026-11-23", by="a1")
        assert site.session.is_open(site.clock.now())
        assert site.class_sessions.days_off.sessions_on(entered) == []


class TestTheDaysOfACourse:
    def test_it_opens_from_its_first_to_its_last_day(self, class_of_two: Site, physics: Course) -> None:
        site = class_of_two
        site.courses.change(physics.id, first_day="2026-11-24", last_day="2026-11-26")
        assert days_with_sessions(site, physics) == ["2026-11-24", "2026-11-25", "2026-11-26"]
        with pytest.raises(SessionDoubtError) as asked:
            site.class_sessions.open_now(physics.id, by="t1")
        assert [doubt.kind for doubt in asked.value.doubts] == [DoubtKind.OUTSIDE_COURSE]
        assert site.class_sessions.open_now(physics.id, by="t1", confirmed=list(DoubtKind))

    @pytest.mark.parametrize(
        ("first", "last", "said"),
        [
            ("2026-11-26", "2026-11-24", "2026-11-24, is before the first"),
            ("yesterday", None, "'yesterday' is not a valid date"),
            (None, "2026-02-30", "'2026-02-30' is not a valid date"),
            ("20261124", None, "'20261124' is not a valid date"),
        ],
    )
    def test_impossible_days_are_refused(
        self, class_of_two: Site, physics: Course, first: str | None, last: str | None, said: str
    ) -> None:
        with pytest.raises(CourseError, match=said):
            class_of_two.courses.change(physics.id, first_day=first, last_day=last)


class TestTheList:
    def test_it_is_kept_by_days_and_the_same_days_are_entered_once(self, class_of_two: Site) -> None:
        days_off = class_of_two.class_sessions.days_off
        christmas = days_off.add("  Christmas  holidays ", "2026-12-21", "2027-01-03", by="a1")
        assert christmas.name == "Christmas holidays"
        assert days_off.add("Xmas", "2026-12-21", "2027-01-03", by="a2") == christmas
        single = days_off.add("Founder's day", "2026-12-01", by="a1")
        assert (single.first_day, single.last_day) == ("2026-12-01", "2026-12-01")
        assert days_off.all() == [single, christmas]
        assert days_off.remove(single.id) == single
        for act in (days_off.get, days_off.remove):
            with pytest.raises(DayOffNotFoundError, match="2026-12-01"):
                act(single.id)

    @pytest.mark.parametrize(
        ("entry", "said"),
        [
            (("", "2026-12-21", ""), "needs a name"),
            (("x" * 101, "2026-12-21", ""), "needs a name of 1 to 100"),
            (("a\x00b", "2026-12-21", ""), "needs a name"),
            (("Snow", "21.12.2026", ""), "'21.12.2026' is not a valid date"),
            (("Snow", "2026-12-21", "2026-12-20"), "Swap them"),
            (("Snow", "2026-12-21", "2028-12-20"), "more than a year"),
            (("", "soon", "later"), "(?s)name.*'soon'.*'later'"),
        ],
    )
    def test_all_that_is_wrong_is_said_and_nothing_is_written(
        self, class_of_two: Site, entry: tuple[str, str, str], said: str
    ) -> None:
        days_off = class_of_two.class_sessions.days_off
        with pytest.raises(DayOffError, match=said):
            days_off.add_all([("Founder's day", "2026-12-01", ""), entry], by="a1")
        assert days_off.all() == []
