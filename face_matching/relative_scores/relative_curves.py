"""Thresholds of class-relative scores, which were counted for several sizes of class."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from face_matching.threshold_curve import fmr_for
from face_matching.weighted_scores import Floats

REFERENCE_FPIR = 0.01
"""The rate at which the scores of two cohorts are put on one scale."""

REMEMBERED = 256
"""Thresholds that are kept: each class needs a few, the same for every face."""


@dataclass(frozen=True)
class RelativeCurves:
    """Thresholds over the FPIR of a search of the whole cohort, for several sizes of it.

    Attributes:
        sizes: numbers of people, increasing.
        fpirs: rates, decreasing, greater than 0.
        thresholds: for each size one threshold per rate, non-decreasing.
        same_person: for each size the threshold of one-to-one comparison within a student's photos.
        margin: as the policy's ``margin``, in relative scores.
    """

    sizes: tuple[int, ...]
    fpirs: tuple[float, ...]
    thresholds: tuple[tuple[float, ...], ...]
    same_person: tuple[float, ...]
    margin: float

    def __post_init__(self) -> None:
        """Check that there is one threshold per size and rate, in order."""
        if len(self.thresholds) != len(self.sizes) or len(self.same_person) != len(self.sizes):
            raise ValueError(f"{len(self.sizes)} sizes need as many rows of thresholds")
        if any(len(row) != len(self.fpirs) for row in self.thresholds):
            raise ValueError(f"each row needs {len(self.fpirs)} thresholds, one per rate")
        rising = all(list(row) == sorted(row) for row in self.thresholds)
        falling = list(self.fpirs) == sorted(self.fpirs, reverse=True) and self.fpirs[-1] > 0
        if not rising or not falling or list(self.sizes) != sorted(self.sizes):
            raise ValueError("sizes and thresholds must increase, and rates decrease")

    def at(self, fmr: float, cohort: int) -> float:
        """The threshold for a false match rate, interpolated over the logarithms of rate and size.

        Args:
            fmr: false match rate of one comparison.
            cohort: number of people to whom scores are relative. More than the largest size counts as that
                size, fewer than the smallest as the smallest.

        Returns:
            Infinity for a rate below the table's lowest, because nothing was calibrated there.
        """
        return _threshold(self, fmr, cohort)

    def same_person_at(self, cohort: int) -> float:
        """The threshold of one-to-one comparison within a student's photos."""
        return self._between_sizes(cohort, self.same_person)

    def on_one_scale(self, parts: Sequence[tuple[Floats, int]]) -> tuple[Floats, int]:
        """The scores that pass where those relative to each of several cohorts pass.

        A stranger of a small minority of the class resembles few of the class and so has no near others
        there; among all students of the school there are more of the minority. The lower score counts, after
        those of further cohorts were shifted by the difference of the thresholds.

        Args:
            parts: scores of equal shape and the size of the cohort of each, at least one.

        Returns:
            The scores, and the cohort whose thresholds apply to them, the first one.
        """
        (lowest, first), *others = parts
        for scores, cohort in others:
            rate = fmr_for(REFERENCE_FPIR, first)
            lowest = np.minimum(lowest, scores + (self.at(rate, first) - self.at(rate, cohort)))
        return lowest, first

    def _between_sizes(self, cohort: int, values: Sequence[float]) -> float:
        return float(np.interp(math.log(cohort), self._log_sizes, values))

    @cached_property
    def _log_sizes(self) -> Floats:
        """``(S,)`` float64."""
        return np.log(self.sizes)

    @cached_property
    def _log_rates(self) -> Floats:
        """``(R,)`` float64, increasing."""
        return np.array([-math.log(each) for each in self.fpirs])


@lru_cache(REMEMBERED)
def _threshold(curves: RelativeCurves, fmr: float, cohort: int) -> float:
    fpir = -math.expm1(cohort * math.log1p(-fmr))
    if fpir < curves.fpirs[-1] * (1 - 1e-9):
        return math.inf
    rate = -math.log(fpir)
    rows = [float(np.interp(rate, curves._log_rates, row)) for row in curves.thresholds]  # noqa: SLF001
    return curves._between_sizes(cohort, rows)  # noqa: SLF001 - of this module
