"""Thresholds for faces that are recognised together, from a budget of false matches for the whole group."""

from __future__ import annotations

from dataclasses import dataclass, replace

from face_matching.decision import DecisionPolicy
from face_matching.relative_scores.judged_scores import JudgedScores, ScoreThresholds
from face_matching.threshold_curve import fmr_for

PROPOSAL_FPIR = 0.02
"""The probability that a stranger is proposed to a teacher as one of the missing students. A teacher has to
name unmatched faces in any case, and a proposal saves searching (docs/classroom.md)."""

CLASSROOM_FPIR = 1 / 200
"""The accepted fraction of false matches among the faces of a classroom; stricter policies keep their own.
Thirty faces and 60 students are 1,800 comparisons: if all faces were strangers', one of 200 faces would be
matched falsely, however many there are at once."""

ALONE, CONFIRMED = 1.0, 0.65
"""How far from the threshold that a stranger passes to the one from which no review is needed a score must be
for a match: all the way if a match counts without confirmation, two thirds if a person checks every name
before it counts. No engine then names more faces falsely than ``CLASSROOM_FPIR``: docs/classroom.md."""


def classroom_policy(policy: DecisionPolicy) -> DecisionPolicy:
    """The policy with the FPIR limited to that of a classroom."""
    return replace(policy, fpir=min(policy.fpir, CLASSROOM_FPIR))


@dataclass(frozen=True, eq=False)
class FalseMatchBudget:
    """The remaining budget of expected false matches in a group of faces.

    A group of ``F`` faces may have ``F * CLASSROOM_FPIR`` false matches. A face that remains at the end was
    compared with every student: with those matched in the first round at that round's false match rate, and
    so on, and with the remaining ones at the last round's. What the earlier rounds have spent is subtracted;
    the rest is divided among the remaining comparisons. No face ever has a higher FPIR than at a check-in.

    Attributes:
        policy: the policy for a single face.
        judged: the scores of the group, with their thresholds.
        allowed: expected false matches in total.
        faces: initial number of faces.
        students: initial number of students.
        proof: `ALONE` or `CONFIRMED`.
        matched: number of matched pairs so far.
        spent: FPIR already spent on each remaining face by earlier rounds.
    """

    policy: DecisionPolicy
    judged: JudgedScores
    allowed: float
    faces: int
    students: int
    proof: float = ALONE
    matched: int = 0
    spent: float = 0.0

    @classmethod
    def initial(cls, policy: DecisionPolicy, judged: JudgedScores, proof: float = ALONE) -> FalseMatchBudget:
        """The budget before the first round."""
        faces, students = judged.scores.shape
        return cls(policy, judged, faces * classroom_policy(policy).fpir, faces, students, proof)

    @property
    def fpir(self) -> float:
        """The probability that a stranger is matched with any of the remaining students."""
        return min(self.policy.fpir, self.allowed / (self.faces - self.matched) - self.spent)

    @property
    def fmr(self) -> float:
        """Approximate false match rate of one comparison, a measure of how lenient a round is."""
        return self.fpir / (self.students - self.matched)

    def thresholds(self) -> ScoreThresholds:
        """The thresholds that keep to `fpir`."""
        return self.judged.thresholds(fmr_for(self.fpir, self.students - self.matched), self.proof)

    def proposal_thresholds(self) -> ScoreThresholds:
        """The thresholds for proposing students for the remaining faces."""
        fmr = fmr_for(max(self.fpir, PROPOSAL_FPIR), max(1, self.students - self.matched))
        level = self.thresholds()
        return replace(level, passes=min(self.judged.passes_at(fmr), level.passes))

    def after(self, matched: int) -> FalseMatchBudget | None:
        """The budget of the next round.

        Args:
            matched: number of matched pairs in total.

        Returns:
            The budget, or None if another round can't match anybody else.
        """
        if matched == self.matched or matched >= min(self.faces, self.students):
            return None
        spent = self.spent + (matched - self.matched) * self.fmr
        left = replace(self, matched=matched, spent=spent)
        return left if left.fpir > 0 and left.fmr > self.fmr else None
