"""The class and the school that scores are relative to, and the decisions that follow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from face_matching.decision import Doubt, Doubtful, Match, Unknown
from face_matching.gallery import Gallery
from face_matching.relative_scores.class_scores import LEAST_COHORT
from face_matching.thresholds import RETAIL_1_MTCNN

Rows = NDArray[np.float32]


def unit(rows: NDArray[np.floating]) -> Rows:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def crowd(seed: int, count: int, common: float = 0.0) -> Rows:
    """People whose similarities are ``common / (1 + common)`` on average."""
    rng = np.random.default_rng(seed)
    rows = unit(rng.normal(size=(count, 256)))
    shared = np.zeros(256)
    shared[0] = common**0.5
    return unit(rows + shared)


def photo(person: Rows, seed: int, noise: float = 0.4) -> Rows:
    """Another photo of a person, about 0.9 similar."""
    other = np.random.default_rng(seed).normal(size=person.shape)
    near: Rows = unit((person + noise * other / np.linalg.norm(other))[np.newaxis])[0]
    return near


def gallery_of(rows: Rows, *, prefix: str = "s", school: Gallery | None = None) -> Gallery:
    ids = [f"{prefix}{i:03}" for i in range(len(rows))]
    return Gallery.build("retail-1", ids, rows, school=school)


@pytest.mark.parametrize("common", [0.0, 0.3, 1.0])
def test_students_are_known_and_strangers_are_not_in_any_class(common: float) -> None:
    rows = crowd(1, 30, common)
    gallery = gallery_of(rows)
    for i in range(10):
        decision = RETAIL_1_MTCNN.identify(gallery, photo(rows[i], i))
        assert isinstance(decision, Match)
        assert decision.student_id == f"s{i:03}"
        assert decision.score == pytest.approx(float(photo(rows[i], i) @ rows[i]), abs=1e-5)  # the similarity
    for stranger in crowd(2, 20, common):
        assert isinstance(RETAIL_1_MTCNN.identify(gallery, stranger), Unknown)


def test_with_plain_scores_strangers_of_such_a_class_would_pass() -> None:
    """What the relative score is for: everybody resembles everybody by 0.5."""
    plain = replace(RETAIL_1_MTCNN, relative=None)
    gallery = gallery_of(crowd(1, 30, 1.0))
    passed = [plain.identify(gallery, each) for each in crowd(2, 20, 1.0)]
    assert not any(isinstance(each, Unknown) for each in passed)


def test_among_few_students_the_plain_score_decides() -> None:
    few = gallery_of(crowd(1, LEAST_COHORT - 1))
    many = gallery_of(crowd(1, LEAST_COHORT))
    probe = crowd(3, 1)
    assert (RETAIL_1_MTCNN.judge(few, probe).scores == RETAIL_1_MTCNN.judge(few, probe).similarities).all()
    judged = RETAIL_1_MTCNN.judge(many, probe)
    assert (judged.scores < judged.similarities).any()


def test_a_small_class_of_a_large_school_is_judged_by_the_school() -> None:
    school = gallery_of(np.concatenate([crowd(1, 5, 1.0), crowd(4, 100, 1.0)]))
    few = gallery_of(crowd(1, 5, 1.0), school=school)
    for stranger in crowd(2, 10, 1.0):
        assert isinstance(RETAIL_1_MTCNN.identify(few, stranger), Unknown)


def test_a_stranger_like_a_minority_of_the_class_is_refused_by_the_school() -> None:
    """Two of thirty are of one kind, and so are twenty others of the school."""
    kind, ordinary = crowd(5, 60, 1.0), crowd(6, 300)
    members = np.concatenate([kind[:2], ordinary[:28]])
    school = gallery_of(np.concatenate([members, kind[2:22], ordinary[28:200]]))
    alone, in_school = gallery_of(members), gallery_of(members, school=school)
    strangers = kind[22:]
    passed = [not isinstance(RETAIL_1_MTCNN.identify(alone, each), Unknown) for each in strangers]
    refused = [isinstance(RETAIL_1_MTCNN.identify(in_school, each), Unknown) for each in strangers]
    assert np.mean(passed) > 0.9
    assert all(refused)
    for i in (0, 1, 5):
        found = RETAIL_1_MTCNN.identify(in_school, photo(members[i], i))
        assert isinstance(found, Match)
        assert found.student_id == f"s{i:03}"


def test_twins_go_to_review() -> None:
    rows = crowd(7, 30)
    rows[1] = photo(rows[0], 99, noise=0.3)
    decision = RETAIL_1_MTCNN.identify(gallery_of(rows), photo(rows[0], 1, noise=0.5))
    assert isinstance(decision, Doubtful)
    assert decision.reason is Doubt.LOOK_ALIKE
    assert {each.student_id for each in decision.candidates} == {"s000", "s001"}


def test_the_class_within_its_school_is_compared_without_itself_twice() -> None:
    """A student who is in the cohort a second time would be the own nearest neighbour."""
    rows = crowd(8, 40)
    school = gallery_of(rows)
    part = gallery_of(rows[:20], school=school)
    ((_, alone), (scores, cohort)) = part.cohorts.relative(part.similarities(rows[:3]), rows[:3])
    assert (alone, cohort) == (20, 40)
    ((whole, _),) = school.cohorts.relative(school.similarities(rows[:3]), rows[:3])
    assert scores == pytest.approx(whole[:, :20], abs=1e-6)


def test_enrolling_one_more_changes_neighbourhoods_as_building_anew_does() -> None:
    rows = crowd(9, 60, 0.5)
    before = gallery_of(rows[:59])
    before.cohorts.relative(before.similarities(rows[:1]), rows[:1])
    ids = [f"s{i:03}" for i in range(60)]
    updated = Gallery.build("retail-1", ids, rows, previous=before)
    fresh = Gallery.build("retail-1", ids, rows)
    probes = crowd(10, 5, 0.5)
    assert RETAIL_1_MTCNN.judge(updated, probes).scores == pytest.approx(
        RETAIL_1_MTCNN.judge(fresh, probes).scores, abs=1e-6
    )


def test_the_level_of_strangers_is_counted_without_the_owner() -> None:
    rows = np.array([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]], np.float32)
    best = np.array([0.8, 0.8, 0.6])  # of each without its owner
    level = Gallery.build("dlib-1", ["a", "b", "c"], rows).stranger_level
    assert level == pytest.approx(best.mean() + 2 * best.std())
    assert Gallery.build("dlib-1", ["a"], rows[:1]).stranger_level == -np.inf
