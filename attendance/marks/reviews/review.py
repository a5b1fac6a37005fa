"""Reviews: a teacher decides who a check-in is, or that it is nobody of the class."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from attendance.classes.cancelling import need_uncancelled
from attendance.classes.sessions import Sessions
from attendance.clock import Clock
from attendance.errors import ReviewNotFoundError, StudentNotFoundError
from attendance.files.snapshots import SNAPSHOT_LIFETIME, Snapshots
from attendance.marks.reviews.review_effects import WELCOMING, ReviewEffects
from attendance.people.students import Students
from attendance.store.protocol import Store
from attendance.values import Mark, Review, ReviewDecision, Session, Student

UNREFERENCED_GRACE = timedelta(hours=1)  # a snapshot is saved a moment before its review
UNFINISHED_SPAN = timedelta(days=2)  # how far back interrupted decisions are searched


@dataclass(frozen=True)
class HeldReview:
    """A review with what a person needs to decide it.

    Attributes:
        review: the review itself.
        session: where the photo was taken.
        candidates: who it may be, best first, with the score; those who are still in the register.
        snapshot: the path of the picture, or None if there is none on this machine.
    """

    review: Review
    session: Session
    candidates: tuple[tuple[Student, float], ...]
    snapshot: Path | None


class Reviews:
    """Lists and decides check-ins that need review.

    Args:
        store: the register's database.
        clock: the source of the time.
        sessions: finds sessions.
        students: finds students.
        snapshots: where the pictures are.
    """

    def __init__(
        self, store: Store, clock: Clock, *, sessions: Sessions, students: Students, snapshots: Snapshots
    ) -> None:
        self._store = store
        self._clock = clock
        self._sessions = sessions
        self._students = students
        self._snapshots = snapshots
        self._effects = ReviewEffects(store, clock, sessions)

    def held(self, session_id: str | None = None) -> list[HeldReview]:
        """The open reviews of one session or of all, oldest first; those of cancelled sessions rest."""
        reviews = self._store.reviews() if session_id is None else self._store.reviews_of(session_id)
        sessions = {review.session_id: self._sessions.get(review.session_id) for review in reviews}
        waiting = (each for each in reviews if not sessions[each.session_id].is_cancelled)
        return [self._with_context(review, sessions[review.session_id]) for review in waiting]

    def accept(
        self, review_id: str, *, by: str, roll_number: str | None = None, as_guest: bool = False
    ) -> Mark:
        """Accept a check-in: its student is marked for the time when the photo was taken.

        A student who was not on the roster is added to it, if that is what the review is about, or if the
        student typed the code; not as a guest, and not by a user without the right to enrol.

        For a "that's not me" the first candidate is the student who was named first; accepting without
        a roll number confirms that student.

        Args:
            review_id: which review.
            by: who decides.
            roll_number: who it is; None means the first candidate.
            as_guest: mark the student in this session, and leave the roster as it is.

        Returns:
            The student's mark. Doing the same again returns it again.

        Raises:
            ReviewNotFoundError: there is none, or it was decided otherwise.
            StudentNotFoundError: nobody has the roll number, or the first candidate was removed.
            SessionCancelledError: its session is cancelled.
        """
        review = self._get(review_id)
        student = self._students.get(roll_number) if roll_number else self._first_candidate(review)
        is_guest = as_guest and review.reason in WELCOMING
        decision = ReviewDecision.GUEST if is_guest else ReviewDecision.ACCEPTED
        self._decide(review, decision, decided_for=student.id, by=by)
        mark = self._store.mark(review.session_id, student.id)
        if mark is None:
            raise StudentNotFoundError(
                f"{student.roll_number} was removed at this moment; nobody was marked."
            )
        return mark

    def refuse(self, review_id: str, *, by: str) -> None:
        """Refuse a check-in: it is none of the candidates.

        A mark in review ("that's not me") becomes absent.

        Args:
            review_id: which review.
            by: who decides.

        Raises:
            ReviewNotFoundError: there is none, or it was decided otherwise.
            SessionCancelledError: its session is cancelled.
        """
        self._decide(self._get(review_id), ReviewDecision.REFUSED, decided_for=None, by=by)

    def refuse_alike(self, review_id: str, *, by: str, from_device: bool = False) -> int:
        """Refuse all open check-ins of the same session and for the same reason at once.

        Args:
            review_id: one of them.
            by: who decides.
            from_device: only those of the same phone alone; one that others joined may be theirs.

        Returns:
            How many were refused; somebody else may have decided others meanwhile.

        Raises:
            ReviewNotFoundError: there is no such review.
        """
        one = self._get(review_id)
        refused = 0
        for review in self._store.reviews_of(one.session_id):
            is_its_own = review.device == one.device and not review.shared
            if review.reason is one.reason and (is_its_own or not from_device):
                with contextlib.suppress(ReviewNotFoundError):
                    self.refuse(review.id, by=by)
                    refused += 1
        return refused

    def finish_decided(self) -> None:
        """Carry out decisions of the last days that a crash interrupted."""
        since = self._clock.now() - UNFINISHED_SPAN
        for review in self._store.reviews(undecided_only=False):
            if review.decided_at is not None and review.decided_at >= since:
                self._effects.carry_out(review)

    def purge_snapshots(self) -> int:
        """Delete snapshots that are too old or of no open review; returns how many."""
        now = self._clock.now()
        self._snapshots.seal_plain()
        serving, gone = set(), 0
        for review in self._store.reviews():
            if review.snapshot is None:
                continue
            if now - review.created_at < SNAPSHOT_LIFETIME:
                serving.add(review.snapshot)
                continue
            self._snapshots.delete(review.snapshot)
            self._store.forget_snapshot(review.id)
            gone += 1
        self._snapshots.delete_unfinished(now - UNREFERENCED_GRACE)
        for name in self._snapshots.saved_before(now - UNREFERENCED_GRACE):
            if name not in serving:
                self._snapshots.delete(name)
                gone += 1
        return gone

    def _with_context(self, review: Review, session: Session) -> HeldReview:
        found = ((self._store.student(c.student_id), c.score) for c in review.candidates)
        return HeldReview(
            review=review,
            session=session,
            candidates=tuple((student, score) for student, score in found if student is not None),
            snapshot=self._snapshots.find(review.snapshot) if review.snapshot else None,
        )

    def _get(self, review_id: str) -> Review:
        review = self._store.review(review_id)
        if review is None:
            raise ReviewNotFoundError(f"There is no review {review_id!r}.")
        return review

    def _first_candidate(self, review: Review) -> Student:
        student = self._store.student(review.candidates[0].student_id) if review.candidates else None
        if student is None:
            raise StudentNotFoundError(
                "The first candidate is no longer in the register. Enter a roll number."
            )
        return student

    def _decide(self, review: Review, decision: ReviewDecision, *, decided_for: str | None, by: str) -> None:
        need_uncancelled(self._sessions.get(review.session_id))
        # The decision comes before its effect, so that of two people who decide at once only one has one.
        decided = review
        if review.decision is None:
            at = self._clock.now()
            written = self._store.decide_review(review.id, decision, decided_for=decided_for, by=by, at=at)
            decided = written or self._get(review.id)
        if (decided.decision, decided.decided_for) != (decision, decided_for):
            raise ReviewNotFoundError(
                f"{decided.decided_by} already decided the review {review.id!r}: {decided.decision}."
            )
        if review.snapshot is not None:
            self._snapshots.delete(review.snapshot)
        self._effects.carry_out(decided)
