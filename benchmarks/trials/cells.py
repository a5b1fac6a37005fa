"""Measured values as they are printed in the cells of a table."""

from __future__ import annotations

from face_matching.evaluation.bootstrap import Estimate


def percent(value: Estimate, digits: int = 1, unit: float = 100) -> str:
    """A value with its interval, in percent or another unit.

    Args:
        value: the estimate.
        digits: behind the point.
        unit: by which it is multiplied.
    """
    low, high = value.low * unit, value.high * unit
    return f"{value.value * unit:.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"
