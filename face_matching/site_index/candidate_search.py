"""Searches large galleries: only who may be decided about is compared in full, with the same decision."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.decision import Decision, DecisionPolicy, Unknown
from face_matching.gallery import Gallery
from face_matching.relative_scores.class_scores import mean_of_nearest
from face_matching.relative_scores.judged_scores import JudgedScores
from face_matching.threshold_curve import fmr_for

LARGE = 1500
"""Students from whom a gallery is searched this way. Comparing the neighbourhoods of all of them takes more
time with the square of their number, and that before the first decision."""

NEAREST = 32
"""Students who are compared in full at first."""

MOST_NEAREST = 2048
"""The most of them, where a stranger resembles very many."""


@dataclass(frozen=True, eq=False)
class JudgedCandidates:
    """The students whom one face may show.

    Attributes:
        judged: their scores, ``F`` = 1.
        student_ids: whose, in the order of the scores.
    """

    judged: JudgedScores
    student_ids: tuple[str, ...]


def identify(policy: DecisionPolicy, gallery: Gallery | None, embedding: NDArray[Any]) -> Decision:
    """Search a gallery of any size for one face, and decide.

    Args:
        policy: the rule of decision.
        gallery: the gallery; None means an empty one.
        embedding: ``(D,)`` float32 of unit length, from the gallery's engine.

    Raises:
        GalleryMismatchError: the embedding is from another engine than the templates.
        EmbeddingError: it has a wrong shape, is not finite or not of unit length.
    """
    if gallery is None or gallery.students < LARGE:
        return policy.identify(gallery, embedding)
    found = judge_candidates(policy, gallery, embedding, fmr_for(policy.fpir, gallery.students))
    if not found.student_ids:
        return Unknown(None)
    return policy.decide(found.judged, found.student_ids, searched=gallery.students)


def judge_known(
    policy: DecisionPolicy, gallery: Gallery, embedding: NDArray[Any], fmr: float, known: Collection[str]
) -> JudgedCandidates:
    """Judge a few students of a gallery of any size, and others who may pass; see ``judge_candidates``."""
    if gallery.students >= LARGE:
        return judge_candidates(policy, gallery, embedding, fmr, known)
    return JudgedCandidates(policy.judge(gallery, np.asarray(embedding)[np.newaxis]), gallery.student_ids)


def judge_candidates(
    policy: DecisionPolicy,
    gallery: Gallery,
    embedding: NDArray[Any],
    fmr: float,
    known: Collection[str] = (),
) -> JudgedCandidates:
    """Judge the students of a gallery who may pass.

    Similarities fall along the list of the nearest students, and a relative score is a similarity less
    something that is never below half of ``Cohorts.least_neighbourhood``. So the list is long enough once
    nobody after its last student can pass.

    Args:
        policy: the rule of decision.
        gallery: more than a few students.
        embedding: ``(D,)`` float32 of unit length, from the gallery's engine.
        fmr: the false match rate at which they have to pass.
        known: ids of students to judge in any case.

    Raises:
        GalleryMismatchError: the embedding is from another engine than the templates.
        EmbeddingError: it has a wrong shape, is not finite or not of unit length.
    """
    count = NEAREST
    named = [place for place in map(gallery.place, known) if place is not None]
    while True:
        near = gallery.nearest(embedding, count)
        last = float(gallery.similarities_to(embedding, near[-1:])[0])
        places = np.concatenate([near, np.setdiff1d(np.array(named, np.intp), near)])
        judged = _judged(policy, gallery, embedding, places)
        bound = last - judged.least_taken
        if len(near) < count or count >= MOST_NEAREST or bound < judged.scores.thresholds(fmr).passes:
            return JudgedCandidates(judged.scores, tuple(gallery.student_ids[place] for place in places))
        count *= 4


@dataclass(frozen=True, eq=False)
class _Bounded:
    """Scores of candidates, and what is taken off anybody's similarity at least."""

    scores: JudgedScores
    least_taken: float


def _judged(
    policy: DecisionPolicy, gallery: Gallery, embedding: NDArray[Any], places: NDArray[np.intp]
) -> _Bounded:
    similarities = gallery.similarities_to(embedding, places).astype(np.float64)[np.newaxis]
    curves = policy.relative
    if curves is None:
        return _Bounded(policy.plain(similarities, gallery.stranger_level), 0.0)
    row = np.asarray(embedding, np.float32)[np.newaxis]
    scores, cohort = curves.on_one_scale(gallery.cohorts.relative_among(places, similarities, row))
    least = (mean_of_nearest(similarities) + gallery.cohorts.least_neighbourhood) / 2
    return _Bounded(policy.judge_relative(curves, similarities, scores, cohort), least)
