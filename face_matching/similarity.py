"""Cosine similarity of embeddings, a plain dot product because they have unit length."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.errors import EmbeddingError

Embeddings = NDArray[np.float32]

# Rounding to float32 changes the length by about 1e-7; rounding to bf16 after normalisation changes
# components by at most 4e-3 and the length by 1e-3. Embeddings that were never normalised are far outside.
UNIT_LENGTH_TOLERANCE = 1e-3


# From 460,800 values OpenBLAS splits a matrix-vector product over threads, and then waits 8 ms for a thread
# whenever the processor is busy, as it is with several phones at once. In smaller blocks, 10,000 templates of
# 512 values take 1.2 ms, busy or not.
VALUES_PER_BLOCK = 400_000


def products(rows: Embeddings, probe: Embeddings) -> Embeddings:
    """The matrix-vector product ``(P, D) x (D,)``, in blocks and unchecked: ``(P,)`` float32."""
    step = max(1, VALUES_PER_BLOCK // max(1, rows.shape[1]))
    scores = np.empty(len(rows), dtype=np.float32)
    for first in range(0, len(rows), step):
        np.dot(rows[first : first + step], probe, out=scores[first : first + step])
    return scores


def unit_rows(embeddings: NDArray[Any], *, what: str = "embeddings") -> Embeddings:
    """Check that all rows are finite and of unit length.

    Args:
        embeddings: ``(N, D)`` of any floating-point type.
        what: the name of the array in error messages.

    Returns:
        ``(N, D)`` float32, C-contiguous; not copied if already so.

    Raises:
        EmbeddingError: the shape or type is wrong, or a row is not finite or not of unit length.
    """
    array = np.asarray(embeddings)
    if array.ndim != 2:
        raise EmbeddingError(f"{what} must have the shape (N, D), got {array.shape}")
    if not np.issubdtype(array.dtype, np.floating):
        raise EmbeddingError(f"{what} must be floating-point numbers, got {array.dtype}")
    rows = np.ascontiguousarray(array, dtype=np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        lengths = np.sqrt(np.einsum("nd,nd->n", rows, rows))
    # Negated so that NaN counts as wrong.
    wrong = np.flatnonzero(~(np.abs(lengths - 1.0) <= UNIT_LENGTH_TOLERANCE))
    if wrong.size:
        first = int(wrong[0])
        raise EmbeddingError(
            f"row {first} of {what} has length {lengths[first]:.4g} instead of 1 "
            f"({wrong.size} of {len(rows)} rows are wrong): use embeddings exactly as the engine returns them"
        )
    return rows


def cosine_similarity(first: NDArray[Any], second: NDArray[Any]) -> Embeddings:
    """The cosine similarity of all pairs of rows.

    Args:
        first: ``(N, D)`` float32, rows of unit length.
        second: ``(M, D)`` float32, rows of unit length.

    Returns:
        ``(N, M)`` float32, -1 to 1.

    Raises:
        EmbeddingError: an array is invalid, or their ``D`` differ.
    """
    left, right = unit_rows(first, what="first"), unit_rows(second, what="second")
    if left.shape[1] != right.shape[1]:
        raise EmbeddingError(
            f"embeddings of {left.shape[1]} and {right.shape[1]} values can't be compared: "
            "they are from different engines"
        )
    product: Embeddings = left @ right.T
    return product
