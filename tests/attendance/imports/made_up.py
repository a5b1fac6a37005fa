"""Embeddings of nobody that lie as an engine's do, and files of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from face_matching.signatures.engine_signatures import SIGNATURES, EngineSignature, directions_of

Rows = NDArray[np.float64]
# Of two photos of one person, beside what makes the person.
NOISE = {"facenet-1": 0.5, "dlib-1": 0.2, "retail-1": 0.5}
LEAN = 0.0014  # of FaceNet's embeddings, in parts of their length
MEAN = {"facenet-1": 0.0, "dlib-1": 2.3}  # of the mean direction beside what makes the person


def faces_of(person: int, photos: int = 2, *, engine: str = "facenet-1", first: int = 0) -> Rows:
    """``(photos, D)`` float64, as the network gives them; the same person is the same whenever asked.

    Args:
        person: who.
        photos: how many.
        engine: versioned name.
        first: number of the first photo; others give other embeddings of the same person.
    """
    signature = SIGNATURES[engine]
    own = _unit(np.random.default_rng([person, 7]).standard_normal(signature.dimension))
    rows = []
    for photo in range(first, first + photos):
        noise = _unit(np.random.default_rng([person, photo, 8]).standard_normal(signature.dimension))
        rows.append(_of_engine(own + NOISE[engine] * noise, signature))
    return np.stack(rows)


def _of_engine(vector: Rows, signature: EngineSignature) -> Rows:
    directions = directions_of(signature.directions, signature.dimension).astype(np.float64)
    if len(directions) == 1:
        return _unit(vector + MEAN[signature.engine] * directions[0]) * 1.4
    if not signature.bias:
        axes = np.linalg.qr(directions.T)[0]
        return _unit(vector - axes @ (axes.T @ vector)) * 14
    lean = directions_of(signature.bias, signature.dimension).astype(np.float64)
    axes = np.linalg.qr(np.concatenate([lean, directions]).T)[0]
    return _unit(_unit(vector - axes @ (axes.T @ vector)) + LEAN * lean[0])


def _unit(vector: Rows) -> Rows:
    return np.asarray(vector / np.linalg.norm(vector))


def write(path: Path, students: Mapping[str, Rows]) -> Path:
    """``embeddings.json`` of them."""
    path.write_text(json.dumps({key: rows.tolist() for key, rows in students.items()}), "utf-8")
    return path


def random_vectors(count: int, dimension: int, seed: int = 1) -> Rows:
    """Vectors of length 1 that have nothing to do with any network."""
    rows = np.random.default_rng(seed).standard_normal((count, dimension))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))
