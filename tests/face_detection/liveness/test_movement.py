"""Heads that turn pass, in every direction; flat pictures of heads don't, however they are moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from face_detection.liveness.movement import judge_movement
from face_detection.liveness.values import BurstReading, MovementProblem, Turn
from tests.face_detection.liveness.heads import Stand, burst

WAY = (0.0, 0.0, 0.15, 0.45, 0.8, 1.0, 1.0, 0.9)  # of a turn, frame by frame
AND_BACK = (*WAY, 0.6, 0.2)
TURNS = st.sampled_from(Turn)
NOISE = 0.35  # standard deviation in pixels: 0.03 of a tangent at 50 pixels between the eyes


def turned(turn: Turn, degrees: float) -> Stand:
    sign = 1 if turn in (Turn.LEFT, Turn.UP) else -1
    if turn in (Turn.LEFT, Turn.RIGHT):
        return Stand(yaw=sign * degrees)
    return Stand(pitch=sign * degrees)


def way(turn: Turn, degrees: float, steps: Sequence[float] = WAY) -> list[Stand]:
    return [turned(turn, step * degrees) for step in steps]


def noise(seed: int, frames: int, pixels: float = NOISE) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, pixels, (frames, 5, 2))


@settings(deadline=None)
@given(
    TURNS,
    st.floats(25, 38),
    st.floats(-8, 8),
    st.floats(-10, 10),
    st.tuples(st.floats(-4, 4), st.floats(-4, 4), st.floats(25, 60)),
)
def test_a_head_that_turns_as_asked_passes(
    turn: Turn, degrees: float, other: float, roll: float, at: tuple[float, float, float]
) -> None:
    stands = [replace(stand, roll=roll, at=at) for stand in way(turn, degrees)]
    if turn in (Turn.LEFT, Turn.RIGHT):
        stands = [replace(stand, pitch=other) for stand in stands]
    else:
        stands = [replace(stand, yaw=other) for stand in stands]
    result = judge_movement(burst(stands), [turn])
    assert result.passed, result
    assert result.straight < result.turned[0]
    assert result.turned[0] in (5, 6)


@settings(deadline=None)
@given(TURNS, st.integers(0, 10**6))
def test_jitter_of_the_points_does_not_matter(turn: Turn, seed: int) -> None:
    stands = way(turn, 32)
    assert judge_movement(burst(stands, noise=noise(seed, len(stands))), [turn]).passed


@settings(deadline=None)
@given(TURNS, st.floats(0, 12), st.integers(0, 10**6))
def test_small_turns_are_too_little(turn: Turn, degrees: float, seed: int) -> None:
    stands = way(turn, degrees)
    result = judge_movement(burst(stands, noise=noise(seed, len(stands))), [turn])
    assert result.problems == (MovementProblem.TOO_LITTLE,)


@settings(deadline=None)
@given(TURNS, TURNS)
def test_another_direction_is_the_wrong_way(turn: Turn, asked: Turn) -> None:
    result = judge_movement(burst(way(turn, 30)), [asked])
    assert result.problems == (() if turn is asked else (MovementProblem.WRONG_WAY,))


def held(most: float) -> st.SearchStrategy[Stand]:
    at = st.tuples(st.floats(-5, 5), st.floats(-5, 5), st.floats(15, 60))
    return st.builds(Stand, st.floats(-most, most), st.floats(-most, most), st.floats(-40, 40), at)


@pytest.mark.parametrize("with_mesh", [True, False])
@settings(max_examples=200, deadline=None)
@given(stands=st.lists(held(60), min_size=8, max_size=8))
def test_no_motion_of_a_flat_picture_passes(*, stands: list[Stand], with_mesh: bool) -> None:
    reading = burst(stands, is_flat=True, with_mesh=with_mesh)
    assert not any(judge_movement(reading, [turn]).passed for turn in Turn)


@settings(max_examples=300, deadline=None)
@given(TURNS, held(20), held(60), st.integers(0, 10**6))
def test_no_smooth_turn_of_a_flat_picture_passes(turn: Turn, begin: Stand, end: Stand, seed: int) -> None:
    stands = [between(begin, end, step) for step in WAY]
    result = judge_movement(burst(stands, is_flat=True, noise=noise(seed, len(WAY), NOISE / 3)), [turn])
    assert not result.passed


def between(begin: Stand, end: Stand, step: float) -> Stand:
    return replace(
        begin,
        yaw=begin.yaw + step * (end.yaw - begin.yaw),
        pitch=begin.pitch + step * (end.pitch - begin.pitch),
        roll=begin.roll + step * (end.roll - begin.roll),
    )


@settings(deadline=None)
@given(TURNS, st.floats(0, 6))
def test_two_pictures_that_are_switched_do_not_pass(turn: Turn, tremble: float) -> None:
    steps = [0.0, 0.02, 0.0, 0.01, 1.0, 0.99, 1.0, 0.98]
    stands = [replace(stand, roll=tremble * (n % 2)) for n, stand in enumerate(way(turn, 30, steps))]
    assert judge_movement(burst(stands), [turn]).problems == (MovementProblem.NO_BETWEEN,)


@pytest.mark.parametrize(
    ("first", "second"), [pair for pair in product(Turn, Turn) if pair[0] is not pair[1]], ids=str
)
def test_two_turns_pass_in_their_order_only(first: Turn, second: Turn) -> None:
    stands = [*way(first, 32, AND_BACK), *way(second, 32, WAY[2:])]
    reading = burst(stands)
    result = judge_movement(reading, [first, second])
    assert result.passed, result
    assert result.turned[0] in (5, 6)
    assert result.turned[1] in (13, 14)
    assert judge_movement(reading, [second, first]).problems == (MovementProblem.WRONG_ORDER,)


@settings(deadline=None)
@given(TURNS, st.permutations(range(len(WAY))))
def test_frames_in_another_order_never_break_it(turn: Turn, order: list[int]) -> None:
    frames = burst(way(turn, 32)).frames
    shuffled = BurstReading(tuple(frames[index] for index in order), (), with_mesh=True)
    result = judge_movement(shuffled, [turn])
    assert result.passed or result.problems
    assert all(0 <= index < len(order) for index in (result.straight, *result.turned, *result.frontal))


def test_a_head_that_shakes_both_ways_answers_no_question() -> None:
    steps = (0, -0.5, -1, -0.5, 0, 0.5, 1, 0.5)
    result = judge_movement(burst(way(Turn.LEFT, 32, steps)), [Turn.LEFT])
    assert result.problems == (MovementProblem.WRONG_WAY,)


@pytest.mark.parametrize(
    "steps",
    [
        (0, 0.1, 0.6, 0.1, 0.5, 1, 1, 0.9),  # before it is turned most
        (0, 0.2, 0.7, 1, 1, 0.4, 0.5, 0.9),  # after it
    ],
)
def test_a_head_goes_there_once(steps: Sequence[float]) -> None:
    result = judge_movement(burst(way(Turn.LEFT, 32, steps)), [Turn.LEFT])
    assert result.problems == (MovementProblem.MEASURES_DIFFER,)


def with_straight_points(reading: BurstReading, *numbers: int) -> BurstReading:
    """The same with frames in which the detector's points don't show the turn."""
    straight = reading.frames[0].points
    frames = [replace(f, points=straight) if n in numbers else f for n, f in enumerate(reading.frames)]
    return replace(reading, frames=tuple(frames))


def test_one_measure_may_be_wrong_for_a_moment() -> None:
    """A sheet that is waved goes to and fro by both."""
    reading = burst(way(Turn.LEFT, 32, (0, 0, 0.2, 0.6, 1, 1, 1, 1)))
    assert judge_movement(with_straight_points(reading, 5), [Turn.LEFT]).passed
    waved = burst(way(Turn.LEFT, 32, (0, 0, 0.2, 0.6, 1, 0.1, 1, 1)))
    assert judge_movement(waved, [Turn.LEFT]).problems == (MovementProblem.MEASURES_DIFFER,)
    pointless = replace(waved, frames=tuple(replace(f, mesh=None) for f in waved.frames), with_mesh=False)
    assert judge_movement(pointless, [Turn.LEFT]).problems == (MovementProblem.MEASURES_DIFFER,)


def test_a_sheet_that_looks_narrow_by_the_points_of_the_mesh_is_none_of_a_head() -> None:
    head, sheet = burst(way(Turn.LEFT, 20)), burst(way(Turn.LEFT, 60), is_flat=True)
    assert judge_movement(head, [Turn.LEFT]).passed
    frames = tuple(
        replace(one, mesh_landmarks=other.mesh_landmarks)
        for one, other in zip(head.frames, sheet.frames, strict=True)
    )
    result = judge_movement(replace(head, frames=frames), [Turn.LEFT])
    assert result.problems == (MovementProblem.MEASURES_DIFFER,)


def test_a_head_may_come_back() -> None:
    assert judge_movement(burst(way(Turn.LEFT, 32, (0, 0.1, 0.5, 1, 1, 0.9, 0.4, 0.1))), [Turn.LEFT]).passed


def test_the_way_of_each_frame_is_known() -> None:
    result = judge_movement(burst(way(Turn.RIGHT, 32)), [Turn.RIGHT])
    (part,) = result.parts
    assert part.first == 0
    assert part.far == (5, 6, 7)
    assert np.allclose(part.shares, np.array(WAY) / np.mean(WAY[5:]), atol=0.06)


def test_the_head_has_to_be_straight_at_first() -> None:
    turned_away = burst(way(Turn.RIGHT, 40, [1, 1, 1, 1, 0.6, 0.3, 0, 0]))
    assert judge_movement(turned_away, [Turn.LEFT]).problems == (MovementProblem.NOT_STRAIGHT,)


@pytest.mark.parametrize("turn", Turn)
def test_somebody_who_holds_the_phone_low_passes(turn: Turn) -> None:
    stands = [replace(stand, pitch=stand.pitch + 15) for stand in way(turn, 30)]
    assert judge_movement(burst(stands), [turn]).passed


def test_one_measure_alone_is_not_enough() -> None:
    head, picture = burst(way(Turn.LEFT, 32)), burst(way(Turn.LEFT, 32), is_flat=True)
    mixed = tuple(
        replace(one, points=other.points) for one, other in zip(head.frames, picture.frames, strict=True)
    )
    result = judge_movement(BurstReading(mixed, (), with_mesh=True), [Turn.LEFT])
    assert result.problems == (MovementProblem.MEASURES_DIFFER,)


def test_without_the_mesh_the_five_points_need_more() -> None:
    little, much = (burst(way(Turn.LEFT, degrees), with_mesh=False) for degrees in (17, 26))
    assert judge_movement(little, [Turn.LEFT]).problems == (MovementProblem.TOO_LITTLE,)
    assert judge_movement(burst(way(Turn.LEFT, 17)), [Turn.LEFT]).passed
    assert judge_movement(much, [Turn.LEFT]).passed


def test_frames_in_which_the_mesh_sees_no_face_do_not_count() -> None:
    reading = burst(way(Turn.LEFT, 32))
    frames = [replace(f, mesh=None) if n in (5, 7) else f for n, f in enumerate(reading.frames)]
    result = judge_movement(BurstReading(tuple(frames), (), with_mesh=True), [Turn.LEFT])
    assert result.passed
    assert result.turned == (6,)
    blind = tuple(replace(f, mesh=None) for f in reading.frames)
    result = judge_movement(BurstReading(blind, (), with_mesh=True), [Turn.LEFT])
    assert result.problems == (MovementProblem.NO_FACE,)


def test_a_movement_needs_six_frames_and_two_need_twelve() -> None:
    reading = burst(way(Turn.LEFT, 32))
    short = replace(reading, frames=reading.frames[:5])
    assert judge_movement(short, [Turn.LEFT]).problems == (MovementProblem.TOO_FEW,)
    assert judge_movement(reading, [Turn.LEFT, Turn.UP]).problems == (MovementProblem.TOO_FEW,)


def test_a_burst_with_problems_shows_no_movement() -> None:
    reading = replace(burst(way(Turn.LEFT, 32)), problems=(MovementProblem.JUMPED,))
    result = judge_movement(reading, [Turn.LEFT])
    assert result.problems == (MovementProblem.JUMPED,)
    assert not result.passed


def test_frontal_frames_are_those_before_the_turn() -> None:
    result = judge_movement(burst(way(Turn.LEFT, 32)), [Turn.LEFT])
    assert result.frontal == (0, 1, 2)
    assert result.straight in result.frontal
