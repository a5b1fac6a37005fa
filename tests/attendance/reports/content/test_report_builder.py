"""The content of reports of sessions, courses and students."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.classes.cancelling import Cancelling
from attendance.classes.session_doubts import DoubtKind
from attendance.errors import (
    CourseNotFoundError,
    ReportError,
    SessionNotFoundError,
    StudentNotFoundError,
)
from attendance.people.new_student import NewStudent
from attendance.reports.content.attendance_rate import AbsenceRuns, Counts, Standing
from attendance.reports.content.report_builder import Reports
from attendance.reports.content.values import ReportEntry, SessionState
from attendance.reports.export.csv_files import report_csv
from attendance.values import Course, Mark, MarkMethod, MarkStatus, Session, Student
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.new_store import new_store
from tests.attendance.reports.conftest import LIMIT, hold, reports_of
from tests.attendance.site import COLLINS, Site


@pytest.fixture
def physics(class_of_two: Site) -> Course:
    """A course with Collins (1) and Hopper (2)."""
    return class_of_two.courses.add("Physics", roster=["1", "2"])


def standings(reports: Reports, course: Course) -> dict[str, list[str]]:
    """The entries of the course's report, by roll number."""
    report = reports.of_course(course.id)
    rows = (*report.rows, *report.guests)
    return {row.student.roll_number: [str(entry.standing) for entry in row.entries] for row in rows}


