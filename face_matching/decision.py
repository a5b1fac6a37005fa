"""From the best candidates to a decision: a match, a doubt for a person to settle, or nobody known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from numpy.typing import NDArray

from face_matching.gallery import Candidate, Gallery
from face_matching.threshold_curve import ThresholdCurve, fmr_for

DEFAULT_FPIR = 0.01
"""Chance that a stranger is taken for anyone searched; a setting."""


class Doubt(StrEnum):
    """Why a person has to decide."""

    LOOK_ALIKE = "look_alike"  # another student passes too, and nearly as well
    UNPROVEN = "unproven"  # passes, but not with what the calibration data can prove
    RIVAL = "rival"  # another face of the same picture may be that student as well (see ``assignment``)


@dataclass(frozen=True)
class Match:
    """This student, with no reason to doubt it."""

    student_id: str
    score: float


@dataclass(frozen=True)
class Doubtful:
    """Passes, but a person should look: the students that it may be, best first."""

    candidates: tuple[Candidate, ...]
    reason: Doubt


@dataclass(frozen=True)
class Unknown:
    """Nobody searched; the best score for a teacher's eyes, or None where nobody was searched."""

    best_score: float | None


Decision = Match | Doubtful | Unknown


@dataclass(frozen=True)
class Provenance:
    """Where the numbers of a policy come from, and how well they did on people not used for them.

    Attributes:
        data_set: what was measured, and which part of it.
        people: in the half that the thresholds were set on.
        photos: of them.
        impostor_pairs: pairs of photos of two of them.
        date: of the measurement, ``YYYY-MM-DD``.
        command: what makes the numbers again.
        eer: equal error rate on the other half.
        tar_at_far_1e3: TAR at FAR 1e-3 on the other half.
    """

    data_set: str
    people: int
    photos: int
    impostor_pairs: int
    date: str
    command: str
    eer: float
    tar_at_far_1e3: float


@dataclass(frozen=True)
class RelativeCurves:
    """Thresholds for scores less what a face resembles everybody else (see ``relative``).

    Attributes:
        search: threshold for each false match rate, as the calibration data say.
        proven: the same at the upper end of their 95 % interval; never below ``search``.
    """

    search: ThresholdCurve
    proven: ThresholdCurve


@dataclass(frozen=True)
class DecisionPolicy:
    """The rule for one engine and detector; scores are cosine similarities.

    Attributes:
        engine: versioned name of the engine.
        detector: name of the detector that finds the faces searched with.
        search: threshold for each false match rate, as the calibration data say.
        proven: the same at the upper end of their 95 % interval; never below ``search``.
        margin: two students that pass and are closer than this can't be told apart.
        same_person_at: from here on two photos that are said to show one person agree.
        provenance: where all that comes from.
        fpir: chance that a stranger is taken for anyone searched.
        relative: what a room is judged by, where that tells people apart better with this engine.
    """

    engine: str
    detector: str
    search: ThresholdCurve
    proven: ThresholdCurve
    margin: float
    same_person_at: float
    provenance: Provenance
    fpir: float = DEFAULT_FPIR
    relative: RelativeCurves | None = None

    def __post_init__(self) -> None:
        """Refuse an FPIR that is no chance."""
        fmr_for(self.fpir, 1)

    def search_threshold(self, searched: int) -> float:
        """What a score must reach when so many people are searched."""
        return self.search.at(fmr_for(self.fpir, searched))

    def proven_threshold(self, searched: int) -> float:
        """What a score must reach to need no second look when so many people are searched."""
        return self.proven.at(fmr_for(self.fpir, searched))

    def decide(self, candidates: Sequence[Candidate], searched: int) -> Decision:
        """Decide who it is.

        Args:
            candidates: the best of a search, each student once; two or more where there are, so that a
                look-alike can be seen.
            searched: number of people in the gallery that was searched, however many templates each has.

        Raises:
            ValueError: fewer people searched than there are candidates.
        """
        if not candidates:
            return Unknown(None)
        if searched < len(candidates):
            raise ValueError(f"{len(candidates)} candidates from {searched} people searched")
        ranked = sorted(candidates, key=lambda candidate: -candidate.score)
        best, passes = ranked[0], self.search_threshold(searched)
        if not best.score >= passes:
            return Unknown(best.score)
        alike = tuple(c for c in ranked if c.score >= passes and best.score - c.score < self.margin)
        if len(alike) > 1:
            return Doubtful(alike, Doubt.LOOK_ALIKE)
        if best.score < self.proven_threshold(searched):
            return Doubtful(alike, Doubt.UNPROVEN)
        return Match(best.student_id, best.score)

    def identify(self, gallery: Gallery | None, embedding: NDArray[Any]) -> Decision:
        """Search a gallery for one face, and decide who it is.

        Args:
            gallery: who is searched; None: nobody.
            embedding: ``(D,)`` float32 of length 1, of the gallery's engine.

        Raises:
            EngineMismatchError: the embedding is of another engine than the templates.
            EmbeddingError: it has a wrong shape, is not finite or not of length 1.
        """
        if gallery is None:
            return Unknown(None)
        return self.decide(gallery.search(embedding), searched=gallery.students)

    def same_person(self, score: float) -> bool:
        """Whether two photos that are said to show one person agree (one-to-one, lenient).

        For the photos in one student's folder. For "is this face already another student's" it is far too
        lenient, because that is a search: see ``is_duplicate``.
        """
        return score >= self.same_person_at

    def is_duplicate(self, score: float, searched: int) -> bool:
        """Whether a new face is taken for one of the people searched, as it would be at a check-in."""
        return score >= self.search_threshold(searched)
