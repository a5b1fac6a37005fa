"""A teacher has looked around or called out a name: the student is here, or not here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from attendance.classes.cancelling import need_uncancelled
from attendance.classes.mark_changes import MarkFacts, mark_after, mark_with, settle_mark, status_at
from attendance.classes.sessions import Sessions
from attendance.clock import Clock
from attendance.marks.last_word import last_change
from attendance.store.protocol import Store
from attendance.values import Mark, MarkEvent, MarkMethod, MarkStatus, Session


class AskedBy(StrEnum):
    """How a teacher found out whether a student is here."""

    LOOKING = "looking"  # around, after a photo of the room
    CALLING = "calling"  # out the name, in a spot check


NOTES: Mapping[tuple[AskedBy, bool], str] = {
    (AskedBy.LOOKING, True): "looked around: here",
    (AskedBy.LOOKING, False): "looked around: not here",
    (AskedBy.CALLING, True): "called out: here",
    (AskedBy.CALLING, False): "called out: not here",
}
"""The notes in a mark's history."""


class RoomAnswers:
    """Writes what a teacher found into marks, as the teacher's word.

    Args:
        store: the register's database.
        clock: the source of the time.
        sessions: finds sessions.
    """

    def __init__(self, store: Store, clock: Clock, sessions: Sessions) -> None:
        self._store = store
        self._clock = clock
        self._sessions = sessions

    def answer(self, session_id: str, student_id: str, *, here: bool, asked: AskedBy, by: str) -> Mark:
        """Note that a student is here, or mark them absent; giving the same answer again changes nothing.

        Who is here keeps the time and the status of the check-in; what spoke for it stays in the mark.

        Args:
            session_id: which session.
            student_id: a student of the register.
            here: what the teacher found.
            asked: how.
            by: id of the teacher.

        Raises:
            SessionNotFoundError: there is no such session.
            SessionCancelledError: it is cancelled.
            StudentNotFoundError: the student was erased a moment ago.
        """
        session = need_uncancelled(self._sessions.get(session_id))
        now, note = self._clock.now(), NOTES[asked, here]
        seen_at = min((each.at for each in session.room_pictures if student_id in each.seen), default=now)

        def decide(existing: Mark | None) -> Mark | None:
            if existing is not None and _said(existing, note, by):
                return None
            event = _event(existing, session, here=here, note=note, by=by, now=now, seen_at=seen_at)
            if existing is None:
                facts = MarkFacts(at=event.holds_from, reviewer=by)
                return mark_with(None, session=session, student_id=student_id, event=event, details=facts)
            return replace(mark_after(existing, event), at=event.holds_from, reviewer=by)

        mark = settle_mark(self._store, session.id, student_id, decide)
        assert mark is not None
        return mark


def _said(mark: Mark, note: str, by: str) -> bool:
    """Whether the last change of the mark is this very answer."""
    index = last_change(mark.history)
    return index >= 0 and (mark.history[index].note, mark.history[index].by) == (note, by)


def _event(
    existing: Mark | None,
    session: Session,
    *,
    here: bool,
    note: str,
    by: str,
    now: datetime,
    seen_at: datetime,
) -> MarkEvent:
    came_at = None
    status = MarkStatus.ABSENT
    if here and existing is not None and existing.status.is_there:
        status, came_at = existing.status, existing.at
    elif here:
        status, came_at = status_at(session, seen_at), seen_at
    return MarkEvent(
        at=now,
        status=status,
        method=MarkMethod.MANUAL,
        by=by,
        note=note,
        came_at=None if came_at == now else came_at,
        by_person=True,
    )