class TestOfASession:
    """One session, closed or not."""

    def test_who_came_when_and_who_did_not(
        self, class_of_two: Site, physics: Course, reports: Reports
    ) -> None:
        site = class_of_two
        session = site.class_sessions.open_now(physics.id, by="t1")
        site.clock.advance(minutes=3)
        came_at = site.clock.now()
        site.submit(photo_of(COLLINS), session=session)
        site.closing.close(session.id, by="t1")
        report = reports.of_session(session.id)
        assert report.state is SessionState.HELD
        first, second = report.rows
        assert (first.student.name, first.standing, first.entry.came_at) == (
            "Eileen Collins",
            "present",
            came_at,
        )
        assert (second.student.name, second.standing, second.entry.came_at) == (
            "Grace Hopper",
            "absent",
            None,
        )
        assert (report.counts, report.counts.share) == (Counts(present=1, absent=1), Fraction(1, 2))

    def test_past_its_end_it_is_closed_by_asking(
        self, class_of_two: Site, physics: Course, reports: Reports
    ) -> None:
        session = class_of_two.class_sessions.open_now(physics.id, by="t1")
        assert reports.of_session(session.id).state is SessionState.OPEN
        class_of_two.clock.moment = session.closes_at
        report = reports.of_session(session.id)
        assert (report.state, report.counts) == (SessionState.HELD, Counts(absent=2))

    def test_how_marks_came_about_is_told_only_where_asked(
        self, class_of_two: Site, physics: Course, reports: Reports
    ) -> None:
        session = hold(class_of_two, physics.id, **{"1": "present"})
        assert [row.entry.method for row in reports.of_session(session.id).rows] == [None, None]
        told = reports.of_session(session.id, methods=True).rows
        assert [row.entry.method for row in told] == [MarkMethod.MANUAL, MarkMethod.CLOSING]

    def test_guests_are_apart_and_in_no_count(
        self, class_of_two: Site, physics: Course, reports: Reports
    ) -> None:
        class_of_two.courses.remove_from_roster(physics.id, ["2"])
        session = hold(class_of_two, physics.id, **{"1": "late", "2": "present"})
        report = reports.of_session(session.id)
        assert [row.student.roll_number for row in report.rows] == ["1"]
        assert [row.student.roll_number for row in report.guests] == ["2"]
        assert report.counts == Counts(late=1)

    def test_what_waits_for_a_decision_counts_for_nothing(
        self, class_of_two: Site, physics: Course, reports: Reports
    ) -> None:
        site = class_of_two
        session = site.class_sessions.open_now(physics.id, by="t1")
        photo = photo_of(COLLINS)
        attempt = site.attempt(photo)
        site.submit(photo, attempt=attempt, session=session)
        site.check_in.not_me(session, attempt)
        site.closing.close(session.id, by="t1")
        assert reports.of_session(session.id).counts == Counts(under_review=1, absent=1)
        (review,) = site.reviews.held()
        site.reviews.refuse(review.review.id, by="t1")
        assert reports.of_session(session.id).counts == Counts(absent=2)

    def test_a_planned_and_a_cancelled_one_say_so(
        self, class_of_two: Site, physics: Course, reports: Reports
    ) -> None:
        site = class_of_two
        session = site.class_sessions.plan(physics.id, day="2026-11-24", start="09:00", minutes=45, by="t1")
        assert reports.of_session(session.id).state is SessionState.PLANNED
        site.closing.close(session.id, by="t1")
        assert reports.of_session(session.id).state is SessionState.CANCELLED

    def test_who_came_late_and_is_said_to_be_in_time_came_when_they_came(
        self, class_of_two: Site, physics: Course, reports: Reports
    ) -> None:
        site = class_of_two
        session = site.class_sessions.open_now(physics.id, by="t1")
        came_at = site.clock.now()
        site.marking.mark("1", MarkStatus.LATE, by="t1", session=session)
        site.clock.advance(days=2)
        site.marking.mark("1", MarkStatus.PRESENT, by="t1", session=session)
        assert reports.of_session(session.id).rows[0].entry == ReportEntry(Standing.PRESENT, came_at)

    def test_when_somebody_came_who_is_marked_days_later_is_not_known(
        self, class_of_two: Site, physics: Course, reports: Reports
    ) -> None:
        session = hold(class_of_two, physics.id)
        class_of_two.clock.advance(days=2)
        class_of_two.marking.mark("1", MarkStatus.PRESENT, by="t1", session=session)
        assert reports.of_session(session.id).rows[0].entry == ReportEntry(Standing.PRESENT, None)

    def test_who_was_taken_for_absent_meanwhile_came_when_it_was_put_right(
        self, class_of_two: Site, physics: Course, reports: Reports
    ) -> None:
        site = class_of_two
        session = site.class_sessions.open_now(physics.id, by="t1")
        for status in (MarkStatus.PRESENT, MarkStatus.ABSENT, MarkStatus.LATE):
            site.clock.advance(minutes=1)
            site.marking.mark("1", status, by="t1", session=session)
        assert reports.of_session(session.id).rows[0].entry.came_at == site.clock.now()

    def test_an_unknown_one_is_an_error(self, reports: Reports) -> None:
        with pytest.raises(SessionNotFoundError, match="nonsense"):
            reports.of_session("nonsense")


