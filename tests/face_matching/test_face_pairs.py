"""Faces compared with faces, relative to the class."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from face_matching.face_pairs import judge_pairs, pair_levels
from face_matching.gallery import Gallery
from face_matching.thresholds import RETAIL_1_MTCNN


def test_the_student_whom_both_resemble_is_left_out() -> None:
    first = np.array([[0.9, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0]])
    second = np.array([[0.8, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.95]])
    levels = pair_levels(first, second)
    assert levels[0, 0] == pytest.approx((0.3 + 0.1) / 2)  # both without the first student
    # With the other face, the last student is the nearest of both together, so 0.9 counts.
    assert levels[0, 1] == pytest.approx((0.46 + 0.0) / 2)


def group(seed: int, count: int) -> NDArray[np.float32]:
    noise = np.random.default_rng(seed).normal(size=(count, 256))
    rows = noise / np.linalg.norm(noise, axis=1, keepdims=True) + np.eye(1, 256)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def test_a_face_that_becomes_another_of_the_group_is_noticed() -> None:
    students = group(1, 20)
    gallery = Gallery.build("retail-1", [f"s{i:02}" for i in range(20)], students)
    judged = judge_pairs(RETAIL_1_MTCNN, gallery, students[:1], students[:2])
    assert (judged.scores >= judged.same_person_at).tolist() == [[True, False]]
    plain = judge_pairs(replace(RETAIL_1_MTCNN, relative=None), gallery, students[:1], students[:2])
    assert (plain.scores >= plain.same_person_at).all()


@pytest.mark.parametrize("students", [0, 9])
def test_without_enough_students_the_similarity_counts(students: int) -> None:
    faces = group(2, 3)
    gallery = Gallery.build("retail-1", [f"s{i}" for i in range(students)], group(1, students))
    for known in (gallery, None):
        judged = judge_pairs(RETAIL_1_MTCNN, known, faces, faces)
        assert judged.scores == pytest.approx(faces @ faces.T)
        assert judged.same_person_at == RETAIL_1_MTCNN.same_person_at
