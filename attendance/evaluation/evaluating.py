"""Measures everything that can be measured on labelled faces."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from attendance.evaluation.by_group import ComparedPairs, rates_by_group
from attendance.evaluation.class_table import SearchedClasses
from attendance.evaluation.labelled_faces import LabelledFaces
from attendance.evaluation.live_decisions import LiveDecisions
from attendance.evaluation.results import Confusion, CurvePoints, Evaluation
from face_matching.decision import DecisionPolicy
from face_matching.errors import EvaluationError
from face_matching.evaluation.error_rates import PairScores, det_points, pair_scores
from face_matching.evaluation.rates.confusions import worst_pairs
from face_matching.evaluation.rates.pair_rates import DRAWS, pair_rates
from face_matching.evaluation.separation import histogram

MOST_COMPARED = 2500
"""Photos that are compared with each other, at most: 3 million pairs, of as many people as fit."""

WORST = 8
"""Comparisons of each kind that are shown."""

CURVE_POINTS = 200
SEED = 20180402


def evaluate(
    faces: LabelledFaces,
    policy: DecisionPolicy,
    searched: SearchedClasses,
    *,
    source: str,
    at: datetime,
    column: str | None = None,
    groups: Mapping[str, str] | None = None,
    live: LiveDecisions | None = None,
    draws: int = DRAWS,
) -> Evaluation:
    """Measure all rates.

    Args:
        faces: the faces.
        policy: the rule of decision for their engine and detector.
        searched: the searches of the classes.
        source: what was evaluated, in words.
        at: now.
        column: by what the groups are made.
        groups: the group of each person, by key.
        live: what the live system decided.
        draws: number of bootstrap samples, at most.
    """
    rows = compared_rows(faces)
    embeddings, people = faces.embeddings[rows], [faces.people[row] for row in rows]
    try:
        pairs = pair_scores(embeddings, people)
    except EvaluationError:
        pairs = None
    threshold = policy.search_threshold(searched.usual_size)
    compared = tuple(sorted(set(people)))
    return Evaluation(
        source=source,
        at=at,
        engine=faces.engine,
        detector=faces.detector,
        fpir=policy.fpir,
        relative=policy.relative is not None,
        people=len(faces.keys),
        faces=len(faces.people),
        compared=len(compared),
        acquisition=faces.acquisition,
        pairs=None if pairs is None else pair_rates(pairs, threshold, draws),
        curve=None if pairs is None else _curve(pairs),
        histogram=None if pairs is None else histogram(pairs.genuine, pairs.impostor),
        classes=searched.rates(),
        column=column,
        groups=()
        if groups is None
        else rates_by_group(groups, faces.keys, ComparedPairs(pairs, compared, threshold), searched),
        confusions=_confusions(faces, rows),
        live=live,
        notes=tuple(_notes(faces, len(compared), pairs)),
    )


def compared_rows(faces: LabelledFaces) -> NDArray[np.intp]:
    """The rows of the faces that are compared with each other: all, or those of people drawn at random."""
    if len(faces.people) <= MOST_COMPARED:
        return np.arange(len(faces.people))
    owners = np.searchsorted(faces.keys, faces.people)
    order = np.random.default_rng(SEED).permutation(len(faces.keys))
    enough = np.cumsum(np.bincount(owners)[order]) <= MOST_COMPARED
    return np.flatnonzero(np.isin(owners, order[enough]))


def _curve(pairs: PairScores) -> CurvePoints:
    """FNMR at false match rates from one pair to all of them, evenly spaced by their logarithms."""
    lowest = 1 / pairs.impostor.total
    rates = np.geomspace(lowest, 1.0, CURVE_POINTS)
    points = det_points(pairs.genuine, pairs.impostor, rates.tolist())
    kept = points[:1] + tuple(after for before, after in pairwise(points) if after != before)
    return CurvePoints(tuple(point.fmr for point in kept), tuple(point.fnmr for point in kept))


def _confusions(faces: LabelledFaces, rows: NDArray[np.intp]) -> tuple[Confusion, ...]:
    worst = worst_pairs(faces.embeddings[rows], [faces.people[row] for row in rows], WORST)
    found = []
    for same, pairs in ((False, worst.impostor), (True, worst.genuine)):
        for pair in pairs:
            one, other = int(rows[pair.first]), int(rows[pair.second])
            found.append(
                Confusion(
                    same=same,
                    score=pair.score,
                    names=(faces.names[faces.people[one]], faces.names[faces.people[other]]),
                    photos=(faces.photos[one], faces.photos[other]),
                    pictures=(faces.pictures.get(one, b""), faces.pictures.get(other, b"")),
                )
            )
    return tuple(found)


def _notes(faces: LabelledFaces, compared: int, pairs: PairScores | None) -> list[str]:
    notes = []
    if faces.acquisition.left_out:
        notes.append(
            f"{faces.acquisition.left_out} further photos were not read, because there are enough of the "
            "person."
        )
    if compared < len(faces.keys):
        notes.append(
            f"Pairs were compared of {compared} of {len(faces.keys)} people, drawn at random: more would not "
            "fit into memory."
        )
    if pairs is None:
        notes.append(
            "Nobody has two photos, so nothing could be measured that needs two photos of one person."
        )
    return notes
