"""Which threshold keeps which false match rate, as a small table that is read between its points."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


def fmr_for(fpir: float, searched: int) -> float:
    """The false match rate of one comparison that keeps the rate of a whole search.

    A stranger is compared with everybody searched; the chance that all of those comparisons fail is
    ``(1 - FMR) ** searched``, and one minus that is the FPIR.

    Args:
        fpir: chance that a stranger is taken for anyone at all, between 0 and 1.
        searched: number of people compared with, at least 1.

    Raises:
        ValueError: an argument out of its range.
    """
    if not 0 < fpir < 1:
        raise ValueError(f"the FPIR must lie between 0 and 1, got {fpir}")
    if searched < 1:
        raise ValueError(f"at least one person must have been searched, got {searched}")
    return -math.expm1(math.log1p(-fpir) / searched)


@dataclass(frozen=True)
class ThresholdCurve:
    """Thresholds at falling false match rates.

    Attributes:
        fmrs: falling, above 0.
        thresholds: cosine similarities, never falling, one for each rate.
    """

    fmrs: tuple[float, ...]
    thresholds: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse a table that does not say one threshold for each rate, in order."""
        if len(self.fmrs) != len(self.thresholds) or len(self.fmrs) < 2:
            raise ValueError(f"{len(self.fmrs)} rates for {len(self.thresholds)} thresholds; needs 2 or more")
        rising = all(a <= b for a, b in zip(self.thresholds, self.thresholds[1:], strict=False))
        falling = all(a > b > 0 for a, b in zip(self.fmrs, self.fmrs[1:], strict=False))
        if not rising or not falling:
            raise ValueError("rates must fall and thresholds rise along a curve")

    def at(self, fmr: float) -> float:
        """The threshold for a false match rate, straight between points over the rate's logarithm.

        A rate above the table's gets the table's lowest threshold, and one below it infinity: what lies
        beyond what was calibrated can't be passed.
        """
        if fmr < self.fmrs[-1] * (1 - 1e-9):
            return math.inf
        return float(np.interp(-math.log(fmr), [-math.log(rate) for rate in self.fmrs], self.thresholds))
