"""Fuses the templates of each student into one row without raising the false match rate."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from face_matching.similarity import Embeddings

# The more a student's templates differ, the shorter is their mean. Without normalisation, impostor and
# genuine scores fall with the number of templates; with unit length, the false match rate with four templates
# is 2 to 4 times that with one. In between (the square root of the length) the false match rate doesn't
# depend on the number of templates, with either engine, and the true match rate exceeds that of the best
# template: docs/decision.md, `python -m benchmarks.templates`.
LENGTH_EXPONENT = 0.5


def fuse(rows: Embeddings, starts: NDArray[np.intp]) -> Embeddings:
    """Fuse the templates of each student.

    The dot product of a fused row and a probe is the geometric mean of two values: the probe's mean
    similarity to the templates, and its similarity to their mean.

    Args:
        rows: ``(M, D)`` float32, rows of unit length, grouped by student.
        starts: ``(P,)`` intp, the first row of each student, ascending from 0.

    Returns:
        ``(P, D)`` float32, rows of length 1 or less; a single template is unchanged.
    """
    if not len(starts):
        return rows[:0]
    counts = np.diff(np.append(starts, len(rows)))[:, np.newaxis]
    means = np.add.reduceat(rows, starts, axis=0) / counts.astype(np.float32)
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    # Templates that cancel out have a mean without direction, which matches nobody.
    fused: Embeddings = means / np.maximum(lengths, np.finfo(np.float32).tiny) ** np.float32(LENGTH_EXPONENT)
    return fused
