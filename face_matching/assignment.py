"""Who is who among faces that are seen at once: a face is one student at most, and a student one face."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.candidates import Candidate
from face_matching.decision import Decision, DecisionPolicy, Doubt, Doubtful, Match, Unknown
from face_matching.gallery import Gallery
from face_matching.group_thresholds import ALONE, FalseMatchBudget
from face_matching.relative_scores.judged_scores import JudgedScores, ScoreThresholds

NOBODY = -1
LESS_THAN_ANY = -9.0


def assign(
    gallery: Gallery,
    embeddings: NDArray[Any],
    policy: DecisionPolicy,
    *,
    engine: str | None = None,
    proof: float = ALONE,
) -> tuple[Decision, ...]:
    """Decide about all faces that are seen at once.

    Faces and students are paired such that what their scores exceed the threshold by is most in all. A face
    is a match only where that pair is beyond doubt from both sides: the student is the face's best by the
    margin, and no other face may be that student as well. Whoever is not the best for a face is never a match
    for it, only a candidate for a person to choose; and a student who is matched is nobody else's candidate.

    Who is matched is out. The faces and students that are left are fewer chances to go wrong, so that each
    may be a larger one, and they are looked at again, until nobody is added (see `room_risk`). Students are
    proposed to a person for the faces that are left in the end at a lower threshold yet.

    Args:
        gallery: who is searched.
        embeddings: ``(F, D)`` float32, rows of length 1: the faces of one picture, or of one moment.
        policy: the rule for one face; of all faces together ``CLASSROOM_FPIR`` at most may be taken for
            somebody.
        engine: versioned name of the engine that made the embeddings, to be sure that it is the gallery's.
        proof: `CONFIRMED` where a person looks at every match before it counts.

    Returns:
        One decision for each face, in order. The candidates of a doubt begin with the student that the
        pairing gives the face, if any; the others follow, best first.

    Raises:
        EngineMismatchError: the embeddings are of another engine than the templates.
        EmbeddingError: a wrong shape, or a row that is not finite or not of length 1.
    """
    if not gallery.students or not len(embeddings):
        return tuple(Unknown(None) for _ in embeddings)
    judged = policy.judge(gallery, embeddings, engine=engine)
    return assign_judged(judged, gallery.student_ids, policy, proof=proof)


def assign_judged(
    judged: JudgedScores, student_ids: Sequence[str], policy: DecisionPolicy, *, proof: float = ALONE
) -> tuple[Decision, ...]:
    """Decide about all faces that are seen at once, as `assign` does, from their scores.

    Args:
        judged: the scores of ``F`` faces, at least one.
        student_ids: the ``P`` people searched, at least one.
        policy: as for `assign`.
        proof: the same.

    Returns:
        One decision for each face, in order.
    """
    budget = FalseMatchBudget.initial(policy, judged, proof)
    room = _Room(judged.similarities, judged.scores, judged.margin)
    settled = room.settled(budget.thresholds(), {})
    while (left := budget.after(len(settled))) is not None:
        budget = left
        settled = room.settled(budget.thresholds(), settled)
    level = budget.proposal_thresholds()
    return room.decisions(level, settled, student_ids)


def best_pairs(weights: NDArray[np.float64]) -> NDArray[np.intp]:
    """The one-to-one pairing with the largest sum of weights; a pair of weight 0 or less is not made.

    Args:
        weights: ``(F, P)``.

    Returns:
        ``(F,)`` the column of each row, or ``NOBODY``.
    """
    chosen = np.full(len(weights), NOBODY, dtype=np.intp)
    gains = np.maximum(weights, 0.0)
    faces = np.flatnonzero(gains.any(axis=1))
    columns = gains[faces].argmax(axis=1) if faces.size else faces
    if len(set(columns.tolist())) < len(columns):  # two faces want the same student
        from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - 0.5 s and 50 MB, rarely needed

        faces, columns = linear_sum_assignment(gains, maximize=True)
    chosen[faces] = np.where(gains[faces, columns] > 0, columns, NOBODY)
    return chosen


@dataclass(frozen=True, eq=False)
class _Room:
    """The scores of one room, ``(F, P)``.

    Attributes:
        shown: similarities, for a teacher's eyes.
        scores: what is decided by: the same, or class-relative ones.
        margin: what two must differ by.
    """

    shown: NDArray[np.float64]
    scores: NDArray[np.float64]
    margin: float

    def settled(self, level: ScoreThresholds, before: Mapping[int, int]) -> dict[int, int]:
        """The faces whose student is beyond doubt, with the student; those of the round before stay."""
        found, pairs = dict(before), self._pairs(level, before)
        # A rival that is settled with another student scores higher there, so it comes first.
        for face in np.argsort(-self.scores.max(axis=1), kind="stable").tolist():
            own = self.scores[face]
            student = int(own.argmax())
            proves = own[student] >= level.proven and pairs[face] == student
            if not proves or face in found or student in found.values():
                continue
            if self._alike(face, level, found) == [student] and not self._rivals(face, student, level, found):
                found[face] = student
        return found

    def decisions(
        self, level: ScoreThresholds, settled: Mapping[int, int], ids: Sequence[str]
    ) -> tuple[Decision, ...]:
        """What is said of each face, given those that are settled."""
        pairs = self._pairs(level, settled)
        return tuple(
            Match(ids[settled[face]], float(shown[settled[face]]))
            if face in settled
            else self._unsettled(face, int(pairs[face]), level, settled, ids)
            for face, shown in enumerate(self.shown)
        )

    def _unsettled(
        self, face: int, paired: int, level: ScoreThresholds, settled: Mapping[int, int], ids: Sequence[str]
    ) -> Decision:
        own, shown = self.scores[face], self.shown[face]
        chosen = self._alike(face, level, settled)
        if not chosen:
            return Unknown(float(shown.max()))
        if paired != NOBODY:
            chosen = [paired, *(student for student in chosen if student != paired)]
        candidates = tuple(Candidate(ids[student], float(shown[student])) for student in chosen)
        if len(candidates) > 1:
            return Doubtful(candidates, Doubt.LOOK_ALIKE)
        is_best = own[chosen[0]] == own.max()
        contested = not is_best or self._rivals(face, chosen[0], level, settled)
        return Doubtful(candidates, Doubt.RIVAL if contested else Doubt.UNPROVEN)

    def _pairs(self, level: ScoreThresholds, settled: Mapping[int, int]) -> NDArray[np.intp]:
        """The student of each face in the best pairing of those that are not settled, or ``NOBODY``."""
        weights = self.scores - level.passes
        weights[list(settled.keys())] = 0.0
        weights[:, list(settled.values())] = 0.0
        return best_pairs(weights)

    def _alike(self, face: int, level: ScoreThresholds, settled: Mapping[int, int]) -> list[int]:
        """The students that pass for a face and can't be told from the best of them, best first.

        Who is another face for certain is not among them.
        """
        own = self.scores[face].copy()
        own[list(settled.values())] = LESS_THAN_ANY
        alike = np.flatnonzero((own >= level.passes) & (own.max() - own < self.margin))
        return [int(student) for student in alike[np.argsort(-own[alike], kind="stable")]]

    def _rivals(self, face: int, student: int, level: ScoreThresholds, settled: Mapping[int, int]) -> bool:
        """Whether another face may be this student as well: it scores as much, or less by chance alone."""
        theirs = self.scores[:, student]
        close = np.flatnonzero((theirs >= level.passes) & (theirs[face] - theirs < self.margin))
        return any(other != face and other not in settled for other in close.tolist())
