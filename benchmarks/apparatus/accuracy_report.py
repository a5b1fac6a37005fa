"""Measures the error rates of one engine and detector on labelled photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.evaluation.bootstrap import DRAWS, Estimate, estimates
from face_matching.evaluation.error_rates import (
    PairScores,
    equal_error,
    false_match_rate,
    false_non_match_rate,
    pair_scores,
    tar_at_far,
)
from face_matching.evaluation.open_set import SearchScores, fnir_at_fpir, search_scores
from face_matching.weighted_scores import Floats

FPIR = 0.01
TEMPLATES = 2
"""Photos enrolled per person for FNIR."""


@dataclass(frozen=True)
class AccuracyReport:
    """Error rates with 95 % bootstrap confidence intervals.

    Attributes:
        fmr: FMR at ``threshold``.
        fnmr: FNMR at ``threshold``.
        fnir: FNIR at an FPIR of 1 %, with two enrolled photos per person.
        threshold: the threshold for FMR and FNMR.
    """

    fmr: Estimate
    fnmr: Estimate
    eer: Estimate
    tar_at_1e2: Estimate
    tar_at_1e3: Estimate
    fnir: Estimate
    threshold: float
    people: int
    photos: int
    genuine: int
    impostor: int


def accuracy_report(
    embeddings: NDArray[Any], identities: Sequence[str], threshold: float, draws: int = DRAWS
) -> AccuracyReport:
    """Measure all error rates.

    Args:
        embeddings: ``(N, D)`` float32, rows of unit length.
        identities: the person on each of the ``N`` photos.
        threshold: the threshold for FMR and FNMR.
        draws: number of bootstrap samples.

    Raises:
        EvaluationError: there are too few people or photos.
    """
    pairs, searches = pair_scores(embeddings, identities), search_scores(embeddings, identities, TEMPLATES)
    fmr, fnmr, eer, tar_at_1e2, tar_at_1e3 = estimates(
        lambda counts: _rates(pairs.reweighted(counts), threshold), pairs.people, draws
    )
    (fnir,) = estimates(lambda counts: _search_rate(searches.reweighted(counts)), searches.people, draws)
    return AccuracyReport(
        fmr=fmr,
        fnmr=fnmr,
        eer=eer,
        tar_at_1e2=tar_at_1e2,
        tar_at_1e3=tar_at_1e3,
        fnir=fnir,
        threshold=threshold,
        people=pairs.people,
        photos=len(identities),
        genuine=len(pairs.genuine.values),
        impostor=len(pairs.impostor.values),
    )


def _rates(pairs: PairScores, threshold: float) -> Floats:
    """FMR, FNMR, EER, and TAR at FAR 1e-2 and 1e-3."""
    return np.array(
        [
            false_match_rate(pairs.impostor, threshold),
            false_non_match_rate(pairs.genuine, threshold),
            equal_error(pairs.genuine, pairs.impostor).rate,
            tar_at_far(pairs.genuine, pairs.impostor, 1e-2),
            tar_at_far(pairs.genuine, pairs.impostor, 1e-3),
        ]
    )


def _search_rate(searches: SearchScores) -> Floats:
    return np.array([fnir_at_fpir(searches, FPIR)])
