"""Marks the students whom a watching camera recognises, or finds out what would happen."""

from __future__ import annotations

from datetime import datetime, timedelta

from attendance.cameras.watch_values import WatchNewsKind, WatchTerms
from attendance.clock import Clock, whole_milliseconds
from attendance.marks.last_word import has_last_word
from attendance.marks.sightings import Sighting, Sightings
from attendance.store.protocol import Store
from attendance.values import Mark, MarkMethod
from face_matching.decision import Match


class WatchMarks:
    """Marks of one session, given by one camera.

    Args:
        store: the register's database.
        clock: the source of the time.
        session_id: where students are marked.
        terms: how the camera watches.
    """

    def __init__(self, store: Store, clock: Clock, session_id: str, terms: WatchTerms) -> None:
        self._store = store
        self._clock = clock
        self._session_id = session_id
        self._terms = terms
        self._sightings = Sightings(store, clock)

    def moment(self, at: float) -> datetime:
        """When a frame was taken: now, or in a recording as long after its beginning, and never after now.

        Args:
            at: as in ``Watch.look``; of a recording, seconds from its beginning.
        """
        now, began = self._clock.now(), self._terms.began_at
        return now if began is None else min(now, whole_milliseconds(began + timedelta(seconds=at)))

    def mark(self, match: Match, seen: datetime) -> tuple[WatchNewsKind, Mark | None]:
        """Mark a student, or find out what would happen; returns that, and the current mark.

        Raises:
            SessionClosedError: the session was closed meanwhile.
            StudentNotFoundError: the student is no longer in the register.
        """
        if not self._terms.dry_run:
            done = self._sightings.mark(self._session_id, self._sighting(match, seen))
            return WatchNewsKind.MARKED if done.is_new else _kind_of(done.mark), done.mark
        mark = self._store.mark(self._session_id, match.student_id)
        if mark is None or not (mark.counts_as_there or has_last_word(mark)):
            return WatchNewsKind.MARKED, mark
        return _kind_of(mark), mark

    def _sighting(self, match: Match, seen: datetime) -> Sighting:
        return Sighting(
            match.student_id,
            match.score,
            by=self._terms.by,
            device=self._terms.device,
            method=MarkMethod.CLASSROOM_PHOTO,
            at=seen,
        )


def _kind_of(mark: Mark) -> WatchNewsKind:
    """What it is called that a sighting left a mark as it was."""
    return WatchNewsKind.STAYS if mark.counts_as_there else WatchNewsKind.KEPT
