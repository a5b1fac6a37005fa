"""Cosine similarity between embeddings, which is a plain product because they all have length 1."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.errors import EmbeddingError

Embeddings = NDArray[np.float32]

# Rounding to float32 changes a length by 1e-7 or so, and bf16 rounding after the normalisation by 4e-3 per
# component at the very most, 1e-3 in the length. An embedding that nobody normalised is far outside.
UNIT_LENGTH_TOLERANCE = 1e-3


def unit_rows(embeddings: NDArray[Any], *, what: str = "embeddings") -> Embeddings:
    """Check that every row is finite and of length 1.

    Args:
        embeddings: ``(N, D)``, any floating type.
        what: how the message names them.

    Returns:
        The same as float32, C-contiguous, not copied where it is so already.

    Raises:
        EmbeddingError: another shape or type, or a row that is not finite or not of length 1.
    """
    array = np.asarray(embeddings)
    if array.ndim != 2:
        raise EmbeddingError(f"{what} must have the shape (N, D), got {array.shape}")
    if not np.issubdtype(array.dtype, np.floating):
        raise EmbeddingError(f"{what} must be floating point numbers, got {array.dtype}")
    rows = np.ascontiguousarray(array, dtype=np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        lengths = np.sqrt(np.einsum("nd,nd->n", rows, rows))
    # Written so that a NaN counts as wrong.
    wrong = np.flatnonzero(~(np.abs(lengths - 1.0) <= UNIT_LENGTH_TOLERANCE))
    if wrong.size:
        first = int(wrong[0])
        raise EmbeddingError(
            f"row {first} of {what} has length {lengths[first]:.4g}, must be 1 "
            f"({wrong.size} of {len(rows)} rows are wrong): take the embeddings as the engine returns them"
        )
    return rows


def cosine_similarity(first: NDArray[Any], second: NDArray[Any]) -> Embeddings:
    """The similarity of every row of one set with every row of another.

    Args:
        first: ``(N, D)``, rows of length 1.
        second: ``(M, D)``, rows of length 1.

    Returns:
        ``(N, M)`` float32, -1 to 1, 1 for the same direction.

    Raises:
        EmbeddingError: a set is no such array, or their D differ.
    """
    left, right = unit_rows(first, what="first"), unit_rows(second, what="second")
    if left.shape[1] != right.shape[1]:
        raise EmbeddingError(
            f"embeddings of {left.shape[1]} and {right.shape[1]} numbers can't be compared: "
            "they come from different engines"
        )
    product: Embeddings = left @ right.T
    return product
