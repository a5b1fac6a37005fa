"""Scores less what a face and a student have with the nearest others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from face_matching.relative_scores.class_scores import NEIGHBOURS, class_scores, nearest_means


def test_the_five_best_others_of_each_student_are_counted() -> None:
    scores = np.array([[0.9, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0]])
    means = nearest_means(scores, 7)[0]
    assert means[0] == pytest.approx((0.5 + 0.4 + 0.3 + 0.2 + 0.1) / 5)  # without the own 0.9
    assert means[1] == pytest.approx((0.9 + 0.4 + 0.3 + 0.2 + 0.1) / 5)
    assert means[5] == pytest.approx((0.9 + 0.5 + 0.4 + 0.3 + 0.2) / 5)
    assert means[6] == means[5]


def test_half_of_both_means_is_taken_off() -> None:
    scores = np.array([[0.9, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0]])
    around = np.array([0.5, 0.1])
    relative = class_scores(scores, around)
    assert relative.shape == (1, 2)
    assert relative[0, 0] == pytest.approx(0.9 - (0.3 + 0.5) / 2)
    assert relative[0, 1] == pytest.approx(0.5 - (0.38 + 0.1) / 2)


@settings(deadline=None)
@given(st.integers(0, 999), st.integers(NEIGHBOURS + 1, 20))
def test_it_is_what_sorting_gives(seed: int, students: int) -> None:
    scores = np.random.default_rng(seed).integers(-9, 9, (3, students)) / 10  # many ties
    means = nearest_means(scores, students)
    for face in range(3):
        for student in range(students):
            others = sorted(np.delete(scores[face], student))[-NEIGHBOURS:]
            assert means[face, student] == pytest.approx(np.mean(others))


@settings(deadline=None)
@given(st.integers(0, 999), st.floats(0, 0.5))
def test_who_resembles_everybody_more_gains_nothing_by_it(seed: int, more: float) -> None:
    """A class and a stranger of one group: all similarities are higher, those among the students too."""
    scores = np.random.default_rng(seed).normal(0, 0.2, (2, 12))
    around = np.full(12, 0.3)
    assert class_scores(scores + more, around + more) == pytest.approx(class_scores(scores, around))


@settings(deadline=None)
@given(st.integers(0, 999))
def test_an_unrelated_student_changes_nobodys_score(seed: int) -> None:
    scores = np.random.default_rng(seed).uniform(0.1, 0.6, (3, 12))
    around = np.full(12, 0.3)
    unrelated = np.full((3, 1), -0.1)  # farther than the five nearest of everybody
    wider = class_scores(np.hstack([scores, unrelated]), np.append(around, -0.1))
    assert wider[:, :12] == pytest.approx(class_scores(scores, around))


def test_twins_raise_each_others_bar() -> None:
    alone = np.array([[0.8, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]])
    with_twin = alone.copy()
    with_twin[0, 1] = 0.75
    quiet, raised = np.full(10, 0.1), np.full(10, 0.1)
    raised[:2] = (0.75 + 4 * 0.1) / 5  # each is the other's nearest
    before, after = class_scores(alone, quiet)[0, 0], class_scores(with_twin, raised)[0, 0]
    assert before - after == pytest.approx(0.65 / 5)
