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
from tests.attendance.fake_bursts import SentBurst, sent_burst
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
