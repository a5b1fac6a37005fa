"""Marks by hand: for students without a usable photo, and for corrections."""

from __future__ import annotations

from attendance.classes.cancelling import need_uncancelled
from attendance.classes.mark_changes import MarkFacts, mark_after, mark_with, settle_mark
from attendance.classes.sessions import Sessions
from attendance.clock import Clock
from attendance.marks.evidence import is_confirmed
from attendance.marks.last_word import has_last_word, last_change
from attendance.people.students import Students
from attendance.store.protocol import Store
from attendance.values import Mark, MarkEvent, MarkMethod, MarkStatus, Session, Student
from attendance.values.roll_numbers import clean_note


class Marking:
    """Marks students by hand.

    Args:
        store: the register's database.
        clock: the source of the time.
        sessions: finds the session of today.
        students: finds students.
    """

    def __init__(self, store: Store, clock: Clock, *, sessions: Sessions, students: Students) -> None:
        self._store = store
        self._clock = clock
        self._sessions = sessions
        self._students = students

    def mark(
        self, roll_number: str, status: MarkStatus, *, by: str, note: str = "", session: Session | None = None
    ) -> Mark:
        """Give a student a status; the mark's earlier status stays in its history.

        Giving the current status again, without a note or with the last one of the same person, confirms a
        mark that rests on the student alone, and makes an absence that nobody decided a person's word. It
        changes nothing else.

        Args:
            roll_number: whose mark.
            status: the new status.
            by: who marks the student.
            note: why.
            session: where; None means today's General session.

        Returns:
            The current mark.

        Raises:
            StudentNotFoundError: nobody has the roll number.
            SessionCancelledError: the session is cancelled.
        """
        student = self._students.get(roll_number)
        return self.mark_student(student, status, by=by, note=note, session=session)

    def mark_student(
        self, student: Student, status: MarkStatus, *, by: str, note: str = "", session: Session | None = None
    ) -> Mark:
        """Like ``mark``, for a student who has been found.

        Raises:
            SessionCancelledError: the session is cancelled.
        """
        where = need_uncancelled(session or self._sessions.today())
        now = self._clock.now()
        reason = clean_note(note)
        event = MarkEvent(at=now, status=status, method=MarkMethod.MANUAL, by=by, note=reason, by_person=True)
        details = MarkFacts(at=now, reviewer=by)

        def decide(existing: Mark | None) -> Mark | None:
            if existing is not None and _says_so(existing, status) and _adds_nothing(event, existing):
                is_said = is_confirmed(existing) if existing.counts_as_there else has_last_word(existing)
                return None if is_said else mark_after(existing, event)
            return mark_with(existing, session=where, student_id=student.id, event=event, details=details)

        mark = settle_mark(self._store, where.id, student.id, decide)
        assert mark is not None
        return mark


def _says_so(mark: Mark, status: MarkStatus) -> bool:
    """Whether the mark has the status already, and keeps it when the session is reopened."""
    return mark.status is status and not mark.under_review and mark.method is not MarkMethod.CLOSING


def _adds_nothing(event: MarkEvent, existing: Mark) -> bool:
    """Whether the event has no note, or is the last change of the mark, sent once more."""
    last = existing.history[last_change(existing.history)]
    return not event.note or (event.note, event.by, event.method) == (last.note, last.by, last.method)
