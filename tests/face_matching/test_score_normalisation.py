"""Scores less what a face resembles everybody else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from face_matching.assignment import assign_scores
from face_matching.decision import Match, Unknown
from face_matching.evaluation.relative_pairs import relative_pairs
from face_matching.score_normalisation import LEAST_SEARCHED, relative_scores
from face_matching.similarity import cosine_similarity
from face_matching.thresholds import DLIB_1_MTCNN, FACENET_1_MTCNN


def test_the_mean_over_the_others_is_taken_off() -> None:
    relative = relative_scores(np.array([[0.7, 0.1, 0.3], [0.2, 0.2, 0.2]]))
    assert relative == pytest.approx(np.array([[0.5, -0.4, -0.1], [0.0, 0.0, 0.0]]))


@settings(deadline=None)
@given(st.integers(0, 999), st.integers(2, 9), st.floats(-0.3, 0.3))
def test_who_resembles_everybody_a_little_more_gains_nothing_by_it(
    seed: int, students: int, more: float
) -> None:
    scores = np.random.default_rng(seed).normal(0, 0.2, (3, students))
    relative = relative_scores(scores)
    assert relative_scores(scores + more) == pytest.approx(relative)
    assert (relative.argmax(axis=1) == scores.argmax(axis=1)).all()


def crowd() -> tuple[np.ndarray, list[str]]:
    rows = np.random.default_rng(5).normal(size=(24, 16)).astype(np.float32)
    names = [f"p{number % 8}" for number in range(24)]
    return rows / np.linalg.norm(rows, axis=1, keepdims=True), names


def test_each_pair_is_counted_once_with_the_mean_over_third_people() -> None:
    rows, names = crowd()
    pairs = relative_pairs(rows, names)
    assert len(pairs.genuine.values) == 8 * 3
    assert len(pairs.impostor.values) == 24 * 23 // 2 - 8 * 3
    scores = cosine_similarity(rows, rows).astype(float)
    expected = set()
    for face in range(24):
        for student in range(24):
            third = [o for o in range(24) if names[o] not in (names[face], names[student])]
            expected.add(round(float(scores[face, student] - scores[face, third].mean()), 5))
    assert {round(float(value), 5) for value in pairs.impostor.values} <= expected
    assert (np.diff(pairs.impostor.values) <= 0).all()


def room(level: float, own: float, students: int) -> np.ndarray:
    """One face that resembles everybody by ``level``, and the first student by ``own``."""
    scores = np.full((1, students), level)
    scores[0, 0] = own
    return scores


def ids(students: int) -> list[str]:
    return [f"s{number:03}" for number in range(students)]


def test_a_face_is_known_by_how_much_more_it_resembles_its_student_than_others() -> None:
    (clear,) = assign_scores(room(-0.1, 0.6, 60), ids(60), FACENET_1_MTCNN)
    assert clear == Match("s000", 0.6)  # the score that is shown is the similarity
    (like_everybody,) = assign_scores(room(0.3, 0.7, 60), ids(60), FACENET_1_MTCNN)
    assert isinstance(like_everybody, Unknown)
    assert like_everybody.best_score == pytest.approx(0.7)


def test_among_a_few_students_and_with_the_other_engine_the_plain_score_decides() -> None:
    few = LEAST_SEARCHED - 1
    for policy in (FACENET_1_MTCNN, replace(FACENET_1_MTCNN, relative=None)):
        assert isinstance(assign_scores(room(0.3, 0.7, few), ids(few), policy)[0], Match)
    assert DLIB_1_MTCNN.relative is None
