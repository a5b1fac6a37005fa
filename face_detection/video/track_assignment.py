"""Which of the new faces belongs to which of the known ones: all pairs together cost least."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def least_cost_pairs(costs: NDArray[np.float64]) -> list[tuple[int, int]]:
    """As many pairs as are allowed, and of those the ones that cost least together.

    Args:
        costs: ``(T, F)``, infinite where a pair is not allowed, else not negative.

    Returns:
        Pairs of a row and a column, each row and each column at most once, by row.
    """
    allowed = np.isfinite(costs)
    if not allowed.any():
        return []
    if allowed.sum(axis=0).max() == 1 and allowed.sum(axis=1).max() == 1:
        return [(int(row), int(column)) for row, column in np.argwhere(allowed)]
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - 0.5 s and 50 MB; faces must be near

    # One pair that is not allowed costs more than all that are.
    dear = float(costs[allowed].sum()) + 1
    rows, columns = linear_sum_assignment(np.where(allowed, costs, dear))
    return [
        (int(row), int(column)) for row, column in zip(rows, columns, strict=True) if allowed[row, column]
    ]
