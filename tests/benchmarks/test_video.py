"""What the benchmarks of videos measure."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.tracks.__main__ import STRANGER, STUDENT, TrackOutcome, outcomes, rates, ways_of
from benchmarks.tracks.observed_photos import OBSERVATIONS, Tracks, as_seen_by_a_camera
from benchmarks.video import HEIGHT, PER_SECOND, WIDTH, walk
from face_detection.photo import decode
from face_detection.values import Face
from face_matching.thresholds import policy_for
from tests.benchmarks.test_accuracy import crowd


def tracks_of(noise: float, *, people: int = 30, spread: float = 1.0) -> Tracks:
    """People whose looks lie around their photos as far as the noise says, and their photos by the spread."""
    rows, names = crowd(people, 4, spread)
    rng = np.random.default_rng(5)
    looks = rows[:, np.newaxis] + rng.normal(size=(len(rows), OBSERVATIONS, rows.shape[1])) * noise
    looks /= np.linalg.norm(looks, axis=2, keepdims=True)
    _, identities = np.unique(np.asarray(names), return_inverse=True)
    return Tracks(identities.astype(np.intp), rows, looks.astype(np.float32))


def test_looks_that_are_all_the_same_change_nothing() -> None:
    for cells in rates(tracks_of(0.0), [0.3]).values():
        assert cells[0] == pytest.approx(1.0, abs=0.01)


def test_any_of_several_looks_lets_more_strangers_pass_than_the_fused_ones() -> None:
    tracks = tracks_of(0.08)
    threshold = float(np.quantile(ways_of(tracks)["one observation"], 0.9))
    found = rates(tracks, [threshold])
    strangers = {way: cells[0] for way, cells in found.items()}
    assert strangers["any of 8"] > 1.3
    assert strangers["any of 8"] > strangers["any of 3"] > strangers["3 fused"]
    assert strangers["fused, after 3, 5 or 8 (ours)"] < strangers["any of 3"]


def test_a_look_has_the_size_that_was_asked_for(astronaut_jpeg: bytes) -> None:
    face = Face(np.array([175, 65, 275, 195], np.float32), 1.0, np.full((5, 2), 200, np.float32))
    photo, seen = as_seen_by_a_camera(decode(astronaut_jpeg), face, 60.0, np.random.default_rng(1))
    assert 45 < seen.height < 80
    assert photo.pixels.dtype == np.uint8
    assert 0 < seen.box[0] < seen.box[2] < photo.width


@pytest.mark.parametrize("faces", [1, 3, 6])
def test_the_walkers_stay_in_the_frame(faces: int) -> None:
    frames = walk(faces, 2)
    assert len(frames) == 2 * PER_SECOND
    assert {frame.pixels.shape for frame in frames} == {(HEIGHT, WIDTH, 3)}
    assert not np.array_equal(frames[0].pixels, frames[-1].pixels)


def test_students_who_look_like_themselves_are_marked_and_strangers_are_not() -> None:
    found = outcomes(tracks_of(0.01, people=80, spread=0.2), policy_for("facenet-1", "mtcnn"))
    assert found[STUDENT][TrackOutcome.RIGHT] > 0.95
    assert found[STRANGER][TrackOutcome.UNKNOWN] > 0.95
    for shares in found.values():
        assert sum(shares.values()) == pytest.approx(1.0)


def test_looks_that_say_little_leave_everybody_unknown() -> None:
    found = outcomes(tracks_of(2.0, people=80, spread=0.2), policy_for("facenet-1", "mtcnn"))
    assert found[STUDENT][TrackOutcome.RIGHT] < 0.05
    assert found[STRANGER][TrackOutcome.WRONG] == 0.0
