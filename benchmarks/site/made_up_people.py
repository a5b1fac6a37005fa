"""Made-up templates of many people, about as hard to tell apart as real ones, and further photos of them."""

from __future__ import annotations

import numpy as np

from face_matching.similarity import Embeddings

DIMENSION = 256
PEOPLE_FALL, PHOTOS_FALL = 0.35, 0.2  # how fast the directions lose strength, along which both vary
SPREAD = 0.55  # of photos around their person, relative to the person's length
UNLIKE = 0.35  # standard deviation of the logarithm of that spread: some photos are far worse than others
AT_ONCE = 50_000


def people(count: int, rng: np.random.Generator) -> Embeddings:
    """``(count, DIMENSION)`` float32 of length 1: what all photos of a person share."""
    scale = _falling(PEOPLE_FALL)
    rows = np.empty((count, DIMENSION), np.float32)
    for first in range(0, count, AT_ONCE):
        size = min(AT_ONCE, count - first)
        rows[first : first + size] = _unit(rng.standard_normal((size, DIMENSION), np.float32) * scale)
    return rows


def photos(of: Embeddings, rng: np.random.Generator) -> Embeddings:
    """One photo of each person, ``(N, DIMENSION)`` float32 of length 1."""
    scale = _falling(PHOTOS_FALL)
    rows = np.empty_like(of)
    for first in range(0, len(of), AT_ONCE):
        own = of[first : first + AT_ONCE]
        spread = SPREAD * np.exp(UNLIKE * rng.standard_normal((len(own), 1), np.float32))
        rows[first : first + AT_ONCE] = _unit(
            own + rng.standard_normal(own.shape, np.float32) * scale * spread
        )
    return rows


def _falling(exponent: float) -> Embeddings:
    scale = np.arange(1, DIMENSION + 1, dtype=np.float64) ** -exponent
    return (scale / np.linalg.norm(scale)).astype(np.float32)


def _unit(rows: Embeddings) -> Embeddings:
    unit: Embeddings = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit
