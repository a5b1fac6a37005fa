"""The nearest others stay right whoever comes and goes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from face_matching.relative_scores import neighbours
from face_matching.relative_scores.neighbours import Neighbours, means_among


def people(seed: int, count: int) -> dict[str, NDArray[np.float32]]:
    rows = np.random.default_rng(seed).normal(size=(count, 8))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return {f"s{i:03}": row for i, row in enumerate(rows.astype(np.float32))}


def of(everybody: dict[str, NDArray[np.float32]], previous: Neighbours | None = None) -> Neighbours:
    ids = tuple(sorted(everybody))
    return Neighbours.of(ids, np.stack([everybody[each] for each in ids]), previous)


def test_the_mean_over_the_five_nearest_others() -> None:
    # On a line of angles 0, 10, 20 ... degrees the nearest of the first are the next five.
    angles = np.radians(np.arange(8) * 10)
    rows = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    found = Neighbours.of(tuple("abcdefgh"), rows)
    assert found.means[0] == pytest.approx(np.cos(np.radians([10, 20, 30, 40, 50])).mean(), abs=1e-6)
    assert sorted(found.indices[0].tolist()) == [1, 2, 3, 4, 5]


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 999),
    count=st.integers(1, 60),
    gone=st.sets(st.integers(0, 59), max_size=4),
    new=st.integers(0, 4),
    changed=st.sets(st.integers(0, 59), max_size=3),
)
def test_updating_finds_what_searching_everybody_finds(
    seed: int, count: int, gone: set[int], new: int, changed: set[int]
) -> None:
    before = people(seed, count)
    after = {name: row for name, row in before.items() if int(name[1:]) not in gone}
    others = people(seed + 1000, 64)
    after |= {name: others[name] for name in after if int(name[1:]) in changed}
    after |= {f"a{i}": others[f"s{60 + i:03}"] for i in range(new)}
    if not after:
        return
    updated, fresh = of(after, of(before)), of(after)
    assert np.sort(updated.scores) == pytest.approx(np.sort(fresh.scores), abs=1e-6)


def test_a_new_student_does_not_make_everybody_be_searched_again(monkeypatch: pytest.MonkeyPatch) -> None:
    everybody = people(1, 200)
    before = of(everybody)
    searched: list[int] = []
    search = Neighbours._search

    def counted(self: Neighbours, wanted: NDArray[np.intp]) -> None:
        searched.append(len(wanted))
        search(self, wanted)

    monkeypatch.setattr(neighbours.Neighbours, "_search", counted)
    of(everybody | {"new": people(2, 1)["s000"]}, before)
    assert searched == [1]


def test_other_students_of_the_school_count_with_the_class() -> None:
    rows = np.stack(list(people(3, 12).values()))
    others = np.stack(list(people(4, 30).values()))
    nearest = Neighbours.of(tuple(people(3, 12)), rows).scores
    found = means_among(rows, others, nearest)
    for student in range(12):
        scores = np.concatenate([np.delete(rows @ rows[student], student), others @ rows[student]])
        assert found[student] == pytest.approx(np.sort(scores)[-5:].mean(), abs=1e-6)