class TestOfACourse:
    """All held sessions of a range."""

    def test_only_held_sessions_count(self, class_of_two: Site, physics: Course, reports: Reports) -> None:
        site = class_of_two
        held = hold(site, physics.id, **{"1": "present"})
        off = site.class_sessions.plan(physics.id, day="2026-11-23", start="18:00", minutes=45, by="t1")
        site.closing.close(off.id, by="t1")
        site.class_sessions.plan(physics.id, day="2026-11-23", start="20:00", minutes=45, by="t1")
        site.class_sessions.open_now(physics.id, by="t1")
        report = reports.of_course(physics.id)
        assert report.sessions == (held,)
        assert report.session_counts == (Counts(present=1, absent=1),)

    def test_the_range_is_of_local_days_both_included(
        self, class_of_two: Site, physics: Course, reports: Reports
    ) -> None:
        days = []
        for _ in range(4):
            days.append(date.fromisoformat(hold(class_of_two, physics.id).day))
            class_of_two.clock.advance(days=1)
        first, last = days[1], days[2]

        def found(*limits: date | None) -> list[str]:
            return [session.day for session in reports.of_course(physics.id, *limits).sessions]

        assert found(first, last) == [str(first), str(last)]
        assert found(None, first) == [str(days[0]), str(first)]
        assert found(last) == [str(last), str(days[3])]
        with pytest.raises(ReportError, match="before the first"):
            reports.of_course(physics.id, last, first)

    def test_excused_leaves_the_denominator_and_withdrawn_is_no_mark(
        self, class_of_two: Site, physics: Course, reports: Reports
    ) -> None:
        site = class_of_two
        hold(site, physics.id, **{"1": "excused"})
        hold(site, physics.id, **{"1": "present"})
        third = hold(site, physics.id, **{"1": "absent"})
        site.corrections.take_back(third.id, site.student("1").id, by="t1")
        assert standings(reports, physics)["1"] == ["excused", "present", "no_mark"]
        row = reports.of_course(physics.id).rows[0]
        assert (row.share, row.counts.counted) == (Fraction(1), 1)

    def test_who_joined_later_is_not_absent_from_before(
        self, class_of_two: Site, physics: Course, reports: Reports
    ) -> None:
        site = class_of_two
        hold(site, physics.id)
        site.enrolment.enrol(NewStudent("3"), {}, None)
        site.courses.add_to_roster(physics.id, ["3"])
        hold(site, physics.id, **{"3": "present"})
        assert standings(reports, physics)["3"] == ["no_mark", "present"]
        assert reports.of_course(physics.id).rows[2].share == 1

    def test_who_left_is_a_guest_with_the_marks_that_are_there(
        self, class_of_two: Site, physics: Course, reports: Reports
    ) -> None:
        site = class_of_two
        hold(site, physics.id)
        site.courses.remove_from_roster(physics.id, ["2"])
        hold(site, physics.id)
        report = reports.of_course(physics.id)
        assert [row.student.roll_number for row in report.guests] == ["2"]
        assert standings(reports, physics) == {"1": ["absent", "absent"], "2": ["absent", "no_mark"]}
        assert report.counts == Counts(absent=2)

    def test_those_below_the_limit_and_their_runs(
        self, class_of_two: Site, physics: Course, reports: Reports
    ) -> None:
        for status in ("absent", "present", "absent", "excused", "absent", "present"):
            hold(class_of_two, physics.id, **{"1": status, "2": "present"})
        report = reports.of_course(physics.id)
        assert [row.student.roll_number for row in report.below_limit] == ["1"]
        assert report.rows[0].runs == AbsenceRuns(current=0, longest=2)

    def test_nobody_is_absent_from_generals_days(self, class_of_two: Site, reports: Reports) -> None:
        site = class_of_two
        for _ in range(2):
            site.submit(photo_of(COLLINS), grant=site.session.id)
            site.clock.advance(days=1)
        report = reports.of_course("general")
        assert [row.counts for row in report.rows] == [Counts(late=2), Counts(no_mark=2)]
        assert [row.share for row in report.rows] == [1, None]
        assert report.below_limit == ()

    def test_an_inactive_student_is_listed_only_with_marks(
        self, class_of_two: Site, physics: Course, reports: Reports
    ) -> None:
        site = class_of_two
        hold(site, physics.id)
        site.enrolment.enrol(NewStudent("3"), {}, None)
        site.courses.add_to_roster(physics.id, ["3"])
        for roll_number in ("2", "3"):
            student = site.student(roll_number)
            site.students.change(student.id, NewStudent(roll_number), active=False)
        assert list(standings(reports, physics)) == ["1", "2"]

    def test_roll_numbers_are_in_the_order_of_numbers(
        self, class_of_two: Site, physics: Course, reports: Reports
    ) -> None:
        for roll_number in ("10", "B2", "B10", "a"):
            class_of_two.enrolment.enrol(NewStudent(roll_number), {}, None)
        class_of_two.courses.add_to_roster(physics.id, ["a", "B10", "B2", "10"])
        hold(class_of_two, physics.id)
        assert list(standings(reports, physics)) == ["1", "2", "10", "B2", "B10", "a"]

    def test_a_course_without_sessions_or_students_has_an_empty_report(
        self, site: Site, reports: Reports
    ) -> None:
        course = site.courses.add("Empty")
        report = reports.of_course(course.id)
        assert (report.sessions, report.rows, report.counts, report.counts.share) == ((), (), Counts(), None)
        hold(site, course.id)
        assert reports.of_course(course.id).session_counts == (Counts(),)

    def test_an_unknown_one_is_an_error(self, reports: Reports) -> None:
        with pytest.raises(CourseNotFoundError, match="nonsense"):
            reports.of_course("nonsense")


