"""One row for a student out of several templates, such that strangers pass no more often for it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from face_matching.similarity import Embeddings

# The mean of a student's templates is shorter than 1 by as much as they differ. Left like that, strangers
# and the student themself score lower the more templates there are; made 1 long, strangers pass 2 to 4
# times as often with four templates as with one. Half way (the square root) strangers pass as often
# whatever the number of templates, with either engine, and the student more often than by their best
# template: docs/decision.md, `python -m benchmarks.templates`.
LENGTH_EXPONENT = 0.5


def fuse(rows: Embeddings, starts: NDArray[np.intp]) -> Embeddings:
    """Fuse the templates of each student.

    The product of a fused row with a probe is the geometric mean of two numbers: the mean of the probe's
    similarities with the templates, and its similarity with their mean.

    Args:
        rows: ``(M, D)`` float32 of length 1, those of one student together.
        starts: ``(P,)`` first row of each student, rising from 0.

    Returns:
        ``(P, D)`` float32, at most 1 long; a single template stays as it is.
    """
    if not len(starts):
        return rows[:0]
    counts = np.diff(np.append(starts, len(rows)))[:, np.newaxis]
    means = np.add.reduceat(rows, starts, axis=0) / counts.astype(np.float32)
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    # Templates that cancel out have a mean without a direction, and match nobody.
    fused: Embeddings = means / np.maximum(lengths, np.finfo(np.float32).tiny) ** np.float32(LENGTH_EXPONENT)
    return fused
