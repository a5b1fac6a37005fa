"""A student was recognised in a session without a check-in: by a camera, a kiosk, other software."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from attendance.classes.cancelling import need_uncancelled
from attendance.classes.mark_changes import MarkFacts, settle_mark, status_at
from attendance.clock import Clock
from attendance.errors import SessionClosedError, SessionNotFoundError
from attendance.marks.last_word import kept_status, mark_seen
from attendance.store.protocol import Store
from attendance.values import Mark, MarkEvent, MarkEvidence, MarkMethod, Session
from attendance.values.liveness import NO_EVIDENCE


@dataclass(frozen=True)
class Sighting:
    """Who was recognised.

    Attributes:
        student_id: who.
        score: cosine similarity, or None where a person recognised them.
        by: who runs the camera, for the mark's history.
        device: which camera.
        method: how the mark is made.
        by_person: whether a teacher clicked it, who may change what a person decided before.
        at: when they were seen, where that was not just now; aware UTC.
        evidence: what speaks for it.
    """

    student_id: str
    score: float | None
    by: str
    device: str | None = None
    method: MarkMethod = MarkMethod.FACE
    by_person: bool = False
    at: datetime | None = None
    evidence: MarkEvidence = NO_EVIDENCE


@dataclass(frozen=True)
class SightingMark:
    """The result of a sighting.

    Attributes:
        mark: the current mark.
        is_new: whether this sighting gave it; False: the student counted as there before, or a person's word
            stands.
    """

    mark: Mark
    is_new: bool

    @property
    def is_kept(self) -> bool:
        """Whether the student is not there because a person's word stands."""
        return kept_status(self.mark) is not None


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
        """Mark the student as there, once; a mark that counts as there stays, and so does a person's word.

        Args:
            session_id: of an open session.
            sighting: who was recognised.

        Raises:
            SessionNotFoundError: there is no such session.
            SessionClosedError: it is not open.
            StudentNotFoundError: the student is no longer in the register.
        """
        session, seen = self._open(session_id), sighting.at or self._clock.now()
        event = MarkEvent(
            at=seen,
            status=status_at(session, seen),
            method=sighting.method,
            by=sighting.by,
            by_person=sighting.by_person,
        )
        details = MarkFacts(at=seen, score=sighting.score, device=sighting.device, evidence=sighting.evidence)

        def decide(existing: Mark | None) -> Mark | None:
            return mark_seen(
                existing,
                session=session,
                student_id=sighting.student_id,
                event=event,
                details=details,
                overrules=sighting.by_person,
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
