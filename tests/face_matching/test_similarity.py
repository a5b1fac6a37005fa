"""Cosine similarity and the check of embeddings."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from face_matching.errors import EmbeddingError
from face_matching.similarity import cosine_similarity, unit_rows


def unit(*rows: list[float]) -> NDArray[np.float32]:
    array = np.array(rows, dtype=np.float64)
    return np.asarray(array / np.linalg.norm(array, axis=1, keepdims=True), dtype=np.float32)


def test_same_direction_is_one_and_opposite_minus_one() -> None:
    face = unit([3.0, 4.0])
    assert cosine_similarity(face, np.vstack([face, -face])) == pytest.approx(np.array([[1.0, -1.0]]))


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 5), st.integers(2, 8))
def test_equals_the_cosine_of_the_angle(seed: int, n: int, m: int, d: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = unit(*rng.normal(size=(n, d)).tolist()), unit(*rng.normal(size=(m, d)).tolist())
    table = cosine_similarity(a, b)
    assert table.shape == (n, m)
    assert table.dtype == np.float32
    for i in range(n):
        for j in range(m):
            plain = sum(float(x) * float(y) for x, y in zip(a[i], b[j], strict=True))
            assert table[i, j] == pytest.approx(plain, abs=1e-5)


def test_different_dimensions_are_refused_with_both_numbers() -> None:
    with pytest.raises(EmbeddingError, match="2 and 3"):
        cosine_similarity(unit([1.0, 0.0]), unit([1.0, 0.0, 0.0]))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30])
def test_a_row_that_is_not_finite_or_huge_is_refused_and_named(bad: float) -> None:
    rows = unit([1.0, 0.0], [0.0, 1.0])
    rows[1, 0] = bad
    with pytest.raises(EmbeddingError, match="row 1 of embeddings"):
        unit_rows(rows)


@pytest.mark.parametrize("length", [0.0, 0.99, 1.01, 1.4])
def test_a_row_of_another_length_is_refused(length: float) -> None:
    with pytest.raises(EmbeddingError, match="instead of 1"):
        unit_rows(unit([1.0, 1.0]) * np.float32(length))


def test_rounding_is_allowed_for() -> None:
    assert unit_rows(unit([1.0, 2.0]) * np.float32(1.0005)).shape == (1, 2)


@pytest.mark.parametrize("shape", [(4,), (1, 2, 2), ()])
def test_another_shape_is_refused_and_told(shape: tuple[int, ...]) -> None:
    with pytest.raises(EmbeddingError, match=r"\(N, D\), got"):
        unit_rows(np.zeros(shape, dtype=np.float32))


def test_integers_are_refused() -> None:
    with pytest.raises(EmbeddingError, match="int64"):
        unit_rows(np.array([[1, 0]], dtype=np.int64))
