"""Decides from the best candidates: a match, a doubt for review, or unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from numpy.typing import NDArray

from face_matching.gallery import Candidate, Gallery
from face_matching.threshold_curve import ThresholdCurve, fmr_for

DEFAULT_FPIR = 0.01
"""The probability that a stranger is matched with anyone searched (ISO/IEC 19795: FPIR); a setting."""


class Doubt(StrEnum):
    """Why a match needs review."""

    LOOK_ALIKE = "look_alike"  # another student passes too, with nearly the same score
    UNPROVEN = "unproven"  # passes the threshold, but not its confidence bound
    RIVAL = "rival"  # another face in the same picture may be that student, too (see ``assignment``)


@dataclass(frozen=True)
class Match:
    """A student, without doubt.

    Attributes:
        student_id: the id of the student.
        score: the cosine similarity.
    """

    student_id: str
    score: float


@dataclass(frozen=True)
class Doubtful:
    """A match that needs review.

    Attributes:
        candidates: the possible students, best first.
        reason: why it needs review.
    """

    candidates: tuple[Candidate, ...]
    reason: Doubt


@dataclass(frozen=True)
class Unknown:
    """No student passes.

    Attributes:
        best_score: the best score, for teachers only; None if nobody was searched.
    """

    best_score: float | None


Decision = Match | Doubtful | Unknown


@dataclass(frozen=True)
class Provenance:
    """The source of a policy's thresholds, and their error rates on other people.

    Attributes:
        data_set: the data set, and which part of it.
        people: the number of people in the calibration half.
        photos: the number of their photos.
        impostor_pairs: the number of pairs of photos of different people.
        date: the date of the measurement, ``YYYY-MM-DD``.
        command: the command that reproduces the numbers.
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
    """Thresholds for normalised scores (see ``score_normalisation``).

    Attributes:
        search: the threshold for each false match rate, from the calibration data.
        proven: its upper 95 % confidence bound; never below ``search``.
    """

    search: ThresholdCurve
    proven: ThresholdCurve


@dataclass(frozen=True)
class DecisionPolicy:
    """The thresholds of one engine and detector; scores are cosine similarities.

    Attributes:
        engine: versioned name of the engine.
        detector: name of the detector.
        search: the threshold for each false match rate, from the calibration data.
        proven: its upper 95 % confidence bound; never below ``search``.
        margin: minimum difference between the scores of two students who pass.
        same_person_at: the threshold of one-to-one comparison within a student's photos.
        provenance: the source of the thresholds.
        fpir: the probability that a stranger is matched with anyone searched.
        relative: thresholds for classrooms, if normalised scores are more accurate with this engine.
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
        """Check that the FPIR is a probability."""
        fmr_for(self.fpir, 1)

    def search_threshold(self, searched: int) -> float:
        """The score from which a student passes a search of so many people."""
        return self.search.at(fmr_for(self.fpir, searched))

    def proven_threshold(self, searched: int) -> float:
        """The score from which a match in a search of so many people needs no review."""
        return self.proven.at(fmr_for(self.fpir, searched))

    def decide(self, candidates: Sequence[Candidate], searched: int) -> Decision:
        """Decide from the result of a search.

        Args:
            candidates: the best candidates, each student once; at least two if possible, to detect
                look-alikes.
            searched: the number of people searched, regardless of their templates.

        Raises:
            ValueError: there are more candidates than people searched.
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
        """Search a gallery for one face, and decide.

        Args:
            gallery: the gallery; None means an empty one.
            embedding: ``(D,)`` float32 of unit length, from the gallery's engine.

        Raises:
            GalleryMismatchError: the embedding is from another engine than the templates.
            EmbeddingError: it has a wrong shape, is not finite or not of unit length.
        """
        if gallery is None:
            return Unknown(None)
        return self.decide(gallery.search(embedding), searched=gallery.students)

    def same_person(self, score: float) -> bool:
        """Whether two photos of a student's folder show the same person (one-to-one, lenient).

        Far too lenient for finding duplicates among students, which is a search: see ``is_duplicate``.
        """
        return score >= self.same_person_at

    def is_duplicate(self, score: float, searched: int) -> bool:
        """Whether a new face would match one of the people searched at a check-in."""
        return score >= self.search_threshold(searched)
