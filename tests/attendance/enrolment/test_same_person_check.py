"""Photos of one person agree, and the odd one out is named."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.enrolment.enrolled_faces import EnrolledFaces
from attendance.enrolment.same_person_check import is_duplicate, odd_ones_out, photos_agree
from attendance.values import Template
from face_matching.gallery import Gallery
from face_matching.thresholds import RETAIL_1_MTCNN
from tests.attendance.fake_pipeline import embedding_of
from tests.attendance.site import Site


def agree(embeddings: np.ndarray) -> np.ndarray:
    return np.asarray(embeddings @ embeddings.T >= 0.5)


def rows(*people: int) -> np.ndarray:
    return np.stack([embedding_of(person) for person in people])


@pytest.mark.parametrize(
    ("people", "odd"),
    [
        ([0], []),
        ([0, 0, 0], []),
        ([0, 0, 1], [2]),
        ([1, 0, 0], [0]),
        ([0, 0, 0, 1, 1], [3, 4]),
        ([0, 1, 0, 2, 0], [1, 3]),
        ([0, 1], [0, 1]),
        ([0, 0, 1, 1], [0, 1, 2, 3]),
        ([0, 1, 2], [0, 1, 2]),
    ],
)
def test_those_who_are_not_the_one_most_photos_show_are_odd(people: list[int], odd: list[int]) -> None:
    assert odd_ones_out(agree(rows(*people))) == odd


@pytest.mark.parametrize(
    ("known", "new", "odd"),
    [([0], [0], []), ([0], [1], [1]), ([0], [1, 1, 1], [1, 2, 3]), ([0, 1], [1, 0, 2], [4])],
)
def test_new_photos_are_compared_with_those_enrolled_before(
    known: list[int], new: list[int], odd: list[int]
) -> None:
    assert odd_ones_out(agree(rows(*known, *new)), trusted=len(known)) == odd


def test_two_photos_that_differ_are_one_person_if_a_third_is_like_both() -> None:
    chain = np.stack([embedding_of(0), embedding_of(0, blend=15), embedding_of(1)])
    assert not agree(chain)[0, 2]
    assert odd_ones_out(agree(chain)) == []


@given(st.lists(st.integers(0, 3), min_size=1, max_size=8), st.randoms())
def test_the_order_of_photos_does_not_matter(people: list[int], random: Random) -> None:
    order = list(range(len(people)))
    random.shuffle(order)
    odd = odd_ones_out(agree(rows(*people)))
    shuffled = odd_ones_out(agree(rows(*(people[i] for i in order))))
    assert sorted(order[i] for i in shuffled) == odd


def crowd(seed: int, count: int) -> np.ndarray:
    """People of one group: everybody resembles everybody by a half."""
    noise = np.random.default_rng(seed).normal(size=(count, 256))
    rows = noise / np.linalg.norm(noise, axis=1, keepdims=True) + np.eye(1, 256)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def enrolled(site: Site, rows: np.ndarray) -> EnrolledFaces:
    """Students with these templates, pretended."""
    faces = EnrolledFaces(site.store, engine="retail-1", detector="mtcnn")
    faces.refresh()
    for number, row in enumerate(rows):
        template = Template(
            id=f"t{number}",
            student_id=f"s{number:03}",
            engine="retail-1",
            detector="mtcnn",
            embedding=row,
            source=f"{number}",
            quality=1.0,
            created_at=site.clock.now(),
        )
        faces.append([template], version=None)
    return faces


def photo(row: np.ndarray, seed: int) -> np.ndarray:
    """Another photo of a person."""
    noise = np.random.default_rng(seed).normal(size=256)
    other = row + 0.4 * noise / np.linalg.norm(noise)
    return np.asarray(other / np.linalg.norm(other), np.float32)


def test_two_people_of_a_group_are_not_taken_for_one(site: Site) -> None:
    faces = enrolled(site, crowd(1, 20))
    one, another = crowd(2, 2)
    photos = np.stack([one, photo(one, 3), another])
    related = photos_agree(photos, "new", RETAIL_1_MTCNN, faces)
    assert related.tolist() == [[True, True, False], [True, True, False], [False, False, True]]
    assert photos_agree(photos, "new", replace(RETAIL_1_MTCNN, relative=None), faces).all()


def test_among_few_the_similarity_decides(site: Site) -> None:
    faces = enrolled(site, crowd(1, 5))
    assert photos_agree(crowd(2, 2), "new", RETAIL_1_MTCNN, faces).all()


@pytest.mark.parametrize("students", [15, 130])  # one gallery, and an old one with a new one beside it
def test_a_duplicate_is_found_and_nobody_else_of_the_group(site: Site, students: int) -> None:
    rows = crowd(1, students)
    faces = enrolled(site, rows)
    for number in (0, students - 1):
        again = faces.nearest_other(photo(rows[number], number), "new")
        assert again is not None
        assert again.student_id == f"s{number:03}"
        assert is_duplicate(again, RETAIL_1_MTCNN, 0)
    for stranger in crowd(2, 10):
        nearest = faces.nearest_other(stranger, "new")
        assert nearest is not None
        assert not is_duplicate(nearest, RETAIL_1_MTCNN, 0)
        assert is_duplicate(nearest, replace(RETAIL_1_MTCNN, relative=None), 0)


def test_the_nearest_has_the_score_of_a_search_of_everybody(site: Site) -> None:
    rows = crowd(1, 130)
    faces = enrolled(site, rows)
    everybody = Gallery.build("retail-1", [f"s{i:03}" for i in range(130)], rows)
    for number, face in enumerate(crowd(4, 5)):
        nearest = faces.nearest_other(face, "new")
        judged = RETAIL_1_MTCNN.judge(everybody, face[np.newaxis])
        assert nearest is not None, number
        assert nearest.relative == pytest.approx(judged.scores.max(), abs=1e-5)
        assert nearest.student_id == everybody.student_ids[int(judged.scores.argmax())]
