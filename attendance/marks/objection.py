"""A student objects to the name on the page ("that's not me"), and the mark needs review."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from attendance.classes.mark_changes import mark_after, settle_mark
from attendance.clock import Clock
from attendance.files.snapshots import Snapshots
from attendance.marks.evidence import rests_on
from attendance.marks.last_word import BY_THE_STUDENT
from attendance.marks.reviews.review_queue import reference, send_to_review
from attendance.store.protocol import Store
from attendance.values import Mark, MarkEvent, Review, ReviewCandidate, ReviewReason, Session
from face_detection.errors import PhotoError
from face_detection.photo import decode, encode_jpeg

SNAPSHOT_SIDE = 1280  # pixels; what the phone page sends
GRACE = timedelta(minutes=15)  # after the end of a session, for who reads the name late
NOT_SCORED = 0.0  # the candidate of an objection to an earlier mark: its score is not stored


@dataclass(frozen=True)
class Objection:
    """What the student objects to.

    Attributes:
        session: where the name was shown.
        review_id: the attempt that was answered with the name; the review's id.
        named: the id of the student of that name, if the answer is still stored.
        came_at: when the student came to the session, as far as the attempt shows; aware UTC.
        device: what the objection came from, or None; a mark names what its photo was taken with.
        image: the photo that was answered with the name, or None.
    """

    session: Session
    review_id: str
    named: str | None
    came_at: datetime
    device: str | None
    image: bytes | None


class Objections:
    """Accepts objections.

    Args:
        store: the register's database.
        clock: the source of the time.
        snapshots: where snapshots are stored.
    """

    def __init__(self, store: Store, clock: Clock, snapshots: Snapshots) -> None:
        self._store = store
        self._clock = clock
        self._snapshots = snapshots

    def take(self, objection: Objection) -> Review | None:
        """Create a review, or join the open one; the mark that this attempt gave doesn't count until then.

        A mark stays if anything else speaks for it, and stops to count once only.

        Returns:
            The review, made now or before; None if the attempt named nobody, or the session ended too long
            ago.
        """
        session = objection.session
        if self._clock.now() >= (session.closed_at or session.closes_at) + GRACE:
            return None
        held = self._store.review(objection.review_id)
        if held is None:
            found = self._candidate(objection)
            if found is None:
                return None
            held = self._hold(objection, *found)
        # The review is stored before the mark changes: a crash in between leaves something to decide.
        if held is not None and held.decision is None:
            self._suspend(held)
        return held if held is not None and held.reason is ReviewReason.NOT_ME else None

    def _candidate(self, objection: Objection) -> tuple[ReviewCandidate, datetime, str | None] | None:
        """The student that the attempt was matched with, when its student came, and with which device.

        The check-in proved its device by a signature, which an objection has none of.
        """
        for mark in self._marks(objection):
            if mark.attempt == objection.review_id:
                score = NOT_SCORED if mark.score is None else mark.score
                return ReviewCandidate(mark.student_id, score), mark.at, mark.device
        if not objection.named:
            return None
        return ReviewCandidate(objection.named, NOT_SCORED), objection.came_at, objection.device

    def _marks(self, objection: Objection) -> Iterator[Mark]:
        """Where the mark of the attempt may be, the likely place first."""
        if objection.named and (mark := self._store.mark(objection.session.id, objection.named)):
            yield mark
        else:
            yield from self._store.marks(objection.session.id)

    def _hold(
        self, objection: Objection, candidate: ReviewCandidate, came: datetime, device: str | None
    ) -> Review | None:
        """Create the review; it counts from the photo, since an objection makes nobody late."""
        review = Review(
            id=objection.review_id,
            session_id=objection.session.id,
            reason=ReviewReason.NOT_ME,
            candidates=(candidate,),
            created_at=came,
            device=device,
        )
        return send_to_review(self._store, self._snapshots, review, _picture(objection.image))

    def _suspend(self, review: Review) -> None:
        """Take the mark of this attempt out of the count, once, unless something else speaks for it."""
        if review.reason is not ReviewReason.NOT_ME or not review.candidates:
            return
        named = review.candidates[0].student_id
        others = (each for each in self._store.reviews_of(review.session_id) if each.id != review.id)
        if any(each.candidates and each.candidates[0].student_id == named for each in others):
            return
        called = reference(review.id)

        def decide(existing: Mark | None) -> Mark | None:
            if existing is None or not rests_on(existing, review):
                return None
            if any(event.under_review or called in event.note for event in existing.history):
                return None
            event = MarkEvent(
                at=self._clock.now(),
                status=existing.status,
                method=existing.method,
                by=BY_THE_STUDENT,
                note=f"not me ({called})",
                under_review=True,
            )
            return mark_after(existing, event)

        settle_mark(self._store, review.session_id, named, decide)


def _picture(image: bytes | None) -> bytes | None:
    """The photo as a JPEG without metadata, or None without a readable one."""
    if image is None:
        return None
    try:
        return encode_jpeg(decode(image, longest_side=SNAPSHOT_SIDE).pixels)
    except PhotoError:
        return None
