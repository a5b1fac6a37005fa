"""The comparison of matchers and of numbers of enrolled photos, on made-up people."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.apparatus.disjoint_halves import Half
from benchmarks.apparatus.face_folder import BenchmarkError
from benchmarks.apparatus.made_up_classes import Outcomes
from benchmarks.matchers import __main__ as matchers
from benchmarks.matchers.registered_classes import MATCHERS
from face_matching.evaluation.class_searches import EnrolledPeople
from face_matching.thresholds import RETAIL_1_MTCNN

MANY, TEN = 60, 10
FRAMES = 40


@pytest.fixture(scope="module")
def half() -> Half:
    """60 people with five photos, ten with ten, and two before a webcam, one of them in two sittings."""
    rng = np.random.default_rng(1)
    counts = [5] * MANY + [10] * TEN + [FRAMES, 2 * FRAMES]
    names = [f"p{person:03}" for person in range(MANY + TEN)] + ["frames/a", "frames/b"]
    centres = rng.normal(size=(len(names), 256))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    photos = np.repeat(centres, counts, axis=0) + rng.normal(scale=0.03, size=(sum(counts), 256))
    rows = (photos / np.linalg.norm(photos, axis=1, keepdims=True)).astype(np.float32)
    people = EnrolledPeople.of(rows, np.repeat(names, counts).tolist())
    order = {name: number for number, name in enumerate(people.names)}
    ordinary = np.array([order[name] for name in names[: MANY + TEN]])
    webcam = np.array([order[name] for name in names[MANY + TEN :]])
    return Half(RETAIL_1_MTCNN, people, ordinary, {matchers.FRAMES: webcam})


SESSIONS = {"frames/a": [1] * FRAMES, "frames/b": [1] * FRAMES + [2] * FRAMES}


def test_each_matcher_has_the_same_check_ins(half: Half) -> None:
    rows: matchers.Rows = {}
    matchers.compare_matchers(half, 1, rows)
    assert list(rows) == [
        f"class of {size}, {n} photos, {name}" for size, n in ((30, 4), (10, 9)) for name in MATCHERS
    ]
    trials = {name: counted[0].students.trials.sum() for name, counted in rows.items()}
    assert set(trials.values()) == {30, 10}
    for [outcomes] in rows.values():
        assert outcomes.strangers.share("named").value == 0
        assert outcomes.students.share("as another").value == 0
    assert shares(rows["class of 30, 4 photos, cosine"]) == shares(rows["class of 30, 4 photos, euclidean"])
    assert rows["class of 10, 9 photos, svm"][0].students.share("marked").value > 0.8


def shares(outcomes: list[Outcomes]) -> dict[str, list[float]]:
    return {name: counts.tolist() for name, counts in outcomes[0].students.events.items()}


def test_numbers_of_photos_are_compared_on_the_same_people(half: Half) -> None:
    rows: matchers.Rows = {}
    matchers.compare_samples(half, 1, rows)
    assert len(rows) == 3 + 4
    assert {outcomes.students.trials.sum() for [outcomes] in rows.values()} == {30, 10}


def test_later_sittings_are_searched_and_later_frames_where_there_is_one(half: Half) -> None:
    rows: matchers.Rows = {}
    matchers.compare_frames(half, SESSIONS, 1, rows)
    assert list(rows) == [f"class of 30, {count} frames" for count in matchers.SAMPLES]
    for [outcomes] in rows.values():
        assert outcomes.students.trials.sum() == 2 * matchers.MOST_PROBES, (
            "the others of the class don't check in"
        )
        assert outcomes.students.share("marked").value == 1


def test_a_frame_without_a_face_is_an_error(half: Half) -> None:
    with pytest.raises(BenchmarkError, match="frames/a shows no face"):
        matchers.compare_frames(half, SESSIONS | {"frames/a": [1] * 39}, 1, {})


def test_sittings_are_read_from_the_names_of_files(tmp_path: Path) -> None:
    for person, sitting in (("a", 1), ("a", 2), ("b", 1)):
        file = tmp_path / person / f"{person}_00_00_{sitting:02}_7.jpg"
        file.parent.mkdir(exist_ok=True)
        file.touch()
    assert matchers.sessions_of(tmp_path) == {"frames/a": [1, 2], "frames/b": [1]}
