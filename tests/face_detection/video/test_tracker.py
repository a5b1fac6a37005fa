"""A face keeps its number from frame to frame, and no two have the same."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from face_detection.mtcnn.geometry import overlaps
from face_detection.values import Face
from face_detection.video.tracker import Track, Tracker, TrackerSettings
from tests.face_detection.moving_faces import face_at, ids_along, straight

SIDE = 60.0
places = st.tuples(st.integers(0, 1200), st.integers(0, 700))
scenes = st.lists(st.tuples(places, st.integers(30, 120)), max_size=8).map(
    lambda faces: [face_at(*place, side=side, confidence=0.9 + side / 2000) for place, side in faces]
)


def visible(tracks: tuple[Track, ...]) -> dict[int, Face]:
    return {track.id: track.face for track in tracks if track.visible}


def box_of(face: Face) -> tuple[float, ...]:
    return tuple(face.box.tolist())


def test_the_first_faces_are_numbered_from_one() -> None:
    tracks = Tracker().update([face_at(100, 100), face_at(300, 100)], 0.0)
    assert [(track.id, track.hits, track.missed) for track in tracks] == [(1, 1, 0), (2, 1, 0)]


def test_nobody_in_view_is_nothing() -> None:
    tracker = Tracker()
    assert tracker.update([], 0.0) == ()
    assert tracker.update([], 0.1) == ()


def test_a_face_that_stays_keeps_its_number() -> None:
    tracker = Tracker()
    for number in range(20):
        (track,) = tracker.update([face_at(100 + number % 3, 100)], number / 10)
    assert (track.id, track.hits, track.last_at) == (1, 20, 1.9)


def test_a_new_face_has_a_number_that_nobody_had() -> None:
    tracker = Tracker()
    tracker.update([face_at(100, 100)], 0.0)
    for number in range(1, 40):
        tracker.update([], number / 10)
    assert [track.id for track in tracker.update([face_at(100, 100)], 4.0)] == [2]


@pytest.mark.parametrize("per_second", [5, 10, 25])
def test_who_walks_past_is_one_track(per_second: int) -> None:
    # 1.5 m/s, with a face of 0.16 m that is 60 px wide
    frames = ids_along(Tracker(), [straight(0, 200, 9 * SIDE)], per_second=per_second, seconds=2)
    assert [frame[0] for frame in frames] == [1] * len(frames)


def test_a_row_that_moves_on_by_nearly_one_place_stays_in_order() -> None:
    """Here the nearest face is the neighbour's: pairs taken greedily would be wrong."""
    tracker = Tracker()
    before = [face_at(100 * number, 100, side=90) for number in range(4)]
    after = [face_at(100 * number + 80, 100, side=90) for number in range(4)]
    tracker.update(before, 0.0)
    assert [box_of(face) for face in visible(tracker.update(after, 0.1)).values()] == [
        box_of(face) for face in after
    ]
    assert sorted(visible(tracker.update(after, 0.2))) == [1, 2, 3, 4]


def test_a_face_that_is_not_found_for_some_frames_keeps_its_number() -> None:
    tracker = Tracker()
    for number in range(5):
        tracker.update([face_at(100 + 20 * number, 100)], number / 10)
    for number in range(5, 9):
        (track,) = tracker.update([], number / 10)
        assert (track.id, track.missed, track.visible) == (1, number - 4, False)
    (track,) = tracker.update([face_at(100 + 20 * 9, 100)], 0.9)
    assert (track.id, track.missed, track.hits) == (1, 0, 6)


def test_a_face_that_is_away_for_longer_is_given_up() -> None:
    tracker = Tracker(TrackerSettings(keep_seconds=1.0))
    tracker.update([face_at(100, 100)], 0.0)
    assert len(tracker.update([], 0.5)) == 1
    assert len(tracker.update([], 0.9)) == 1
    assert tracker.update([], 1.1) == ()


def test_between_slow_frames_a_face_may_be_missed_twice() -> None:
    tracker = Tracker()
    tracker.update([face_at(100, 100)], 0.0)
    assert len(tracker.update([], 1.0)) == 1
    assert len(tracker.update([], 2.0)) == 1
    assert tracker.update([], 3.0) == ()


def test_where_it_will_be_is_known_from_its_speed() -> None:
    tracker = Tracker()
    for number in range(6):
        (track,) = tracker.update([face_at(100 + 10 * number, 100)], number / 10)
    np.testing.assert_allclose(track.velocity, [100, 0], atol=0.1)
    np.testing.assert_allclose(track.box_at(0.7), face_at(170, 100).box, atol=0.1)


