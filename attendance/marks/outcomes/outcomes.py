"""What follows from a check-in whose photo was compared."""

from __future__ import annotations

from collections.abc import Sequence

from attendance.classes.mark_changes import MarkFacts, mark_with, settle_mark, status_at
from attendance.clock import Clock
from attendance.errors import StudentNotFoundError
from attendance.files.snapshots import Snapshots
from attendance.marks.check_in_attempt import GrantLedger
from attendance.marks.evidence import noted_again
from attendance.marks.last_word import BY_THE_STUDENT, is_taken_back
from attendance.marks.outcomes.judged import JudgedCheckIn
from attendance.marks.outcomes.movement_tries import MovementTries
from attendance.marks.review_queue import most_of, seem_to_review, send_to_review
from attendance.marks.verdict import Verdict, VerdictCode, verdict_on
from attendance.store.protocol import Store
from attendance.values import LivenessResult, Mark, MarkEvent, MarkMethod, Review, ReviewReason, Student
from face_detection.liveness.values import MovementProblem
from face_detection.photo import encode_jpeg
from face_detection.values import Pixels
from face_matching.decision import Doubtful, Match
from face_matching.gallery import Candidate

_OUT_OF_VIEW = {MovementProblem.NO_FACE.value, MovementProblem.JUMPED.value}


class CheckInOutcomes:
    """Writes what follows, once however often it is tried.

    Args:
        store: the register's database.
        clock: the source of the time.
        snapshots: where pictures of reviews go.
        ledger: what grants were spent on.
    """

    def __init__(self, store: Store, clock: Clock, snapshots: Snapshots, ledger: GrantLedger) -> None:
        self._store = store
        self._clock = clock
        self._snapshots = snapshots
        self._ledger = ledger
        self._tries = MovementTries(store)

    def recognised(self, judged: JudgedCheckIn, student: Student, score: float) -> Verdict:
        """The student is known: a mark, another try, or a person who decides.

        Whoever is there already stays there, whatever this check-in lacks. Whoever was, and was marked absent
        by a person, comes back by a person: a phone elsewhere would only have to send the next photo.
        """
        judged = judged.of(student)
        if judged.passed_where_required and self._tries.are_used_up(judged, student.id):
            judged = judged.after_failures()
        lacks = judged.lacks()
        if lacks is None:
            return self._mark(judged, student, score)
        mark = self._store.mark(judged.session.id, student.id)
        if mark is not None and is_taken_back(mark):
            lacks = ReviewReason.TAKEN_BACK
        if mark is not None and mark.counts_as_there:
            return verdict_on(mark, student, judged.attempt.id) if self._spends(judged) else _used(judged)
        has_failed = judged.evidence.liveness is LivenessResult.FAILED
        if lacks is ReviewReason.MOVEMENT and has_failed and self._tries.fails_first(judged, student.id):
            left = _OUT_OF_VIEW & set(judged.evidence.why)
            return Verdict(VerdictCode.STAY_IN_VIEW if left else VerdictCode.MOVE_AGAIN, judged.session.id)
        return self._for_a_person(judged, lacks, (Candidate(student.id, score),))

    def doubtful(self, judged: JudgedCheckIn, decision: Doubtful) -> Verdict:
        """It may be one of several students, or one not surely enough: a person decides."""
        return self._for_a_person(judged, ReviewReason(decision.reason), decision.candidates)

    def not_found(self, judged: JudgedCheckIn, elsewhere: Match | None) -> Verdict:
        """Nobody of the class: what the phone reads, and how long that takes, is the same for everybody.

        Args:
            judged: the check-in.
            elsewhere: who of the school it is, without any doubt, for a person to decide.
        """
        if elsewhere is not None:
            self._hold(judged.review(ReviewReason.NOT_ON_ROSTER, (elsewhere,)), judged.pixels)
        else:
            seem_to_review(self._store, self._snapshots, encode_jpeg(judged.pixels))
        return self._ledger.not_found(judged.session, judged.attempt)

    def _for_a_person(
        self, judged: JudgedCheckIn, reason: ReviewReason, found: Sequence[Candidate]
    ) -> Verdict:
        if not self._spends(judged):
            return _used(judged)
        is_held = self._hold(judged.review(reason, found), judged.pixels)
        return Verdict(VerdictCode.NEEDS_REVIEW if is_held else VerdictCode.TOO_MANY_WAIT, judged.session.id)

    def _hold(self, review: Review, pixels: Pixels) -> bool:
        """Send a photo to review; returns False if its phone has too many there."""
        jpeg, most = encode_jpeg(pixels), most_of(review.device)
        return send_to_review(self._store, self._snapshots, review, jpeg, most=most) is not None

    def _mark(self, judged: JudgedCheckIn, student: Student, score: float) -> Verdict:
        if not self._spends(judged):
            return _used(judged)
        session, attempt, came = judged.session, judged.attempt, judged.came_at
        event = MarkEvent(
            at=judged.at,
            status=status_at(session, came),
            method=MarkMethod.FACE,
            by=BY_THE_STUDENT,
            came_at=came if came < judged.at else None,
        )
        facts = MarkFacts(
            at=came, score=score, device=attempt.device, attempt=attempt.id, evidence=judged.evidence
        )

        def decide(existing: Mark | None) -> Mark | None:
            if existing and (existing.attempt == attempt.id or is_taken_back(existing)):
                return None
            if existing and existing.counts_as_there:
                return noted_again(existing, attempt, self._clock)
            return mark_with(existing, session=session, student_id=student.id, event=event, details=facts)

        try:
            mark = settle_mark(self._store, session.id, student.id, decide)
        except StudentNotFoundError:  # erased a moment ago
            return Verdict(VerdictCode.NOT_FOUND, session.id)
        assert mark is not None
        if is_taken_back(mark):
            return self._for_a_person(judged, ReviewReason.TAKEN_BACK, (Candidate(student.id, score),))
        return verdict_on(mark, student, attempt.id)

    def _spends(self, judged: JudgedCheckIn) -> bool:
        return self._ledger.spend(judged.attempt)


def _used(judged: JudgedCheckIn) -> Verdict:
    return Verdict(VerdictCode.GRANT_USED, judged.session.id)
