"""Photos from other software that don't count without a movement: a person decides about them."""

from __future__ import annotations

import hashlib

from attendance.clock import Clock
from attendance.files.snapshots import Snapshots
from attendance.marks.objection import SNAPSHOT_SIDE
from attendance.marks.reviews.review_queue import send_to_review
from attendance.store.protocol import Store
from attendance.values import LivenessResult, MarkEvidence, Review, ReviewCandidate, ReviewReason, Session
from face_detection.photo import decode, encode_jpeg
from face_matching.decision import Match


class UnmovedPhotos:
    """Puts them into review.

    Args:
        store: the register's database.
        clock: the source of the time.
        snapshots: where their pictures go.
    """

    def __init__(self, store: Store, clock: Clock, snapshots: Snapshots) -> None:
        self._store = store
        self._clock = clock
        self._snapshots = snapshots

    def hold(self, session: Session, match: Match, image: bytes, *, by: str) -> None:
        """Let a person decide about a photo; once for all of a student's in a session.

        Args:
            session: where the student would be marked.
            match: who it is.
            image: the photo, which was read before.
            by: the token, as in the history of marks.
        """
        called = f"unmoved|{session.id}|{match.student_id}|{hashlib.sha256(image).hexdigest()}"
        review = Review(
            id=hashlib.sha256(called.encode()).hexdigest(),
            session_id=session.id,
            reason=ReviewReason.NO_MOVEMENT,
            candidates=(ReviewCandidate(match.student_id, match.score),),
            created_at=self._clock.now(),
            device=by,
            evidence=MarkEvidence(liveness=LivenessResult.NOT_SHOWN),
        )
        jpeg = encode_jpeg(decode(image, longest_side=SNAPSHOT_SIDE).pixels)
        send_to_review(self._store, self._snapshots, review, jpeg)
