"""Threshold as a function of the false match rate, interpolated from a table."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


def fmr_for(fpir: float, searched: int) -> float:
    """The false match rate of one comparison that keeps the FPIR of a whole search.

    A stranger is compared with everybody searched. The probability that none of these comparisons matches is
    ``(1 - FMR) ** searched``; one minus that is the FPIR.

    Args:
        fpir: the probability that a stranger is matched with anyone, between 0 and 1.
        searched: the number of people searched, at least 1.

    Raises:
        ValueError: an argument is out of range.
    """
    if not 0 < fpir < 1:
        raise ValueError(f"the FPIR must be between 0 and 1, got {fpir}")
    if searched < 1:
        raise ValueError(f"at least one person must be searched, got {searched}")
    return -math.expm1(math.log1p(-fpir) / searched)


@dataclass(frozen=True)
class ThresholdCurve:
    """Thresholds for decreasing false match rates.

    Attributes:
        fmrs: false match rates, decreasing, greater than 0.
        thresholds: cosine similarities, non-decreasing, one per rate.
    """

    fmrs: tuple[float, ...]
    thresholds: tuple[float, ...]

    def __post_init__(self) -> None:
        """Check that there is one threshold per rate, in order."""
        if len(self.fmrs) != len(self.thresholds) or len(self.fmrs) < 2:
            raise ValueError(
                f"{len(self.fmrs)} rates for {len(self.thresholds)} thresholds; expected 2 or more of each"
            )
        rising = all(a <= b for a, b in zip(self.thresholds, self.thresholds[1:], strict=False))
        falling = all(a > b > 0 for a, b in zip(self.fmrs, self.fmrs[1:], strict=False))
        if not rising or not falling:
            raise ValueError("rates must decrease and thresholds increase along a curve")

    def at(self, fmr: float) -> float:
        """The threshold for a false match rate, interpolated linearly over the rate's logarithm.

        A rate above the table's highest gets the lowest threshold; one below its lowest gets infinity,
        because nothing was calibrated there.
        """
        if fmr < self.fmrs[-1] * (1 - 1e-9):
            return math.inf
        return float(np.interp(-math.log(fmr), [-math.log(rate) for rate in self.fmrs], self.thresholds))

    def for_share(self, share: float) -> ThresholdCurve:
        """The curve whose threshold for a rate is this curve's for a share of that rate.

        Args:
            share: greater than 0, at most 1.
        """
        return ThresholdCurve(tuple(rate / share for rate in self.fmrs), self.thresholds)
