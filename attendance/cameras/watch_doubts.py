"""Doubtful faces of a watching camera: put into review, once for each candidate."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from attendance.files.snapshots import Snapshots
from attendance.marks.reviews.review_queue import send_to_review
from attendance.recognition.face_tracking import TrackedFace
from attendance.store.protocol import Store
from attendance.values import Review, ReviewCandidate, ReviewReason, Session
from face_detection.photo import portrait_jpeg
from face_detection.values import Photo
from face_matching.decision import Doubt, Doubtful, Match

GONE_SECONDS = 2.0
"""How long a face must be out of view before its doubt counts as final."""

_REASONS = {
    Doubt.LOOK_ALIKE: ReviewReason.LOOK_ALIKE,
    Doubt.RIVAL: ReviewReason.LOOK_ALIKE,  # two faces that may be one student look alike
    Doubt.UNPROVEN: ReviewReason.UNPROVEN,
}


@dataclass(eq=False)
class WatchDoubt:
    """A face that may be one of several students.

    Attributes:
        standing: who it may be, and why that is uncertain.
        picture: JPEG of the face, from the best frame.
        quality: of that frame.
        last_at: when the face was last seen.
        settled: whether the doubt is final while the face stays in view.
    """

    standing: Doubtful
    picture: bytes
    quality: float
    last_at: float
    settled: bool

    @property
    def candidates(self) -> tuple[ReviewCandidate, ...]:
        """Who it may be, best first."""
        return tuple(ReviewCandidate(each.student_id, each.score) for each in self.standing.candidates)


class WatchDoubts:
    """Gathers the doubts of one watch.

    Args:
        store: the register's database.
        snapshots: where the pictures go.
        session: which session.
        device: which camera.
    """

    def __init__(self, store: Store, snapshots: Snapshots, session: Session, device: str) -> None:
        self._store = store
        self._snapshots = snapshots
        self._session = session
        self._device = device
        self._open: dict[tuple[int, int], WatchDoubt] = {}
        self._asked: set[str] = set()

    def note(self, photo: Photo, faces: Iterable[TrackedFace], at: float) -> None:
        """Note the doubts of a frame.

        Args:
            photo: the frame.
            faces: the faces in it.
            at: when it was taken, in seconds.
        """
        for face in faces:
            key = face.track.id, face.start
            if isinstance(face.standing, Doubtful):
                self._keep(key, photo, face, face.standing, at)
            elif isinstance(face.standing, Match) or face.settled:
                self._open.pop(key, None)
            elif key in self._open:
                self._open[key].last_at = at

    def ripe(self, at: float | None) -> list[WatchDoubt]:
        """The doubts that are final; each is returned once.

        Args:
            at: the time, in seconds; None gives all, at the end.
        """
        ripe = [
            key
            for key, doubt in self._open.items()
            if at is None or doubt.settled or at - doubt.last_at > GONE_SECONDS
        ]
        doubts = [self._open.pop(key) for key in ripe]
        by_student = {doubt.candidates[0].student_id: doubt for doubt in doubts}
        fresh = [doubt for student_id, doubt in by_student.items() if student_id not in self._asked]
        self._asked |= set(by_student)
        return fresh

    def send_to_review(self, doubt: WatchDoubt, at: datetime) -> bool:
        """Put a doubt into review.

        Skipped if the most likely student has a mark, or was put into review in this session already,
        so that a student who walks up and down doesn't fill the list.

        Args:
            doubt: a ripe one.
            at: when the face was seen.

        Returns:
            Whether a review was created.
        """
        best = doubt.candidates[0].student_id
        review_id = hashlib.sha256(f"watch|{self._session.id}|{best}".encode()).hexdigest()
        if self._store.mark(self._session.id, best) is not None or self._store.review(review_id) is not None:
            return False
        review = Review(
            id=review_id,
            session_id=self._session.id,
            reason=_REASONS[doubt.standing.reason],
            candidates=doubt.candidates,
            created_at=at,
            device=self._device,
        )
        send_to_review(self._store, self._snapshots, review, doubt.picture)
        return True

    def _keep(
        self, key: tuple[int, int], photo: Photo, face: TrackedFace, standing: Doubtful, at: float
    ) -> None:
        known = self._open.get(key)
        quality = face.seen.quality if face.seen is not None else 0.0
        if known is not None:
            known.standing, known.last_at, known.settled = standing, at, face.settled
            if quality > known.quality:
                known.picture, known.quality = portrait_jpeg(photo, face.track.face), quality
        elif standing.candidates[0].student_id not in self._asked:
            picture = portrait_jpeg(photo, face.track.face)
            self._open[key] = WatchDoubt(standing, picture, quality, at, face.settled)
