"""Decides from the best candidates: a match, a doubt for review, or unknown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.candidates import Candidate
from face_matching.gallery import Gallery
from face_matching.relative_scores.judged_scores import JudgedScores
from face_matching.relative_scores.relative_curves import RelativeCurves
from face_matching.threshold_curve import ThresholdCurve, fmr_for
from face_matching.weighted_scores import Floats

DEFAULT_FPIR = 0.01
"""The probability that a stranger passes as anyone searched (ISO/IEC 19795: FPIR); a setting."""

PROVEN_SHARE = 0.3
"""The part of the FPIR at which a match counts without review: of the 1 % of strangers who pass, 0.3 % are
marked and 0.7 % reviewed."""


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
class DecisionPolicy:
    """The thresholds of one engine and detector.

    Attributes:
        engine: versioned name of the engine.
        detector: name of the detector.
        search: the threshold of cosine similarities for each false match rate, from the calibration data.
        proven: the threshold for ``PROVEN_SHARE`` of that rate; never below ``search``.
        margin: minimum difference between the scores of two students who pass.
        same_person_at: the threshold of one-to-one comparison within a student's photos.
        provenance: the source of the thresholds.
        fpir: the probability that a stranger passes as anyone searched.
        relative: thresholds of class-relative scores, which decide where there are enough people; None for an
            engine that doesn't work with such scores.
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
        """The similarity from which a student passes a search of so many people, where it is not relative."""
        return self.search.at(fmr_for(self.fpir, searched))

    def judge(
        self,
        gallery: Gallery,
        embeddings: NDArray[Any],
        *,
        factors: NDArray[Any] | None = None,
        engine: str | None = None,
    ) -> JudgedScores:
        """Compare faces with all students of a gallery.

        Args:
            gallery: at least one student.
            embeddings: ``(F, D)`` float32, rows of unit length.
            factors: ``(F,)`` 0 to 1, by which the similarities of each face are multiplied.
            engine: as for ``Gallery.search``.

        Raises:
            GalleryMismatchError: the embeddings are from another engine than the templates.
            EmbeddingError: the shape is wrong, or a row is not finite or not of unit length.
        """
        similarities = gallery.similarities(embeddings, engine=engine).astype(np.float64)
        if factors is not None:
            scale = np.asarray(factors, np.float32)[:, np.newaxis]
            similarities, embeddings = similarities * scale, embeddings * scale
        parts = () if self.relative is None else gallery.cohorts.relative(similarities, embeddings)
        if self.relative is None or not parts:
            return self.plain(similarities, gallery.stranger_level)
        scores, cohort = self.relative.on_one_scale(parts)
        return self.judge_relative(self.relative, similarities, scores, cohort)

    def judge_relative(
        self, curves: RelativeCurves, similarities: Floats, scores: Floats, cohort: int
    ) -> JudgedScores:
        """Judge scores that are relative to a cohort.

        Args:
            curves: their thresholds.
            similarities: ``(F, P)`` float64.
            scores: ``(F, P)`` float64, relative.
            cohort: number of people to whom they are relative.
        """
        return JudgedScores(
            similarities,
            scores,
            lambda fmr: curves.at(fmr, cohort),
            lambda fmr: curves.at(fmr * PROVEN_SHARE, cohort),
            curves.same_person_at(cohort),
            curves.margin,
            cohort=cohort,
        )

    def plain(self, similarities: Floats, least_proven: float = -math.inf) -> JudgedScores:
        """Judge similarities as they are.

        Args:
            similarities: ``(F, P)`` float64.
            least_proven: see ``Gallery.stranger_level``.
        """
        return JudgedScores(
            similarities,
            similarities,
            self.search.at,
            self.proven.at,
            self.same_person_at,
            self.margin,
            least_proven,
        )

    def decide(
        self, judged: JudgedScores, student_ids: Sequence[str], *, searched: int | None = None
    ) -> Decision:
        """Decide about one face.

        Args:
            judged: its scores, ``F`` = 1.
            student_ids: the ``P`` people searched.
            searched: the number of people for whom to decide, if not ``P``.
        """
        scores, shown = judged.scores[0], judged.similarities[0]
        level = judged.thresholds(fmr_for(self.fpir, searched or len(scores)))
        best = scores.argmax()
        if not scores[best] >= level.passes:
            return Unknown(float(shown.max()))
        close = np.flatnonzero((scores >= level.passes) & (scores[best] - scores < judged.margin))
        alike = close[np.argsort(-scores[close], kind="stable")].tolist()
        candidates = tuple(Candidate(student_ids[i], float(shown[i])) for i in alike)
        if len(alike) > 1:
            return Doubtful(candidates, Doubt.LOOK_ALIKE)
        if scores[best] < level.proven:
            return Doubtful(candidates, Doubt.UNPROVEN)
        return Match(candidates[0].student_id, candidates[0].score)

    def identify(self, gallery: Gallery | None, embedding: NDArray[Any]) -> Decision:
        """Search a gallery for one face, and decide.

        Args:
            gallery: the gallery; None means an empty one.
            embedding: ``(D,)`` float32 of unit length, from the gallery's engine.

        Raises:
            GalleryMismatchError: the embedding is from another engine than the templates.
            EmbeddingError: it has a wrong shape, is not finite or not of unit length.
        """
        if gallery is None or not gallery.students:
            return Unknown(None)
        return self.decide(self.judge(gallery, np.asarray(embedding)[np.newaxis]), gallery.student_ids)
