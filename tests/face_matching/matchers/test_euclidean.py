"""Euclidean distance decides as cosine similarity does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from face_matching.assignment import assign
from face_matching.decision import Decision, DecisionPolicy, Doubtful, Match
from face_matching.gallery import Gallery
from face_matching.matchers.euclidean import EuclideanPolicy, distance_threshold, distances_of
from face_matching.thresholds import POLICIES


def unit(rng: np.random.Generator, count: int, size: int) -> NDArray[np.float32]:
    rows = rng.normal(size=(count, size))
    found: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return found


def likened(
    rng: np.random.Generator, centres: NDArray[np.float32], similarity: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Faces with about these cosine similarities to centres."""
    around = unit(rng, *centres.shape)
    others = around - (around * centres).sum(axis=1, keepdims=True) * centres
    others /= np.linalg.norm(others, axis=1, keepdims=True)
    share = similarity[:, np.newaxis]
    faces = share * centres + np.sqrt(1 - share**2) * others
    found: NDArray[np.float32] = (faces / np.linalg.norm(faces, axis=1, keepdims=True)).astype(np.float32)
    return found


def kind(decision: Decision) -> tuple[object, ...]:
    """All of a decision but the digits of scores."""
    if isinstance(decision, Match):
        return ("match", decision.student_id)
    if isinstance(decision, Doubtful):
        return ("doubt", decision.reason, tuple(each.student_id for each in decision.candidates))
    return ("unknown",)


def test_distances_are_those_of_unit_vectors() -> None:
    rng = np.random.default_rng(1)
    first, second = unit(rng, 20, 64).astype(np.float64), unit(rng, 20, 64).astype(np.float64)
    expected = np.linalg.norm(first - second, axis=1)
    assert distances_of((first * second).sum(axis=1)) == pytest.approx(expected, abs=1e-6)


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_a_pair_passes_by_distance_where_it_passes_by_similarity(similarity: float, threshold: float) -> None:
    if abs(similarity - threshold) > 1e-12:  # closer, rounding decides
        by_distance = distances_of(np.array([similarity]))[0] <= distance_threshold(threshold)
        assert by_distance == (similarity >= threshold)


def test_facenets_threshold_is_the_known_one() -> None:
    assert distance_threshold(0.5) == 1.0
    assert distance_threshold(1.0) == 0.0


@pytest.mark.parametrize("policy", POLICIES.values(), ids=lambda policy: f"{policy.engine}-{policy.detector}")
@pytest.mark.parametrize("students", [5, 40])
def test_decisions_are_equal_with_every_policy(policy: DecisionPolicy, students: int) -> None:
    rng = np.random.default_rng(students)
    centres = unit(rng, students, 32)
    owners = np.repeat(np.arange(students), 3)
    photos = likened(rng, centres[owners], np.full(len(owners), 0.99))
    gallery = Gallery.build(policy.engine, [f"s{owner:02}" for owner in owners], photos)
    low = policy.search_threshold(students) - 0.15
    probes = likened(rng, centres[rng.integers(0, students, 400)], rng.uniform(max(low, -1.0), 1.0, 400))
    other = EuclideanPolicy.of(policy)
    cosine = [kind(policy.identify(gallery, probe)) for probe in probes]
    assert [kind(other.identify(gallery, probe)) for probe in probes] == cosine
    assert {"match", "unknown"} <= {each[0] for each in cosine}
    for start in range(0, 60, 6):
        room = probes[start : start + 6]
        assert list(map(kind, assign(gallery, room, other))) == list(map(kind, assign(gallery, room, policy)))
