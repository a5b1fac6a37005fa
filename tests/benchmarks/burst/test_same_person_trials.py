"""The threshold of bursts is chosen and measured on stills; here on made-up ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.apparatus.face_folder import Embedded
from benchmarks.burst import same_person
from benchmarks.burst.sittings import Still
from face_matching.thresholds import FACENET_1_MTCNN as POLICY

ENGINE = POLICY.engine
YAWS = (0.0, 0.1, 0.5, -0.5)


def stills_of(person: str, seed: int, *, spread: float = 0.01) -> list[Still]:
    """A sitting of one person who looks straight twice and then to both sides."""
    rng = np.random.default_rng(seed)
    middle = rng.normal(size=64)
    found = []
    for yaw in YAWS:
        rows = middle / np.linalg.norm(middle) + rng.normal(0, spread, (2, 64))
        photo, frame = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        found.append(Still(person, person, yaw, {ENGINE: photo}, {ENGINE: frame}))
    return found


@pytest.fixture
def stills() -> list[Still]:
    return [*stills_of("s1", 1), *stills_of("s2", 2)]


def test_a_genuine_burst_is_a_photo_a_straight_and_a_turned_frame(stills: list[Still]) -> None:
    found = same_person.genuine_bursts(stills, ENGINE)
    assert found.people.tolist() == [0] * 4 + [1] * 4  # 2 photos, 1 other straight frame, 2 turned ones
    assert found.scores.min() > 0.97


def test_a_friends_photo_goes_with_a_turned_head_of_somebody_else(stills: list[Still]) -> None:
    found = same_person.swapped_bursts(stills, ENGINE)
    assert sorted({tuple(pair) for pair in found.people.tolist()}) == [(0, 1), (1, 0)]
    assert len(found.scores) == 2 * 2 * 2
    assert found.scores.max() < 0.7


def test_a_sitting_is_looked_at_in_steps() -> None:
    sitting = [replace(stills_of("s1", 1)[0]) for _ in range(3 * same_person.APART)]
    assert len(same_person.sitting_bursts(sitting, ENGINE).scores) == same_person.APART
    assert not len(same_person.sitting_bursts(sitting[: 2 * same_person.APART], ENGINE).scores)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([0.9] * 100, 0.9),  # nobody needs less
        ([0.1] * 3 + [0.9] * 97, POLICY.search.at(same_person.FMR)),
        ([0.1] * 50 + [0.9] * 50, 0.1),  # too many would be refused
    ],
)
def test_the_threshold_is_the_policys_within_what_bursts_need(scores: list[float], expected: float) -> None:
    trials = same_person.Trials(np.array(scores), np.zeros(len(scores), np.intp))
    assert same_person.chosen(trials, POLICY) == pytest.approx(expected, abs=same_person.STEP)


def test_a_row_has_the_threshold_and_every_rate(stills: list[Still]) -> None:
    others = [*stills_of("s11", 3), *stills_of("s12", 4)]
    webcam = [still for _ in range(same_person.APART) for still in others]
    rows = np.stack([still.photo[ENGINE] for still in others])
    embedded = Embedded(rows, tuple(still.person for still in others), ())
    cells = same_person.measured(POLICY, [*stills, *others], webcam, embedded, embedded)
    assert float(cells[0]) > POLICY.search.at(same_person.FMR)
    assert all(cell.startswith("0 (0-") for cell in cells[1:])
