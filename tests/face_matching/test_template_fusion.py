"""One row for a student out of several templates."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from face_matching.template_fusion import fuse


def unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(1, 5), min_size=1, max_size=6))
def test_a_score_is_the_geometric_mean_of_two_similarities(seed: int, counts: list[int]) -> None:
    rng = np.random.default_rng(seed)
    rows, probe = (
        unit(rng.normal(0.5, 1.0, size=(sum(counts), 8))),
        unit(rng.normal(0.5, 1.0, size=(1, 8)))[0],
    )
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    fused = fuse(rows, starts)
    for person, (start, count) in enumerate(zip(starts, counts, strict=True)):
        own = rows[start : start + count]
        mean_of_similarities = float((own @ probe).mean())
        similarity_with_mean = float(unit(own.mean(axis=0, keepdims=True))[0] @ probe)
        size = abs(mean_of_similarities * similarity_with_mean) ** 0.5
        assert float(fused[person] @ probe) == pytest.approx(np.sign(mean_of_similarities) * size, abs=1e-5)


def test_one_template_and_equal_templates_stay_as_they_are() -> None:
    rows = unit(np.array([[1.0, 2.0], [3.0, 1.0], [3.0, 1.0]]))
    assert fuse(rows, np.array([0, 1])) == pytest.approx(rows[:2], abs=1e-6)


def test_templates_that_cancel_out_match_nobody() -> None:
    fused = fuse(unit(np.array([[1.0, 0.0], [-1.0, 0.0]])), np.array([0]))
    assert fused.tolist() == [[0.0, 0.0]]


def test_nobody_stays_nobody() -> None:
    assert fuse(np.empty((0, 4), np.float32), np.empty(0, np.intp)).shape == (0, 4)


@pytest.mark.parametrize("templates", [2, 4])
def test_strangers_pass_about_as_often_with_several_templates_as_with_one(templates: int) -> None:
    # People as points around a common mean, photos as points around each person, as engines give them.
    rng = np.random.default_rng(11)
    people = rng.normal(size=(400, 64)) + 0.8
    photos = unit((people[:, None] + rng.normal(scale=0.7, size=(400, templates, 64))).reshape(-1, 64))
    strangers = unit(rng.normal(size=(500, 64)) + 0.8 + rng.normal(scale=0.7, size=(500, 64)))
    starts = np.arange(400) * templates
    threshold = np.quantile(strangers @ photos.T, 0.999)
    by_fusion = float((strangers @ fuse(photos, starts).T >= threshold).mean())
    by_best = float((np.maximum.reduceat(photos @ strangers.T, starts, axis=0) >= threshold).mean())
    assert by_fusion < 1.5e-3 < by_best
