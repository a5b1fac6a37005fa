"""A student was recognised in a session without a check-in: by a camera, a kiosk, other software."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from attendance.classes.cancelling import need_uncancelled
from attendance.classes.mark_changes import MarkFacts, mark_with, settle_mark, status_at
from attendance.clock import Clock
from attendance.errors import SessionClosedError, SessionNotFoundError
from attendance.store.protocol import Store
from attendance.values import Mark, MarkEvent, MarkMethod, Session


@dataclass(frozen=True)
class Sighting:
    """Who was recognised.

    Attributes:
        student_id: who.
        score: cosine similarity, or None where a person recognised them.
        by: who runs the camera, for the mark's history.
        device: which camera.
        method: how the mark is made.
        unasked: whether the student didn't ask to be marked, as with a camera that watches a door: then only
            missing marks are written, and marks by a person or a check-in stay, whatever their status.
        at: when they were seen, where that was not just now; aware UTC.
    """

    student_id: str
    score: float | None
    by: str
    device: str | None = None
    method: MarkMethod = MarkMethod.FACE
    unasked: bool = False
    at: datetime | None = None


@dataclass(frozen=True)
class SightingMark:
    """The result of a sighting.

    Attributes:
        mark: the current mark.
        is_new: whether this sighting gave it; False: the student counted as there before.
    """

    mark: Mark
    is_new: bool


class Sightings:
    """Marks students who were recognised.

    Args:
        store: the register's database.
        clock: the source of the time.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def mark(self, session_id: str, sighting: Sighting) -> SightingMark:
        """Mark the student as there, once; a mark that counts as there stays as it is.

        An unasked sighting replaces only marks that closing the session wrote.

        Args:
            session_id: of an open session.
            sighting: who was recognised.

        Raises:
            SessionNotFoundError: there is no such session.
            SessionClosedError: it is not open.
            StudentNotFoundError: the student is no longer in the register.
        """
        session, seen = self._open(session_id), sighting.at or self._clock.now()
        event = MarkEvent(at=seen, status=status_at(session, seen), method=sighting.method, by=sighting.by)
        details = MarkFacts(at=seen, score=sighting.score, device=sighting.device)

        def decide(existing: Mark | None) -> Mark | None:
            if existing is not None and (existing.counts_as_there or _is_kept(existing, sighting)):
                return None
            return mark_with(
                existing, session=session, student_id=sighting.student_id, event=event, details=details
            )

        mark = settle_mark(self._store, session.id, sighting.student_id, decide)
        assert mark is not None
        return SightingMark(mark, is_new=bool(mark.history) and mark.history[-1] is event)

    def _open(self, session_id: str) -> Session:
        session = self._store.session(session_id)
        if session is None:
            raise SessionNotFoundError(f"There is no session {session_id!r}.")
        if not need_uncancelled(session).is_open(self._clock.now()):
            raise SessionClosedError("This session is not open. Reopen it to mark students in it.")
        return session


def _is_kept(mark: Mark, sighting: Sighting) -> bool:
    """Whether a mark that does not count as there is kept all the same."""
    return sighting.unasked and mark.method is not MarkMethod.CLOSING
