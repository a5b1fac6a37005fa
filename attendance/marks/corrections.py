"""Corrects marks: undo, withdraw, mark the rest; the history records everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from attendance.classes.cancelling import need_uncancelled
from attendance.classes.courses import Courses
from attendance.classes.mark_changes import MarkFacts, mark_after, mark_with, settle_mark
from attendance.classes.sessions import Sessions
from attendance.clock import Clock
from attendance.marks.last_word import UNDONE, change_before, has_last_word, last_change
from attendance.store.protocol import Store
from attendance.values import Mark, MarkEvent, MarkMethod, MarkStatus, ReviewReason
from attendance.values.roll_numbers import clean_note


class Corrections:
    """Corrects marks of a session.

    Args:
        store: the register's database.
        clock: the source of the time.
        sessions: finds sessions.
        courses: knows the rosters.
    """

    def __init__(self, store: Store, clock: Clock, *, sessions: Sessions, courses: Courses) -> None:
        self._store = store
        self._clock = clock
        self._sessions = sessions
        self._courses = courses

    def undo(self, session_id: str, student_id: str, *, version: int, by: str) -> Mark | None:
        """Undo the change that made this version of a mark: the status before it is restored.

        Undoing an undo brings the change back. Undoing the first entry withdraws the mark. Notes
        in the history are no changes: what was noted since the person looked is not in the way.

        Args:
            session_id: which mark.
            student_id: which mark.
            version: the version that the person sees, so that unseen changes are not undone.
            by: who undoes it.

        Returns:
            The current mark, or None if the mark has changed since this version.

        Raises:
            SessionNotFoundError: there is no such session.
            SessionCancelledError: it is cancelled.
        """
        need_uncancelled(self._sessions.get(session_id))
        undone: list[Mark] = []

        def decide(existing: Mark | None) -> Mark | None:
            undone.clear()
            if existing is not None and last_change(existing.history) < version <= existing.version:
                undone.append(self._undone(existing, by))
            return undone[0] if undone else None

        settle_mark(self._store, session_id, student_id, decide)
        return undone[0] if undone else None

    def _undone(self, mark: Mark, by: str) -> Mark:
        """The mark with the state before its last change."""
        index = change_before(mark.history, last_change(mark.history))
        before = mark.history[index] if index >= 0 else None
        event = MarkEvent(
            at=self._clock.now(),
            status=before.status if before else MarkStatus.WITHDRAWN,
            method=before.method if before else MarkMethod.MANUAL,
            by=by,
            note=UNDONE,
            came_at=before.holds_from if before else None,
            restores=index + 1,
        )
        undone = replace(mark_after(mark, event), at=event.holds_from)
        return self._waiting_again(undone) if before is not None and before.under_review else undone

    def _waiting_again(self, mark: Mark) -> Mark:
        """The mark in review, if the decision is still to be made."""
        for review in self._store.reviews_of(mark.session_id):
            named = [candidate.student_id for candidate in review.candidates[:1]]
            if review.reason is ReviewReason.NOT_ME and named == [mark.student_id]:
                last = replace(mark.history[-1], under_review=True)
                history = (*mark.history[:-1], last)
                return replace(mark, under_review=True, attempt=review.id, history=history)
        return mark

    def take_back(self, session_id: str, student_id: str, *, by: str, note: str = "") -> Mark | None:
        """Withdraw a mark, as if it had never been made; None if there is none.

        Args:
            session_id: which mark.
            student_id: which mark.
            by: who withdraws it.
            note: why.

        Raises:
            SessionNotFoundError: there is no such session.
            SessionCancelledError: it is cancelled.
        """
        need_uncancelled(self._sessions.get(session_id))
        reason = clean_note(note)

        def decide(existing: Mark | None) -> Mark | None:
            if existing is None or (existing.status is MarkStatus.WITHDRAWN and has_last_word(existing)):
                return None
            now = self._clock.now()
            event = MarkEvent(now, MarkStatus.WITHDRAWN, MarkMethod.MANUAL, by, note=reason, by_person=True)
            return mark_after(existing, event)

        return settle_mark(self._store, session_id, student_id, decide)

    def mark_rest(self, session_id: str, status: MarkStatus, *, by: str, note: str = "") -> list[Mark]:
        """Mark students on the roster without a mark; concurrent check-ins are not affected.

        Args:
            session_id: which session.
            status: absent or present, for instance.
            by: who marks them.
            note: why.

        Returns:
            The marks that were written, all at one time, by which ``undo_rest`` finds them again.

        Raises:
            SessionNotFoundError: there is no such session.
            SessionCancelledError: it is cancelled.
            CourseNotFoundError: its course no longer exists.
        """
        session = need_uncancelled(self._sessions.get(session_id))
        marks = {mark.student_id: mark for mark in self._store.marks(session_id)}
        now = self._clock.now()
        event = MarkEvent(
            now, status, MarkMethod.MANUAL, by, note=clean_note(note), by_person=True, for_the_rest=True
        )
        details = MarkFacts(at=now, reviewer=by)
        members = self._courses.members(self._courses.get(session.course_id))
        rest = {student.id: marks.get(student.id) for student in members}
        given = [
            mark_with(mark, session=session, student_id=student_id, event=event, details=details)
            for student_id, mark in rest.items()
            if mark is None or mark.status is MarkStatus.WITHDRAWN
        ]
        fresh = [mark for mark in given if mark.version == 1]
        again = [mark for mark in given if mark.version > 1]
        written = self._store.insert_marks(fresh) if fresh else []
        return written + (self._store.replace_marks(again) if again else [])

    def undo_rest(self, session_id: str, status: MarkStatus, *, at: datetime, by: str) -> int:
        """Undo the marks of one ``mark_rest``, except those that were changed since.

        Args:
            session_id: which session.
            status: which they were given.
            at: when.
            by: who gave them, and undoes them.

        Returns:
            How many were undone.
        """
        undone = 0
        for mark in self._store.marks(session_id):
            last = mark.history[last_change(mark.history)] if mark.history else None
            if last is None or (last.at, last.by) != (at, by):
                continue
            if (last.status, last.method) == (status, MarkMethod.MANUAL):
                done = self.undo(session_id, mark.student_id, version=mark.version, by=by)
                undone += done is not None
        return undone
