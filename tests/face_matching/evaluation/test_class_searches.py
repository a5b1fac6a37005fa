"""Classes drawn at random, and what strangers score in them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from face_matching.errors import EvaluationError
from face_matching.evaluation.class_searches import EnrolledPeople, classes_of, photo_pairs, stranger_scores
from face_matching.gallery import Gallery
from face_matching.thresholds import RETAIL_1_MTCNN


def crowd(people: int, photos: int) -> tuple[NDArray[np.float32], list[str]]:
    rng = np.random.default_rng(people)
    centres = np.repeat(rng.normal(size=(people, 32)), photos, axis=0)
    rows = centres + rng.normal(scale=0.4, size=centres.shape)
    names = [f"p{person:03}" for person in range(people) for _ in range(photos)]
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32), names


def test_one_photo_at_least_is_kept_to_check_in_with() -> None:
    rows, _ = crowd(6, 1)
    people = EnrolledPeople.of(rows, ["a", "b", "b", "c", "c", "c"])
    assert people.names == ("a", "b", "c")
    assert people.enrolled == (1, 1, 2)
    mean = (rows[3] + rows[4]) / 2
    assert people.fused[2] == pytest.approx(mean / np.linalg.norm(mean) ** 0.5, abs=1e-6)


def test_everybody_is_in_a_class_before_anybody_is_in_the_next() -> None:
    drawn = list(classes_of(120, 10, 12))
    assert all(len(set(members.tolist())) == 10 for members in drawn)
    assert sorted(np.concatenate(drawn).tolist()) == list(range(120))
    assert all(len(set(members.tolist())) == 50 for members in classes_of(160, 50, 9))


def test_too_few_people_for_a_class_with_strangers_are_refused() -> None:
    with pytest.raises(EvaluationError, match="15 people are too few for classes of 10"):
        next(classes_of(15, 10, 1))


def test_a_stranger_s_score_is_that_of_a_search_of_the_class() -> None:
    people = EnrolledPeople.of(*crowd(40, 1))
    (members,) = classes_of(40, 15, 1)
    found = stranger_scores(people, 15, 1)
    gallery = Gallery.build("e-1", [people.names[i] for i in members], people.fused[members])
    strangers = np.setdiff1d(np.arange(40), members)
    judged = RETAIL_1_MTCNN.judge(gallery, np.concatenate([people.photos[i] for i in strangers]))
    assert found == pytest.approx(judged.scores.max(axis=1), abs=1e-6)


def test_photos_of_one_person_score_higher_than_those_of_two() -> None:
    genuine, impostor = photo_pairs(EnrolledPeople.of(*crowd(60, 3)), 20, 2)
    assert len(genuine) == 2 * 40
    assert len(impostor) == 2 * 40 * 39
    assert genuine.min() > np.quantile(impostor, 0.95)
