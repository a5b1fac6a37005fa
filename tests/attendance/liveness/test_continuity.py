"""A head goes its way frame by frame; two photos that are switched make one step of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from attendance.liveness.burst_problems import BurstProblem
from attendance.liveness.continuity import problem_of_faces
from face_detection.liveness.values import MovementPart, MovementProblem, MovementResult, Turn

ENGINE, DETECTOR = "retail-1", "mtcnn"
FAR = (5, 6, 7)
HEAD = (0.0, 0.0, 0.1, 0.4, 0.8, 1.0, 1.0, 1.0)
SWITCHED = (0.0, 0.02, 0.0, 0.03, 1.0, 0.97, 1.0, 1.02)


def faces(shares: Sequence[float], degrees: float = 40) -> np.ndarray:
    """The photo's face and those of frames that look less like it by their shares."""
    angles = np.radians(degrees) * np.array([0.0, *shares])
    return np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)


def moved(shares: Sequence[float], between: float, turn: Turn = Turn.LEFT) -> MovementResult:
    part = MovementPart(turn, FAR, between, 0, tuple(shares))
    return MovementResult((), 0, (6,), (0, 1), (part,))


def test_a_head_that_turns_is_continuous() -> None:
    assert problem_of_faces(ENGINE, DETECTOR, faces(HEAD), moved(HEAD, 0.4)) is None


@pytest.mark.parametrize("between", [0.1, 0.3])  # the pose of some frame may be unsure
def test_two_photos_are_one_step(between: float) -> None:
    found = problem_of_faces(ENGINE, DETECTOR, faces(SWITCHED), moved(SWITCHED, between))
    assert found is MovementProblem.NO_BETWEEN


def test_a_long_step_of_pose_and_looks_counts_beside_a_frame_between() -> None:
    shares = (0.0, 0.0, 0.0, 0.12, 1.0, 1.0, 1.0, 1.0)  # one frame that is a little in between
    found = problem_of_faces(ENGINE, DETECTOR, faces(shares), moved(shares, 0.12))
    assert found is MovementProblem.NO_BETWEEN
    steps = (0.0, 0.0, 0.12, 0.25, 0.75, 1.0, 1.0, 1.0)  # no clearer, and no long step
    assert problem_of_faces(ENGINE, DETECTOR, faces(steps), moved(steps, 0.12)) is None


def test_a_switch_in_frames_without_a_face_is_one_step() -> None:
    shares = (0.0, 0.02, 0.0, 1.0, 0.97, 1.02)  # two of eight frames were lost
    part = MovementPart(Turn.LEFT, (3, 4, 5), 0.1, 0, shares)
    found = problem_of_faces(ENGINE, DETECTOR, faces(shares), MovementResult((), 0, (4,), (0, 1), (part,)))
    assert found is MovementProblem.NO_BETWEEN


@pytest.mark.parametrize("lost", [3, 4, 6, 7])
def test_a_head_whose_face_is_lost_for_a_frame_is_continuous(lost: int) -> None:
    shares = [
        share for number, share in enumerate((0.0, 0.1, 0.3, 0.6, 0.9, 1.0, 1.0, 1.0)) if number != lost
    ]
    part = MovementPart(Turn.LEFT, (4, 5, 6), 0.4, 0, tuple(shares))
    moved = MovementResult((), 0, (5,), (0, 1), (part,))
    assert problem_of_faces(ENGINE, DETECTOR, faces(shares), moved) is None


@pytest.mark.parametrize(
    "shares",
    [
        (0.0, 0.0, 0.0, 0.0, 1.0, 0.5, 1.0, 1.0),  # one frame of the second photo is blurred
        (0.0, 0.0, 1.0, 1.0, 0.8, 1.0, 0.6, 1.0),
    ],
)
def test_a_frame_that_goes_back_for_a_moment_is_no_way(shares: Sequence[float]) -> None:
    found = problem_of_faces(ENGINE, DETECTOR, faces(shares), moved(shares, 0.5))
    assert found is MovementProblem.NO_BETWEEN


def test_a_head_that_comes_back_shows_its_way_then() -> None:
    shares = (0.0, 0.0, 0.05, 0.9, 1.0, 1.0, 1.0, 0.5)
    part = MovementPart(Turn.LEFT, (4, 5, 6), 0.5, 0, shares)
    moved = MovementResult((), 0, (5,), (0, 1), (part,))
    assert problem_of_faces(ENGINE, DETECTOR, faces(shares), moved) is None


def test_looks_that_change_another_way_are_not_on_the_way() -> None:
    """A frame of the first photo in other light is as unlike the photo as a head half of the way."""
    seen = np.pad(faces(SWITCHED), ((0, 0), (0, 1)))
    seen[3] = np.cos(np.radians(28)), 0.0, np.sin(np.radians(28))
    likeness = seen @ seen[0]
    assert likeness[5] < likeness[3] < likeness[1]
    found = problem_of_faces(ENGINE, DETECTOR, seen, moved(SWITCHED, 0.1))
    assert found is MovementProblem.NO_BETWEEN


def test_a_print_held_before_the_switch_counts_as_the_mean_of_its_frames() -> None:
    """By its first frame alone all others would look as if they were a quarter of the way."""
    shares = (0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0)
    looks = (0.0, 0.26, 0.26, 0.26, 1.0, 1.0, 1.0, 1.0)
    found = problem_of_faces(ENGINE, DETECTOR, faces(looks), moved(shares, 0.1))
    assert found is MovementProblem.NO_BETWEEN


def test_faces_that_never_look_less_alike_are_of_one_print() -> None:
    assert problem_of_faces(ENGINE, DETECTOR, faces(HEAD, 1), moved(HEAD, 0.12)) is None
    found = problem_of_faces(ENGINE, DETECTOR, faces(SWITCHED, 1), moved(SWITCHED, 0.12))
    assert found is MovementProblem.NO_BETWEEN


def test_a_nod_needs_no_change_of_looks() -> None:
    assert problem_of_faces(ENGINE, DETECTOR, faces(SWITCHED, 1), moved(SWITCHED, 0.1, Turn.UP)) is None


def test_another_person_is_named_first() -> None:
    found = problem_of_faces(ENGINE, DETECTOR, faces(SWITCHED, 150), moved(SWITCHED, 0.1))
    assert found is BurstProblem.ANOTHER_PERSON
