"""Planning asks first where a session may be a mistake, and one in the past is marked by hand."""

from __future__ import annotations

import pytest

from attendance.classes.cancelling import Cancelling
from attendance.classes.mark_changes import status_at
from attendance.classes.session_doubts import DoubtKind, SessionDoubtError
from attendance.values import Course, MarkStatus, ScheduleRule, Session, SessionPhase
from tests.attendance.site import Site

# The clock of the site stands at 10:00 on Monday 23 November 2026, local time.


@pytest.fixture
def physics(class_of_two: Site) -> Course:
    return class_of_two.courses.add("Physics", roster=["1", "2"], schedule=[ScheduleRule(1, "12:00", 90)])


def plan(
    site: Site, course: Course, day: str, start: str, *confirmed: DoubtKind, minutes: int = 60
) -> Session:
    return site.class_sessions.plan(
        course.id, day=day, start=start, minutes=minutes, by="t1", confirmed=confirmed
    )


def doubts(site: Site, course: Course, day: str, start: str, *confirmed: DoubtKind) -> list[DoubtKind]:
    """What is asked; nothing is created by asking."""
    before = site.store.sessions()
    with pytest.raises(SessionDoubtError) as asked:
        plan(site, course, day, start, *confirmed)
    assert site.store.sessions() == before
    return [doubt.kind for doubt in asked.value.doubts]


class TestInThePast:
    def test_it_is_marked_by_hand_until_someone_closes_it(self, class_of_two: Site, physics: Course) -> None:
        site = class_of_two
        assert doubts(site, physics, "2026-11-20", "09:00") == [DoubtKind.OVER]
        session = plan(site, physics, "2026-11-20", "09:00", DoubtKind.OVER)
        site.class_sessions.settle_due()
        site.clock.advance(days=3)
        assert site.class_sessions.get(session.id).phase(site.clock.now()) is SessionPhase.BY_HAND
        assert site.store.marks(session.id) == []
        assert site.class_sessions.open_ones() == []
        site.marking.mark("1", MarkStatus.LATE, by="t1", session=session)
        closed = site.closing.close(session.id, by="t1")
        assert closed.closed_at == session.closes_at
        assert [row.status for row in site.boards.of(session.id).rows] == [MarkStatus.LATE, MarkStatus.ABSENT]

    def test_who_is_seen_on_a_photo_that_is_sent_later_is_not_late(
        self, class_of_two: Site, physics: Course
    ) -> None:
        site = class_of_two
        site.courses.change(physics.id, late_after_minutes=10)
        session = plan(site, physics, "2026-11-20", "09:00", DoubtKind.OVER)
        assert session.late_at is not None
        assert status_at(session, site.clock.now()) is MarkStatus.PRESENT
        assert status_at(session, session.late_at) is MarkStatus.LATE, "who came then was late"

    def test_one_that_has_begun_opens_at_once_and_ends_by_the_clock(
        self, class_of_two: Site, physics: Course
    ) -> None:
        site = class_of_two
        assert doubts(site, physics, "2026-11-23", "09:30") == [DoubtKind.BEGUN]
        session = plan(site, physics, "2026-11-23", "09:30", DoubtKind.BEGUN)
        assert session.is_open(site.clock.now())
        site.clock.advance(hours=1)
        assert site.class_sessions.get(session.id).closed_at == session.closes_at

    @pytest.mark.parametrize("day", ["0001-01-02", "9999-12-30"])
    def test_at_the_ends_of_the_calendar(self, class_of_two: Site, physics: Course, day: str) -> None:
        assert plan(class_of_two, physics, day, "09:00", *DoubtKind).day == day


class TestBesideOthers:
    def test_an_overlap_is_said_before_it_is_created(self, class_of_two: Site, physics: Course) -> None:
        site = class_of_two
        first = plan(site, physics, "2026-11-25", "09:00")
        assert doubts(site, physics, "2026-11-25", "09:59") == [DoubtKind.OVERLAP]
        assert doubts(site, physics, "2026-11-25", "08:30") == [DoubtKind.OVERLAP]
        assert plan(site, physics, "2026-11-25", "09:30", DoubtKind.OVERLAP).id != first.id
        assert plan(site, physics, "2026-11-25", "10:30"), "after its end is no overlap"
        chemistry = site.courses.add("Chemistry")
        assert plan(site, chemistry, "2026-11-25", "09:00"), "other courses may meet at the same time"

    def test_so_is_one_with_a_meeting_of_the_schedule(self, class_of_two: Site, physics: Course) -> None:
        site = class_of_two
        assert doubts(site, physics, "2026-11-24", "13:00") == [DoubtKind.OVERLAP]
        assert plan(site, physics, "2026-11-24", "12:00"), "the meeting itself is no other session"
        site.class_sessions.days_off.add("Snow", "2026-12-01", by="a1")
        asked = doubts(site, physics, "2026-12-01", "13:00")
        assert asked == [DoubtKind.DAY_OFF], "on a day off the schedule has no meeting"

    def test_a_cancelled_one_overlaps_with_nothing(self, class_of_two: Site, physics: Course) -> None:
        site = class_of_two
        first = plan(site, physics, "2026-11-25", "09:00")
        Cancelling(site.store, site.clock).cancel(first.id, by="t1")
        assert plan(site, physics, "2026-11-25", "09:30")

    def test_opening_one_now_asks_only_if_it_runs_into_a_planned_one(
        self, class_of_two: Site, physics: Course
    ) -> None:
        site = class_of_two
        plan(site, physics, "2026-11-23", "11:00")
        with pytest.raises(SessionDoubtError) as asked:
            site.class_sessions.open_now(physics.id, by="t1")
        assert [doubt.kind for doubt in asked.value.doubts] == [DoubtKind.OVERLAP]
        assert site.class_sessions.open_now(physics.id, by="t1", minutes=45)


class TestAgain:
    def test_planning_what_was_cancelled_brings_it_back(self, class_of_two: Site, physics: Course) -> None:
        site = class_of_two
        first = plan(site, physics, "2026-11-25", "09:00")
        excused = site.marking.mark("1", MarkStatus.EXCUSED, by="t1", session=first)
        Cancelling(site.store, site.clock).cancel(first.id, by="t1")
        again = plan(site, physics, "2026-11-25", "09:00", minutes=45)
        assert (again.id, again.token) == (first.id, first.token)
        assert again.phase(site.clock.now()) is SessionPhase.PLANNED
        assert (again.closes_at - again.opens_at).total_seconds() == 45 * 60
        assert site.store.marks(first.id) == [excused]

    def test_so_does_planning_one_of_the_past(self, class_of_two: Site, physics: Course) -> None:
        site = class_of_two
        first = plan(site, physics, "2026-11-20", "09:00", DoubtKind.OVER)
        Cancelling(site.store, site.clock).cancel(first.id, by="t1")
        assert doubts(site, physics, "2026-11-20", "09:00") == [DoubtKind.OVER]
        again = plan(site, physics, "2026-11-20", "09:00", DoubtKind.OVER)
        assert again.phase(site.clock.now()) is SessionPhase.BY_HAND
        assert plan(site, physics, "2026-11-20", "09:00") == again, "one that is there needs no question"
