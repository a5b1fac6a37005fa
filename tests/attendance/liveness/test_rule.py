"""Whether the frames beside a photo show its person, moving as the page asked."""

from __future__ import annotations

import numpy as np
import pytest

from attendance.liveness.burst_problems import BurstProblem
from attendance.liveness.rule import judge_shown
from attendance.values import LivenessResult
from face_detection.liveness.values import MovementProblem, Turn
from face_matching.same_person import BURST_THRESHOLDS
from face_matching.thresholds import POLICIES
from tests.attendance.fake_bursts import SentBurst, frame_of, sent_burst, times_of
from tests.attendance.fake_pipeline import FakePipeline, embedding_of

ME, FRIEND = 3, 7


def judged(burst: SentBurst, *asked: Turn, photo: int = ME) -> tuple[LivenessResult, tuple[str, ...]]:
    shown = judge_shown(FakePipeline(), embedding_of(photo), burst.frames, burst.taken, asked)
    assert np.linalg.norm(shown.embedding) == pytest.approx(1.0)
    return shown.result, shown.why


@pytest.mark.parametrize("turn", Turn)
def test_a_head_that_turns_as_asked_passes(turn: Turn) -> None:
    assert judged(sent_burst(ME, turn), turn) == (LivenessResult.PASSED, ())


def test_two_movements_pass_in_their_order_only() -> None:
    both = sent_burst(ME, Turn.LEFT, Turn.UP)
    assert judged(both, Turn.LEFT, Turn.UP) == (LivenessResult.PASSED, ())
    assert judged(both, Turn.UP, Turn.LEFT) == (LivenessResult.FAILED, (MovementProblem.WRONG_ORDER.value,))


def test_a_recording_of_the_other_side_fails() -> None:
    result, why = judged(sent_burst(ME, Turn.LEFT), Turn.RIGHT)
    assert (result, why) == (LivenessResult.FAILED, (MovementProblem.WRONG_WAY.value,))


def test_nothing_sent_is_nothing_shown() -> None:
    assert judged(SentBurst(), Turn.LEFT) == (LivenessResult.NOT_SHOWN, ())


@pytest.mark.parametrize("burst", [sent_burst(FRIEND, Turn.LEFT), sent_burst(ME, Turn.LEFT, then=FRIEND)])
def test_a_photo_of_one_and_the_head_of_another_fail(burst: SentBurst) -> None:
    assert judged(burst, Turn.LEFT) == (LivenessResult.FAILED, (BurstProblem.ANOTHER_PERSON.value,))


def test_frames_that_are_no_pictures_fail() -> None:
    burst = sent_burst(ME, Turn.LEFT)
    broken = SentBurst((b"no picture", *burst.frames[1:]), burst.taken)
    assert judged(broken, Turn.LEFT) == (LivenessResult.FAILED, (BurstProblem.UNREADABLE.value,))


def without(burst: SentBurst, *lost: int) -> SentBurst:
    """The burst with frames that show no face."""
    frames = list(burst.frames)
    for number in lost:
        frames[number] = frame_of(None, number=number)
    return SentBurst(tuple(frames), burst.taken)


@pytest.mark.parametrize("lost", [(1,), (3,), (5,), (7,), (6, 7), (2, 5)])
def test_a_face_that_is_lost_for_a_frame_or_two_passes(lost: tuple[int, ...]) -> None:
    assert judged(without(sent_burst(ME, Turn.LEFT), *lost), Turn.LEFT) == (LivenessResult.PASSED, ())


@pytest.mark.parametrize("lost", [(0,), (5, 6, 7)])
def test_a_face_that_is_lost_at_first_or_for_longer_fails(lost: tuple[int, ...]) -> None:
    burst = without(sent_burst(ME, Turn.LEFT), *lost)
    assert judged(burst, Turn.LEFT) == (LivenessResult.FAILED, (MovementProblem.NO_FACE.value,))


@pytest.mark.parametrize("lost", [(4,), (3, 4)])
@pytest.mark.parametrize("turn", Turn)
def test_two_photos_that_are_switched_in_frames_without_a_face_fail(
    turn: Turn, lost: tuple[int, ...]
) -> None:
    sign = 1 if turn in (Turn.LEFT, Turn.UP) else -1
    along = "yaw" if turn in (Turn.LEFT, Turn.RIGHT) else "pitch"
    frames = tuple(frame_of(ME, number=n, **{along: sign * 0.5 * (n >= 4)}) for n in range(8))
    burst = without(SentBurst(frames, times_of(frames)), *lost)
    assert judged(burst, turn) == (LivenessResult.FAILED, (MovementProblem.NO_BETWEEN.value,))


def test_another_head_after_frames_without_a_face_fails() -> None:
    burst = without(sent_burst(ME, Turn.LEFT, then=FRIEND), 4)
    assert judged(burst, Turn.LEFT) == (LivenessResult.FAILED, (BurstProblem.ANOTHER_PERSON.value,))


def test_two_movements_pass_with_some_frames_without_a_face() -> None:
    both = without(sent_burst(ME, Turn.LEFT, Turn.UP), 5, 7, 14)
    assert judged(both, Turn.LEFT, Turn.UP) == (LivenessResult.PASSED, ())
    assert judged(both, Turn.UP, Turn.LEFT) == (LivenessResult.FAILED, (MovementProblem.WRONG_ORDER.value,))


def test_repeated_and_hasty_frames_fail() -> None:
    burst = sent_burst(ME, Turn.LEFT)
    frozen = SentBurst((burst.frames[0],) * 8, burst.taken)
    assert judged(frozen, Turn.LEFT)[1] == (MovementProblem.REPEATED.value,)
    hasty = SentBurst(burst.frames, tuple(range(8)))
    assert judged(hasty, Turn.LEFT)[1] == (MovementProblem.TOO_FAST.value,)


def test_the_face_to_search_for_is_the_photos_alone_unless_the_movement_was_right() -> None:
    photo = embedding_of(ME, blend=2)
    burst = sent_burst(ME, Turn.LEFT)
    fused = judge_shown(FakePipeline(), photo, burst.frames, burst.taken, (Turn.LEFT,))
    assert fused.embedding @ embedding_of(ME) > photo @ embedding_of(ME)
    failed = judge_shown(FakePipeline(), photo, burst.frames, burst.taken, (Turn.RIGHT,))
    assert np.array_equal(failed.embedding, photo)


def test_whoever_can_decide_can_judge_bursts() -> None:
    assert set(POLICIES) <= set(BURST_THRESHOLDS)
