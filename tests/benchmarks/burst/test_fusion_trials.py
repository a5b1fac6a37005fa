"""Rules of fusing bursts are compared on people of several kinds; here on made-up ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.burst import fusion
from benchmarks.burst.sittings import Still
from benchmarks.trials.bursts import BurstPeople
from benchmarks.trials.class_of_sixty import gallery_of
from face_matching.thresholds import RETAIL_1_MTCNN as POLICY
from face_matching.tracks.probe_fusion import Observation
from face_matching.weighted_scores import scores_of

PEOPLE = 70
ENGINE = POLICY.engine


def unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def observed(rows: NDArray[np.float32]) -> Sequence[Observation]:
    return [Observation(row, 1.0, 0.0) for row in rows]


@pytest.fixture(scope="module")
def cast() -> BurstPeople:
    """People whose single frames are noisy, so that several together are nearer to them."""
    rng = np.random.default_rng(5)
    middles = rng.normal(size=(PEOPLE, 128)) / np.sqrt(128)
    cast = BurstPeople()
    for number, middle in enumerate(middles):
        rows = unit(middle + rng.normal(0, 0.13, (7, 128)))
        cast.enrolled[f"p{number:02}"] = observed(rows[:2])
        cast.bursts[f"p{number:02}"] = [observed(rows[2:])]
    return cast


def test_each_rule_marks_no_fewer_than_a_photo_alone(cast: BurstPeople) -> None:
    shares = {}
    for name, rule in fusion.RULES.items():
        found = fusion.searches(POLICY, cast, rule)
        shares[name] = fusion.missed(found, scores_of(found[2]).threshold_at(0.01)).value
    alone = shares.pop("photo alone")
    assert alone > 0
    assert all(share < alone for share in shares.values())


def test_a_burst_of_equal_frames_scores_as_its_photo(cast: BurstPeople) -> None:
    name, other = list(cast.enrolled)[:2]
    gallery = gallery_of(
        ENGINE, {each: np.stack([seen.embedding for seen in cast.enrolled[each]]) for each in (name, other)}
    )
    same = [cast.bursts[name][0][0]] * 4
    expected = fusion.snapshot(POLICY, gallery, same)
    for rule in fusion.RULES.values():
        assert np.allclose(rule(POLICY, gallery, same), expected, atol=1e-6)


def test_people_before_a_camera_are_enrolled_and_searched_by_straight_stills_only() -> None:
    row = np.eye(4, dtype=np.float32)[0]
    straight = [Still("a", "a", 0.1, {ENGINE: row}, {ENGINE: row}) for _ in range(8)]
    turned = [replace(straight[0], yaw=0.6)] * 5
    cast = fusion.burst_people(
        [*turned, *straight], {"b": observed(np.eye(4, dtype=np.float32)[1:4])}, ENGINE
    )
    assert [len(rows) for rows in (cast.enrolled["a"], cast.fill["b"])] == [2, 2]
    assert [len(burst) for burst in cast.bursts["a"]] == [1 + fusion.FRAMES] * 6
