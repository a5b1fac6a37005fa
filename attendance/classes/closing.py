"""Closing a session marks the missing students absent; reopening it withdraws just those marks.

Each closing has a number, the version of the session that it leads to, and each absence that it writes
carries it. Opening again withdraws the absences of closings up to the version that was closed. So what two
people, or two processes, do at the same moment never takes away or leaves behind an absence of the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from attendance.classes.cancelling import Cancelling
from attendance.classes.course_rules import check_minutes
from attendance.classes.courses import Courses
from attendance.classes.days_off import DaysOff
from attendance.classes.general_course import GENERAL_COURSE
from attendance.classes.mark_changes import MarkFacts, mark_after, mark_with
from attendance.clock import Clock
from attendance.errors import CourseNotFoundError, SessionNotFoundError
from attendance.store.protocol import Store
from attendance.values import Mark, MarkEvent, MarkMethod, MarkStatus, Session, SessionPhase, Student

CLOCK = "clock"  # who closes a session whose time is over
REOPENED_FOR = 15  # minutes; for latecomers at the door
_ATTEMPT = re.compile(r"closing:(\d+)", re.ASCII)


class Closing:
    """Closes sessions, by hand and by the clock, and reopens them.

    Args:
        store: the register's database.
        clock: the source of the time.
        courses: knows the rosters.
    """

    def __init__(self, store: Store, clock: Clock, courses: Courses) -> None:
        self._store = store
        self._clock = clock
        self._courses = courses
        self._cancelling = Cancelling(store, clock)
        self._days_off = DaysOff(store, clock)

    def close(self, session_id: str, *, by: str) -> Session:
        """Close a session now: members of the roster without a mark are absent.

        Before it opens, closing cancels it. Closing twice has no further effect.

        Args:
            session_id: which session.
            by: who closes it.

        Returns:
            The closed session, or the cancelled one.

        Raises:
            SessionNotFoundError: there is none.
        """
        while True:
            session = self._get(session_id)
            if session.closed_at is not None or session.is_cancelled:
                return session
            if session.phase(self._clock.now()) is SessionPhase.PLANNED:
                return self._cancelling.cancel(session_id, by=by)
            if closed := self._closed(session, by):
                return closed

    def settle(self, session: Session) -> Session:
        """The current session, closed first if its time is over.

        General's sessions end without absences unless they are closed by hand: General has no roster of
        its own, and no time at which everybody should come. The clock closes no session that is cancelled,
        or whose time was over when it was planned or restored. A scheduled one that nobody opened or came to
        on a day without classes is cancelled instead.
        """
        while self._is_due(session):
            if (why := self._why_empty(session)) is not None:
                return self._cancelling.cancel(session.id, by=CLOCK, why=why)
            if closed := self._closed(session, CLOCK):
                return closed
            session = self._get(session.id)
        return session

    def settle_due(self) -> None:
        """Close every session whose time is over."""
        for session in self._store.unclosed_sessions(self._clock.now()):
            self.settle(session)

    def reopen(self, session_id: str, *, by: str, minutes: int = REOPENED_FOR) -> Session:
        """Reopen a closed session: only the absences that closing wrote are withdrawn.

        One that only a person closes is marked by hand again; its time stays over. A cancelled one is
        restored first.

        Args:
            session_id: which session.
            by: who opens it.
            minutes: for how long, where its time is over; else it closes when it was meant to.

        Returns:
            The open session; one that was open stays as it is.

        Raises:
            SessionNotFoundError: there is none.
            CourseError: ``minutes`` is out of range.
        """
        check_minutes(minutes)
        while True:
            session, now = self._cancelling.restore(session_id, by=by), self._clock.now()
            is_over = now >= session.closes_at and not session.by_hand
            if session.closed_at is None and not is_over:
                reopened = session
                break
            closes_at = now + timedelta(minutes=minutes) if is_over else session.closes_at
            reopened = replace(session, closed_at=None, closes_at=closes_at, version=session.version + 1)
            if self._store.replace_session(reopened):
                break
        # Also if it was open: a crash may have left some after the last reopening.
        self._withdraw(session, by=by, up_to=session.version)
        return reopened

    def _is_due(self, session: Session) -> bool:
        """Whether the clock closes the session now."""
        is_open = session.closed_at is None and not session.is_cancelled and not session.by_hand
        return is_open and self._clock.now() >= session.closes_at

    def _why_empty(self, session: Session) -> str | None:
        """Why a scheduled session without any arrival did not take place; None where it counts as held."""
        course = self._store.course(session.course_id)
        if course is None or not session.planned or session.opened_by is not None:
            return None
        day_off = self._days_off.calendar().day_off(session.day)
        if day_off is None and course.runs_on(session.day):
            return None
        if any(mark.counts_as_there for mark in self._store.marks(session.id)):
            return None
        return "" if day_off is None else day_off.name

    def _closed(self, session: Session, by: str) -> Session | None:
        """The session after closing, or None after a concurrent change."""
        now, number = self._clock.now(), session.version + 1
        closed = replace(session, closed_at=min(now, session.closes_at), version=number)
        # The absences come first: a crash in between leaves a session that is not closed, and gets closed
        # later. A check-in in between writes over its absence.
        if now >= session.opens_at and (session.course_id != GENERAL_COURSE.id or by != CLOCK):
            self._write_absences(closed, number, by)
        if self._store.replace_session(closed):
            return closed
        if self._get(session.id).closed_at is None:
            self._withdraw(session, by=by, up_to=number)
        return None

    def _write_absences(self, closed: Session, number: int, by: str) -> None:
        marks = {mark.student_id: mark for mark in self._store.marks(closed.id)}
        missing = [student for student in self._members(closed) if _is_missing(marks.get(student.id), number)]
        absent = [self._absence(closed, marks.get(student.id), student.id, by) for student in missing]
        if fresh := [mark for mark in absent if mark.version == 1]:
            self._store.insert_marks(fresh)
        if again := [mark for mark in absent if mark.version > 1]:
            self._store.replace_marks(again)

    def _absence(self, closed: Session, existing: Mark | None, student_id: str, by: str) -> Mark:
        assert closed.closed_at is not None
        event = MarkEvent(self._clock.now(), MarkStatus.ABSENT, MarkMethod.CLOSING, by)
        details = MarkFacts(at=closed.closed_at, attempt=f"closing:{closed.version}")
        return mark_with(existing, session=closed, student_id=student_id, event=event, details=details)

    def _withdraw(self, session: Session, *, by: str, up_to: int) -> None:
        event = MarkEvent(self._clock.now(), MarkStatus.WITHDRAWN, MarkMethod.CLOSING, by)
        written = [mark for mark in self._store.marks(session.id) if 0 < closing_number(mark) <= up_to]
        if written:
            self._store.replace_marks([mark_after(mark, event) for mark in written])

    def _members(self, session: Session) -> Iterable[Student]:
        try:
            return self._courses.members(self._courses.get(session.course_id))
        except CourseNotFoundError:
            return ()

    def _get(self, session_id: str) -> Session:
        session = self._store.session(session_id)
        if session is None:
            raise SessionNotFoundError(f"There is no session {session_id!r}.")
        return session


def closing_number(mark: Mark) -> int:
    """The number of the closing that wrote the mark, or 0 if something else did."""
    if mark.status is not MarkStatus.ABSENT or mark.method is not MarkMethod.CLOSING:
        return 0
    found = _ATTEMPT.fullmatch(mark.attempt or "")
    return int(found[1]) if found else 1  # one that an undo brought back: any opening withdraws it


def _is_missing(mark: Mark | None, number: int) -> bool:
    """Whether closing writes an absence: no mark, a withdrawn one, or one that an earlier closing left."""
    if mark is None or mark.status is MarkStatus.WITHDRAWN:
        return True
    return 0 < closing_number(mark) < number
