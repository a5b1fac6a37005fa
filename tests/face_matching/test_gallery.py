"""Searching the gallery."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from face_matching.errors import EmbeddingError, GalleryMismatchError
from face_matching.gallery import Gallery
from face_matching.similarity import VALUES_PER_BLOCK


def unit_rows(rng: np.random.Generator, count: int, dimension: int = 16) -> NDArray[np.float32]:
    rows = rng.normal(size=(count, dimension))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def row(values: Sequence[float] | Sequence[Sequence[float]]) -> NDArray[np.float32]:
    return np.asarray(values, dtype=np.float32)


@given(
    seed=st.integers(0, 2**32 - 1), rows=st.integers(1, 40), people=st.integers(1, 12), top=st.integers(1, 15)
)
def test_finds_what_comparing_one_by_one_finds(seed: int, rows: int, people: int, top: int) -> None:
    rng = np.random.default_rng(seed)
    templates, probe = unit_rows(rng, rows), unit_rows(rng, 1)[0]
    owners = [f"s{rng.integers(people)}" for _ in range(rows)]
    best: dict[str, float] = {}
    for owner in set(owners):
        mean = templates[[i for i, other in enumerate(owners) if other == owner]].mean(axis=0)
        best[owner] = float(mean @ probe) / float(np.linalg.norm(mean)) ** 0.5
    expected = sorted(best.items(), key=lambda item: -item[1])[:top]

    gallery = Gallery.build("facenet-1", owners, templates)
    found = gallery.search(probe, top)

    assert len(gallery) == rows
    assert gallery.students == len(best)
    assert [c.student_id for c in found] == [name for name, _ in expected]
    assert [c.score for c in found] == pytest.approx([score for _, score in expected], abs=1e-5)


def test_the_best_student_wins_and_not_the_first_one_that_would_pass() -> None:
    near, exact = row([0.8, 0.6, 0.0]), row([1.0, 0.0, 0.0])
    gallery = Gallery.build("dlib-1", ["near", "exact"], np.stack([near, exact]))
    assert gallery.search(exact, top=1)[0].student_id == "exact"


def test_a_student_with_several_templates_appears_once() -> None:
    rows = row([[1.0, 0.0], [0.6, 0.8], [1.0, 0.0]])
    gallery = Gallery.build("dlib-1", ["a", "b", "a"], rows)
    found = gallery.search(row([1.0, 0.0]))
    assert [(c.student_id, round(c.score, 4)) for c in found] == [("a", 1.0), ("b", 0.6)]
    assert (len(gallery), gallery.students) == (3, 2)


@given(st.permutations(["d", "b", "a", "c", "e"]))
def test_equal_scores_come_in_the_order_of_ids_whatever_the_order_of_rows(order: list[str]) -> None:
    rows = np.tile(row([0, 1]), (5, 1))
    found = Gallery.build("dlib-1", order, rows).search(row([0, 1]), top=2)
    assert [c.student_id for c in found] == ["a", "b"]


def test_an_empty_gallery_finds_nobody() -> None:
    gallery = Gallery.build("facenet-1", [], np.empty((0, 512), dtype=np.float32))
    assert gallery.search(np.eye(1, 512, dtype=np.float32)[0]) == ()
    assert (len(gallery), gallery.students) == (0, 0)


def test_an_embedding_of_another_dimension_says_to_re_embed() -> None:
    gallery = Gallery.build("facenet-1", ["a"], np.eye(1, 512, dtype=np.float32))
    with pytest.raises(GalleryMismatchError, match=r"128 values .* 512: re-embed the templates"):
        gallery.search(np.eye(1, 128, dtype=np.float32)[0])


def test_an_embedding_of_another_engine_with_as_many_dimensions_says_to_re_embed() -> None:
    gallery = Gallery.build("dlib-1", ["a"], np.eye(1, 128, dtype=np.float32))
    with pytest.raises(GalleryMismatchError, match=r"dlib-2 .* dlib-1: re-embed the templates"):
        gallery.search(np.eye(1, 128, dtype=np.float32)[0], engine="dlib-2")


@pytest.mark.parametrize("probe", [np.zeros(4), np.full(4, np.nan), np.ones(4)])
def test_a_probe_that_is_no_embedding_is_refused(probe: NDArray[np.float64]) -> None:
    gallery = Gallery.build("dlib-1", ["a"], np.eye(1, 4, dtype=np.float32))
    with pytest.raises(EmbeddingError, match="instead of 1"):
        gallery.search(probe)


def test_a_matrix_is_no_probe() -> None:
    gallery = Gallery.build("dlib-1", ["a"], np.eye(1, 4, dtype=np.float32))
    with pytest.raises(EmbeddingError, match=r"\(D,\), got \(1, 4\)"):
        gallery.search(np.eye(1, 4, dtype=np.float32))


def test_another_number_of_ids_than_rows_is_refused() -> None:
    with pytest.raises(EmbeddingError, match="1 student ids for 2 templates"):
        Gallery.build("dlib-1", ["a"], np.eye(2, 4, dtype=np.float32))


def test_a_broken_template_is_refused_and_counted() -> None:
    rows = np.eye(3, 4, dtype=np.float32)
    rows[2] *= 3
    with pytest.raises(EmbeddingError, match=r"row 2 of the templates of dlib-1 .* \(1 of 3"):
        Gallery.build("dlib-1", ["a", "b", "c"], rows)


def test_what_the_caller_does_to_the_rows_later_changes_nothing() -> None:
    rows = np.eye(2, 4, dtype=np.float32)
    gallery = Gallery.build("dlib-1", ["a", "b"], rows)
    probe = rows[0].copy()
    rows[:] = 0
    assert gallery.search(probe, top=1)[0].student_id == "a"


def test_a_gallery_of_many_blocks_finds_its_last_row() -> None:
    rng = np.random.default_rng(5)
    rows = unit_rows(rng, 2 * VALUES_PER_BLOCK // 128 + 7, 128)
    gallery = Gallery.build("dlib-1", [f"s{i:05}" for i in range(len(rows))], rows)
    for index in (0, VALUES_PER_BLOCK // 128, len(rows) - 1):
        found = gallery.search(rows[index], top=1)[0]
        assert found.student_id == f"s{index:05}"
        assert found.score == pytest.approx(1.0, abs=1e-5)
