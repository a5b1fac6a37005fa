"""Searches of classes as they are."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from face_matching.evaluation.bootstrap import Estimate
from face_matching.evaluation.decision_outcomes import MARKED, NAMED, REFUSED
from face_matching.evaluation.measured import NotMeasurable
from face_matching.evaluation.rates.class_rates import class_rates
from face_matching.evaluation.rates.real_classes import MOST_STRANGERS, search_class
from face_matching.gallery import Gallery
from face_matching.threshold_curve import fmr_for
from face_matching.thresholds import RETAIL_1_MTCNN


def school(people: int, photos: int = 3, seed: int = 2) -> list[NDArray[np.float32]]:
    """Photos of people who resemble nobody."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(people):
        rows = rng.normal(size=256) + 0.35 * rng.normal(size=(photos, 256))
        found.append((rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32))
    return found


def gallery_of(photos: list[NDArray[np.float32]], people: list[int], school: Gallery | None) -> Gallery:
    """The gallery of all photos of some people."""
    ids = [f"{person:02d}" for person in people for _ in photos[person]]
    rows = np.concatenate([photos[person] for person in people])
    return Gallery.build(RETAIL_1_MTCNN.engine, ids, rows, school=school)


def test_each_photo_is_held_back_once_and_a_single_one_never() -> None:
    photos = school(14)
    photos[0], photos[1] = photos[0][:1], photos[1][:2]
    found = search_class(RETAIL_1_MTCNN, photos, np.arange(12), others=np.arange(14))
    assert np.bincount(found.students.people, minlength=14).tolist() == [0, 2, *[3] * 10, 0, 0]
    assert np.bincount(found.strangers.people, minlength=14).tolist() == [1, 2, *[3] * 12]
    assert set(found.students.outcomes) == {MARKED}
    assert set(found.strangers.outcomes) == {REFUSED}
    assert (found.students.excess > 0).all()
    assert (found.strangers.excess < 0).all()


def test_a_double_of_a_student_gets_the_name_and_is_counted() -> None:
    photos = school(30)
    photos[25] = photos[3]  # not in the class
    found = search_class(RETAIL_1_MTCNN, photos, np.arange(20), others=np.arange(30), school=np.arange(30))
    double = found.strangers.by(np.array([25]))
    assert set(double.outcomes) == {NAMED}
    rates = class_rates(found)
    assert isinstance(rates.fpir, Estimate)
    assert rates.fpir.value == 3 / 90
    assert rates.curve[0].fnir == Estimate(0.0, 0.0, rates.curve[0].fnir.high)  # type: ignore[union-attr]
    assert rates.curve[1].fnir == NotMeasurable(30, 100)


def test_of_many_strangers_some_are_searched() -> None:
    found = search_class(RETAIL_1_MTCNN, school(450, photos=1), np.arange(12), others=np.arange(450))
    assert len(np.unique(found.strangers.people)) == MOST_STRANGERS
    assert len(found.students.people) == 0
    assert class_rates(found).marked == NotMeasurable(0, 10)


def test_a_stranger_is_judged_as_by_a_register_that_never_had_them() -> None:
    photos = school(40)
    members, everybody = np.arange(20), np.arange(40)
    found = search_class(RETAIL_1_MTCNN, photos, members, others=everybody, school=everybody)
    for stranger in (3, 33):  # of the class, and of the school
        rest = [person for person in range(40) if person != stranger]
        own = [person for person in range(20) if person != stranger]
        gallery = gallery_of(photos, own, gallery_of(photos, rest, None))
        judged = RETAIL_1_MTCNN.judge(gallery, photos[stranger])
        passes = judged.thresholds(fmr_for(RETAIL_1_MTCNN.fpir, len(own))).passes
        expected = judged.scores.max(axis=1) - passes
        assert found.strangers.by(np.array([stranger])).excess == pytest.approx(expected, abs=1e-5)