def test_frames_that_come_all_at_once_give_no_speed() -> None:
    """As a stream's do that were waiting when it was opened."""
    tracker = Tracker()
    for number in range(4):
        tracker.update([face_at(100 + 5 * number, 100)], number / 1000)
    (track,) = tracker.update([face_at(121, 100)], 0.1)
    assert (track.id, track.visible) == (1, True)
    assert float(np.abs(track.velocity).max()) < 100


@pytest.mark.parametrize("per_second", [5, 10, 25])
@pytest.mark.parametrize("speed", [1.0, 3.0, 6.0])
def test_two_who_cross_keep_their_numbers(per_second: int, speed: float) -> None:
    """They pass each other with half a face between their heights, as people of different height do."""
    ways = [straight(100, 200, speed * SIDE), straight(700, 230, -speed * SIDE)]
    frames = ids_along(Tracker(), ways, per_second=per_second, seconds=600 / (speed * SIDE))
    assert frames[0] == frames[-1] == {0: 1, 1: 2}
    assert {frame.get(0, 1) for frame in frames} == {1}
    assert {frame.get(1, 2) for frame in frames} == {2}


@settings(max_examples=60, deadline=None)
@given(
    speed=st.floats(0.5, 6.0),
    other=st.floats(-6.0, -0.5),
    height=st.floats(0.5, 1.5),
    per_second=st.sampled_from([8, 10, 15, 25]),
)
def test_whoever_crosses_keeps_their_number(
    speed: float, other: float, height: float, per_second: int
) -> None:
    ways = [straight(0, 200, speed * SIDE), straight(800, 200 + height * SIDE, other * SIDE)]
    frames = ids_along(Tracker(), ways, per_second=per_second, seconds=1.5 * 800 / ((speed - other) * SIDE))
    assert frames[0] == frames[-1]


def test_a_face_found_twice_is_one() -> None:
    tracks = Tracker().update([face_at(100, 100), face_at(106, 103, confidence=0.9)], 0.0)
    assert [(track.id, track.face.confidence) for track in tracks] == [(1, 0.99)]


def test_a_face_far_off_or_of_another_size_is_another_one() -> None:
    tracker = Tracker()
    tracker.update([face_at(100, 100)], 0.0)
    assert sorted(visible(tracker.update([face_at(400, 100)], 0.1))) == [2]
    assert sorted(visible(tracker.update([face_at(100, 100, side=200)], 0.2))) == [3]


def test_a_time_that_runs_backwards_is_refused() -> None:
    tracker = Tracker()
    tracker.update([], 2.0)
    with pytest.raises(ValueError, match=r"got 1\.0 s after 2\.0 s"):
        tracker.update([], 1.0)
    with pytest.raises(ValueError, match="nan"):
        tracker.update([], float("nan"))


@settings(max_examples=150, deadline=None)
@given(frames=st.lists(scenes, min_size=1, max_size=6), seed=st.randoms(use_true_random=False))
def test_the_order_of_the_faces_does_not_matter(frames: list[list[Face]], seed: random.Random) -> None:
    one, other = Tracker(), Tracker()
    for number, faces in enumerate(frames):
        shuffled = list(faces)
        seed.shuffle(shuffled)
        expected = {track.id: box_of(track.face) for track in one.update(faces, number / 10)}
        assert {track.id: box_of(track.face) for track in other.update(shuffled, number / 10)} == expected


@settings(max_examples=150, deadline=None)
@given(frames=st.lists(scenes, min_size=1, max_size=6))
def test_never_are_two_tracks_on_one_face_nor_is_a_face_without(frames: list[list[Face]]) -> None:
    tracker, before, gone = Tracker(), set[int](), set[int]()
    for number, faces in enumerate(frames):
        tracks = tracker.update(faces, number / 10)
        ids, seen = [track.id for track in tracks], visible(tracks)
        assert ids == sorted(set(ids))
        gone |= before - set(ids)
        assert not gone & set(ids)
        before = set(ids)
        assert len({id(face) for face in seen.values()}) == len(seen)
        tracked = np.array([face.box for face in seen.values()], np.float32).reshape(-1, 4)
        for face in faces:
            assert overlaps(face.box[np.newaxis], tracked).max() >= tracker.settings.same_face
