"""The photo and the straight frames of one burst become one face."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from face_matching.errors import EmbeddingError
from face_matching.tracks.probe_fusion import fuse


def around(middle: NDArray[np.float64], spread: float, count: int) -> NDArray[np.float32]:
    """Unit vectors near another."""
    rows = middle + np.random.default_rng(7).normal(0, spread, (count, len(middle)))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def test_one_photo_alone_stays_as_it_is() -> None:
    [row] = around(np.eye(8)[0], 0.1, 1)
    assert np.allclose(fuse(row[np.newaxis]), row, atol=1e-6)


def test_several_frames_are_nearer_to_the_face_than_most_of_them() -> None:
    middle = np.eye(64)[3]
    rows = around(middle, 0.05, 5)
    fused = fuse(rows)
    assert fused.dtype == np.float32
    assert np.linalg.norm(fused) == pytest.approx(1, abs=1e-6)
    assert fused @ middle > (rows @ middle).max()


def test_frames_that_cancel_out_leave_the_photo() -> None:
    rows = np.array([[1, 0], [-1, 0]], np.float32)
    assert fuse(rows).tolist() == [1, 0]


def test_what_is_no_embedding_is_refused() -> None:
    with pytest.raises(EmbeddingError):
        fuse(np.full((2, 4), 3.0, np.float32))
