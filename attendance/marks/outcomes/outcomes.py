"""What follows from a check-in whose photo was compared."""

from __future__ import annotations

from collections.abc import Sequence

from attendance.clock import Clock
from attendance.files.snapshots import Snapshots
from attendance.marks.check_in_attempt import GrantLedger
from attendance.marks.last_word import is_taken_back
from attendance.marks.outcomes.given_marks import AnsweredCheckIn, GivenMarks
from attendance.marks.outcomes.judged import JudgedCheckIn
from attendance.marks.outcomes.movement_tries import MovementTries
from attendance.marks.reviews.review_queue import most_of, seem_to_review, send_to_review
from attendance.marks.verdict import Verdict, VerdictCode, verdict_on
from attendance.store.protocol import Store
from attendance.values import CheckInTrace, LivenessResult, Review, ReviewReason, Student
from face_detection.liveness.values import MovementProblem
from face_detection.photo import encode_jpeg
from face_detection.values import Pixels
from face_matching.candidates import Candidate
from face_matching.decision import Doubtful, Match

_OUT_OF_VIEW = {MovementProblem.NO_FACE.value, MovementProblem.JUMPED.value}


class CheckInOutcomes:
    """Writes what follows, once however often it is tried, and keeps the answer.

    Args:
        store: the register's database.
        clock: the source of the time.
        snapshots: where pictures of reviews go.
        ledger: what grants were spent on.
    """

    def __init__(self, store: Store, clock: Clock, snapshots: Snapshots, ledger: GrantLedger) -> None:
        self._store = store
        self._snapshots = snapshots
        self._ledger = ledger
        self._tries = MovementTries(store)
        self._marks = GivenMarks(store, clock, ledger)

    def recognised(
        self, judged: JudgedCheckIn, student: Student, score: float, trace: CheckInTrace
    ) -> AnsweredCheckIn:
        """The student is known: a mark, another try, or a person who decides.

        Whoever is there already stays there, whatever this check-in lacks. Whoever was, and was marked absent
        by a person, comes back by a person: a phone elsewhere would only have to send the next photo.

        Args:
            judged: the check-in.
            student: whom its photo shows.
            score: how similar.
            trace: what is compared with other check-ins; it is written with a mark.
        """
        judged = judged.of(student)
        if judged.passed_where_required and self._tries.are_used_up(judged, student.id):
            judged = judged.after_failures()
        lacks, found = judged.lacks(), (Candidate(student.id, score),)
        if lacks is None:
            given = self._marks.give(judged, student, score, trace)
            return given or self._for_a_person(judged, ReviewReason.TAKEN_BACK, found)
        mark = self._store.mark(judged.session.id, student.id)
        if mark is not None and is_taken_back(mark):
            lacks = ReviewReason.TAKEN_BACK
        if mark is not None and mark.counts_as_there:
            there = self._marks.answer(judged, verdict_on(mark, student, judged.attempt.id), trace=trace)
            assert there is not None, "no mark is written that could be changed meanwhile"
            return there
        has_failed = judged.evidence.liveness is LivenessResult.FAILED
        if lacks is ReviewReason.MOVEMENT and has_failed and self._tries.fails_first(judged, student.id):
            left = _OUT_OF_VIEW & set(judged.evidence.why)
            return self._kept(judged, VerdictCode.STAY_IN_VIEW if left else VerdictCode.MOVE_AGAIN)
        return self._for_a_person(judged, lacks, found)

    def doubtful(self, judged: JudgedCheckIn, decision: Doubtful) -> Verdict:
        """It may be one of several students, or one not surely enough: a person decides."""
        return self._for_a_person(judged, ReviewReason(decision.reason), decision.candidates).verdict

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
        verdict = self._ledger.not_found(judged.session, judged.attempt)
        return self._ledger.keep(judged.session, judged.attempt, verdict)

    def _for_a_person(
        self, judged: JudgedCheckIn, reason: ReviewReason, found: Sequence[Candidate]
    ) -> AnsweredCheckIn:
        if not self._ledger.spend(judged.attempt):
            return AnsweredCheckIn(Verdict(VerdictCode.GRANT_USED, judged.session.id))
        is_held = self._hold(judged.review(reason, found), judged.pixels)
        return self._kept(judged, VerdictCode.NEEDS_REVIEW if is_held else VerdictCode.TOO_MANY_WAIT)

    def _hold(self, review: Review, pixels: Pixels) -> bool:
        """Send a photo to review; returns False if its phone has too many there."""
        jpeg, most = encode_jpeg(pixels), most_of(review.device)
        return send_to_review(self._store, self._snapshots, review, jpeg, most=most) is not None

    def _kept(self, judged: JudgedCheckIn, code: VerdictCode) -> AnsweredCheckIn:
        session, attempt = judged.session, judged.attempt
        return AnsweredCheckIn(self._ledger.keep(session, attempt, Verdict(code, session.id)))
