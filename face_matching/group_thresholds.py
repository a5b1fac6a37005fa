"""How strictly the faces of a room are judged: by how many chances to go wrong are left."""

from __future__ import annotations

from dataclasses import dataclass, replace

from face_matching.decision import DecisionPolicy, RelativeCurves
from face_matching.score_normalisation import LEAST_SEARCHED
from face_matching.threshold_curve import fmr_for

PROPOSAL_FPIR = 0.02
"""Chance that a stranger is proposed to a teacher as one of those who are still missing. Whoever is not
marked is named by a person anyway, and a proposal spares the search (docs/classroom.md)."""

ROOM_FPIR = 1 / 200
"""Of the faces of a room, the share that may be taken for somebody they are not; a policy that asks for less
keeps its own. Thirty faces searched among 60 students are 1,800 comparisons: each may go wrong so seldom that
of 200 faces, were they all strangers', one does, however many are seen at once."""

ALONE, CONFIRMED = 1.0, 0.65
"""How far from the threshold to its 95 % bound a score must go to be proven. All the way where a match counts
as it is. Where a person looks at every name before it counts, two thirds of it: in the error's normal
distribution 1.07 of 1.64 standard errors, so that the threshold is right in 86 of 100 cases instead of 95.
Of half 1's faces no engine then names more wrongly than ``ROOM_FPIR`` allows (docs/classroom.md)."""


def room_policy(policy: DecisionPolicy) -> DecisionPolicy:
    """The same rule with the chance that a room allows."""
    return replace(policy, fpir=min(policy.fpir, ROOM_FPIR))


@dataclass(frozen=True)
class RequiredScores:
    """What a score must reach: ``passes`` to be thought of, ``proven`` to need no second look."""

    passes: float
    proven: float


@dataclass(frozen=True)
class Risk:
    """How much of the false matches that a room may have is still to be spent.

    A room of ``F`` faces may have ``F * ROOM_FPIR`` of them. A face that is left at the end was compared with
    every student: with one matched in the first round at that round's rate, and so on, and with one who is
    left at the last round's. What the earlier rounds have risked so is taken off, and the rest is divided
    among the comparisons that are left. No face ever risks more than at a check-in.

    Attributes:
        policy: the rule for one face.
        allowed: false matches in all.
        faces: that were there at first.
        students: that were there at first.
        proof: how much of the proof a match needs, `ALONE` or `CONFIRMED`.
        matched: how many of both are out.
        spent: for each face that is left, what the rounds before may have cost.
    """

    policy: DecisionPolicy
    allowed: float
    faces: int
    students: int
    proof: float = ALONE
    matched: int = 0
    spent: float = 0.0

    @classmethod
    def at_first(cls, policy: DecisionPolicy, faces: int, students: int, proof: float = ALONE) -> Risk:
        """Before anybody is matched."""
        return cls(policy, faces * room_policy(policy).fpir, faces, students, proof)

    @property
    def curves(self) -> RelativeCurves | None:
        """The thresholds of relative scores, where the room is judged by these; None: by the plain ones."""
        return self.policy.relative if self.students >= LEAST_SEARCHED else None

    @property
    def chance(self) -> float:
        """That a face is taken for any of the students that are left."""
        return min(self.policy.fpir, self.allowed / (self.faces - self.matched) - self.spent)

    @property
    def rate(self) -> float:
        """The same for one comparison, nearly: what a round is more lenient by than another."""
        return self.chance / (self.students - self.matched)

    def level(self) -> RequiredScores:
        """The scores that keep the chance."""
        fmr = fmr_for(self.chance, self.students - self.matched)
        curves = self.curves or self.policy
        passes = curves.search.at(fmr)
        return RequiredScores(passes, passes + self.proof * (curves.proven.at(fmr) - passes))

    def proposal(self) -> RequiredScores:
        """The scores that make a proposal of a face that is left, and need no second look."""
        curves = self.curves or self.policy
        fmr = fmr_for(max(self.chance, PROPOSAL_FPIR), max(1, self.students - self.matched))
        return RequiredScores(min(curves.search.at(fmr), self.level().passes), self.level().proven)

    def after(self, matched: int) -> Risk | None:
        """Once so many are matched in all; None where another round would find nobody more."""
        if matched == self.matched or matched >= min(self.faces, self.students):
            return None
        spent = self.spent + (matched - self.matched) * self.rate
        left = replace(self, matched=matched, spent=spent)
        return left if left.chance > 0 and left.rate > self.rate else None
