"""A check-in whose photo can be compared, with what speaks for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from attendance.liveness.burst_problems import BurstProblem
from attendance.marks.check_in_attempt import Attempt
from attendance.values import (
    LivenessMode,
    LivenessResult,
    MarkEvidence,
    Review,
    ReviewCandidate,
    ReviewReason,
    Session,
    Student,
)
from face_detection.values import Pixels
from face_matching.candidates import Candidate
from face_matching.decision import Match

_LACKING = {
    LivenessResult.NOT_SHOWN: ReviewReason.NO_MOVEMENT,
    LivenessResult.FAILED: ReviewReason.MOVEMENT,
}


@dataclass(frozen=True, eq=False)
class JudgedCheckIn:
    """A check-in whose photo can be compared.

    Attributes:
        session: what the grant was given for.
        attempt: the grant and the photo.
        burst: identifies the photo with its frames: the same bytes sent again under a grant are the same try.
        at: when it was judged; aware UTC.
        pixels: the photo, upright.
        mode: what counts for it: its course's rule, as far as its page could follow it.
        evidence: what speaks for it.
    """

    session: Session
    attempt: Attempt
    burst: str
    at: datetime
    pixels: Pixels
    mode: LivenessMode
    evidence: MarkEvidence

    @property
    def came_at(self) -> datetime:
        """When its student came."""
        return self.attempt.came_at(self.session, self.at)

    def of(self, student: Student) -> JudgedCheckIn:
        """The check-in once it is known whose it is: of some students no movement is asked."""
        has_nothing_to_excuse = self.evidence.liveness in (LivenessResult.NOT_ASKED, LivenessResult.PASSED)
        if not student.movement_exempt or has_nothing_to_excuse:
            return self
        why = tuple(code for code in self.evidence.why if code == BurstProblem.OTHER_BROWSER)
        return replace(self, evidence=replace(self.evidence, liveness=LivenessResult.EXEMPT, why=why))

    @property
    def passed_where_required(self) -> bool:
        """Whether its course requires a movement, and it was right."""
        return self.mode is LivenessMode.REQUIRED and self.evidence.liveness is LivenessResult.PASSED

    def after_failures(self) -> JudgedCheckIn:
        """The check-in of a student whose tries are used up: the right movement comes too late."""
        why = (*self.evidence.why, BurstProblem.FAILED_BEFORE.value)
        return replace(self, evidence=replace(self.evidence, why=why))

    def lacks(self) -> ReviewReason | None:
        """Why a person has to decide, where its course requires what it lacks; None if it lacks nothing."""
        if self.mode is not LivenessMode.REQUIRED:
            return None
        if BurstProblem.OTHER_BROWSER in self.evidence.why:
            return ReviewReason.OTHER_BROWSER
        if BurstProblem.FAILED_BEFORE in self.evidence.why:
            return ReviewReason.MOVEMENT
        return _LACKING.get(self.evidence.liveness)

    def review(self, reason: ReviewReason, found: Iterable[Candidate | Match]) -> Review:
        """What a person decides about it."""
        return Review(
            id=self.attempt.id,
            session_id=self.session.id,
            reason=reason,
            candidates=tuple(ReviewCandidate(each.student_id, each.score) for each in found),
            created_at=self.came_at,
            device=self.attempt.device,
            evidence=self.evidence,
        )
