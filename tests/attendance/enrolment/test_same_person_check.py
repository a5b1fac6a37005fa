"""Photos of one person agree, and the odd one out is named."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.enrolment.same_person_check import odd_ones_out
from tests.attendance.fake_pipeline import embedding_of


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
