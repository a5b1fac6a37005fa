"""The marks of the students whom one camera sees: read now and then, and given."""

from __future__ import annotations

from attendance.live.values import LiveStatus
from attendance.marks.last_word import has_last_word
from attendance.marks.sightings import Sighting, Sightings
from attendance.store.protocol import Store
from attendance.values import Mark, MarkEvidence

REREAD_SECONDS = 3.0
"""After which a mark is read again, as a teacher may have corrected it."""


class StreamMarks:
    """Remembers marks for a few seconds; times are those of the camera's frames, in seconds.

    Args:
        store: the register's database.
        session_id: where students are marked.
        sightings: marks.
        device: which camera.
    """

    def __init__(self, store: Store, session_id: str, sightings: Sightings, *, device: str | None) -> None:
        self._store = store
        self._session_id = session_id
        self._sightings = sightings
        self._device = device
        self._given: dict[str, LiveStatus] = {}  # by student: whether this stream gave the mark
        self._tried: dict[str, float] = {}  # by student: when this stream last tried to mark them
        self._marks: dict[str, tuple[float, Mark | None]] = {}  # by student: when it was read

    def of(self, student_id: str, at: float) -> Mark | None:
        """A student's mark, if there is one."""
        read_at, mark = self._marks.get(student_id, (None, None))
        if read_at is None or at - read_at >= REREAD_SECONDS:
            mark = self._store.mark(self._session_id, student_id)
            self._marks[student_id] = (at, mark)
        return mark

    def status_of(self, student_id: str, mark: Mark | None) -> LiveStatus:
        """The status of a student with this mark."""
        return status_with(mark, self._given.get(student_id, LiveStatus.ALREADY))

    def is_due(self, student_id: str, at: float) -> bool:
        """Whether to try to mark a student who is in view; again after a while, as a mark may be undone."""
        tried_at = self._tried.get(student_id)
        return tried_at is None or at - tried_at >= REREAD_SECONDS

    def mark(
        self,
        student_id: str,
        score: float,
        *,
        by: str,
        evidence: MarkEvidence,
        at: float,
        by_person: bool = False,
    ) -> Mark:
        """Mark a student; returns the current mark.

        Raises:
            SessionClosedError: the session is not open.
            StudentNotFoundError: the student is no longer in the register.
        """
        sighting = Sighting(
            student_id, score, by=by, device=self._device, by_person=by_person, evidence=evidence
        )
        found = self._sightings.mark(self._session_id, sighting)
        self._tried[student_id] = at
        if found.mark.counts_as_there:
            given = LiveStatus.MARKED if found.is_new else LiveStatus.ALREADY
            self._given[student_id] = given if found.is_new else self._given.get(student_id, given)
        self._marks[student_id] = (at, found.mark)
        return found.mark


def status_with(mark: Mark | None, if_there: LiveStatus) -> LiveStatus:
    """The status of a recognised student.

    Args:
        mark: the student's mark, if there is one.
        if_there: the status if the mark counts as there.
    """
    if is_there(mark):
        return if_there
    is_kept = mark is not None and has_last_word(mark)
    return LiveStatus.KEPT if is_kept else LiveStatus.RECOGNISED


def is_there(mark: Mark | None) -> bool:
    """Whether there is a mark, and it counts as there."""
    return mark is not None and mark.counts_as_there