class TestOfAStudent:
    """One student over all their courses."""

    def test_each_course_and_all_together(
        self, class_of_two: Site, physics: Course, reports: Reports
    ) -> None:
        site = class_of_two
        art = site.courses.add("Art", roster=["1"])
        site.courses.add("Greek", roster=["2"])
        hold(site, physics.id, **{"1": "present"})
        hold(site, art.id, **{"1": "absent"})
        hold(site, physics.id, **{"1": "absent"})
        report = reports.of_student(site.student("1").id)
        assert [part.course.name for part in report.courses] == ["Art", "Physics"]
        assert [part.share for part in report.courses] == [0, Fraction(1, 2)]
        assert (report.share, report.runs) == (Fraction(1, 3), AbsenceRuns(2, 2))
        assert report.is_below

    def test_only_the_courses_and_days_that_are_asked_for(
        self, class_of_two: Site, physics: Course, reports: Reports
    ) -> None:
        site = class_of_two
        art = site.courses.add("Art", roster=["1"])
        hold(site, physics.id, **{"1": "present"})
        site.clock.advance(days=1)
        hold(site, art.id, **{"1": "absent"})
        student_id = site.student("1").id
        only = reports.of_student(student_id, course_ids=[physics.id])
        assert [(part.course.name, part.counts) for part in only.courses] == [("Physics", Counts(present=1))]
        tomorrow = reports.of_student(student_id, date(2026, 11, 24), date(2026, 11, 24))
        assert tomorrow.counts == Counts(absent=1)

    def test_a_guest_sees_the_course_too_and_says_so(
        self, class_of_two: Site, physics: Course, reports: Reports
    ) -> None:
        site = class_of_two
        site.courses.remove_from_roster(physics.id, ["2"])
        hold(site, physics.id, **{"2": "present"})
        (part,) = reports.of_student(site.student("2").id).courses
        assert (part.course.name, part.on_roster, part.share) == ("Physics", False, Fraction(1))

    def test_an_unknown_one_is_an_error(self, reports: Reports) -> None:
        with pytest.raises(StudentNotFoundError):
            reports.of_student("nobody")


NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
SAID = st.sampled_from([None, *MarkStatus]).flatmap(lambda status: st.tuples(st.just(status), st.booleans()))


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 4).flatmap(
        lambda sessions: st.lists(st.lists(SAID, min_size=sessions, max_size=sessions), max_size=4)
    ),
    st.integers(0, 4),
)
def test_a_course_report_is_a_plain_count_of_the_marks(
    said: list[list[tuple[MarkStatus | None, bool]]], on_roster: int
) -> None:
    """Whatever marks there are: each row against counting them one by one."""
    count = len(said[0]) if said else 0
    with tempfile.TemporaryDirectory() as folder:
        store = new_store(Path(folder) / "a.sqlite3")
        students = [Student(f"s{number}", f"r{number}", f"n{number}") for number in range(len(said))]
        for student in students:
            store.add_student(student)
        roster = tuple(student.id for student in students[:on_roster])
        store.add_course(Course("c", "C", roster))
        for number in range(count):
            opens_at = NOON + timedelta(days=number)
            closes_at = opens_at + timedelta(hours=1)
            store.add_session(
                Session(f"c|{number}", "c", f"t{number}", f"2026-11-{number + 2:02}", opens_at, closes_at)
            )
            for student, row in zip(students, said, strict=True):
                status, review = row[number]
                if status is not None:
                    held = review and status in (MarkStatus.PRESENT, MarkStatus.LATE)
                    store.insert_mark(
                        Mark(f"c|{number}", student.id, status, MarkMethod.FACE, opens_at, under_review=held)
                    )
        clock = FrozenClock()
        clock.advance(days=99)
        report = Reports(store, clock, zone=UTC, limit=LIMIT, settle=lambda: None).of_course("c")
        store.close()
    for index, row in enumerate(said):
        sure = [status for status, review in row if not (review and status in ("present", "late"))]
        there = sum(status in ("present", "late") for status in sure)
        absent = sum(status == "absent" for status in sure)
        shown = next((r for r in (*report.rows, *report.guests) if r.student.id == f"s{index}"), None)
        if shown is None:  # never on the roster, and nothing was said that stands
            assert index >= on_roster
            assert all(status in (None, "withdrawn") for status, _ in row)
            continue
        assert (shown in report.rows) == (index < on_roster)
        assert shown.counts.there == there
        assert shown.counts.excused == sum(status == "excused" for status, _ in row)
        assert shown.share == (Fraction(there, there + absent) if there + absent else None)
    assert sum(counts.there for counts in report.session_counts) == sum(r.counts.there for r in report.rows)


class TestOfACancelledSession:
    """What did not take place counts nowhere, and everything is back when it is restored."""

    def test_it_is_in_no_count(self, class_of_two: Site, physics: Course, reports: Reports) -> None:
        site, cancelling = class_of_two, Cancelling(class_of_two.store, class_of_two.clock)
        hold(site, physics.id, **{"1": "present", "2": "present"})
        off = hold(site, physics.id, **{"1": "present"})
        collins, hopper = (site.student(number).id for number in "12")

        def counted() -> tuple[int, int, int]:
            of_course, of_student = reports.of_course(physics.id), reports.of_student(hopper)
            return len(of_course.sessions), of_course.counts.counted, of_student.counts.absent

        before, session_before = counted(), reports.of_session(off.id)
        assert (before, session_before.counts) == ((2, 4, 1), Counts(present=1, absent=1))
        cancelling.cancel(off.id, by="t1")
        assert counted() == (1, 2, 0)
        assert [row.runs.longest for row in reports.of_course(physics.id).rows] == [0, 0]
        report = reports.of_session(off.id)
        assert (report.state, report.counts) == (SessionState.CANCELLED, Counts(no_mark=2))
        assert "Eileen Collins,absent" not in report_csv(report).decode("utf-8-sig")
        cancelling.restore(off.id, by="t1")
        assert counted() == before
        assert reports.of_session(off.id).rows == session_before.rows
        assert reports.of_student(collins).counts.present == 2

    def test_one_that_is_marked_by_hand_counts_once_it_is_closed(
        self, class_of_two: Site, physics: Course, reports: Reports
    ) -> None:
        site = class_of_two
        session = site.class_sessions.plan(
            physics.id, day="2026-11-20", start="09:00", minutes=60, by="t1", confirmed=[DoubtKind.OVER]
        )
        assert reports.of_session(session.id).state is SessionState.OPEN
        assert reports.of_course(physics.id).sessions == ()
        closed = site.closing.close(session.id, by="t1")
        assert reports.of_course(physics.id).sessions == (closed,)


def test_a_report_does_not_change_afterwards(class_of_two: Site, physics: Course) -> None:
    reports = reports_of(class_of_two)
    session = hold(class_of_two, physics.id)
    before = reports.of_course(physics.id)
    class_of_two.marking.mark("1", MarkStatus.PRESENT, by="t1", session=session)
    assert before.counts == Counts(absent=2)
    assert reports.of_course(physics.id).counts == Counts(present=1, absent=1)
