"""Two pictures that are switched are two, however they are held; a head that turns is more."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from face_detection.liveness import two_pictures
from face_detection.liveness.movement import judge_movement
from face_detection.liveness.thresholds import SPREAD
from face_detection.liveness.two_pictures import spread
from face_detection.liveness.values import BurstReading, FrameReading, HeadPose, MovementProblem, Turn
from face_detection.values import Face, Photo, Pixels
from tests.face_detection.liveness.heads import burst
from tests.face_detection.liveness.test_movement import WAY, way
from tests.portraits import grace_hopper

HEIGHT, WIDTH = 320, 240
BOX = np.array([80, 90, 160, 200], np.float32)
HEAD = (0.0, 0.0, 0.1, 0.45, 0.85, 1.0, 1.0, 1.0)
SWITCHED = (0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0)


@cache
def portrait() -> Pixels:
    image = Image.open(io.BytesIO(grace_hopper())).convert("RGB")
    return np.asarray(image.resize((WIDTH, HEIGHT)))


def frame(share: float, number: int, *, wrong_box: float = 0.0) -> FrameReading:
    """A face that gets narrower and moves aside as a head does, in a hand that shakes, with noise."""
    rng = np.random.default_rng(number)
    narrow, aside, (x, y) = 1 - 0.25 * share, 12 * share, rng.normal(0, 2, 2)
    middle = 120.0
    move = np.array([[narrow, 0.1 * share, middle - narrow * middle + aside + x], [0, 1, y]])
    seen = cv2.warpAffine(portrait(), move, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
    pixels = np.clip(seen + rng.normal(0, 3, seen.shape), 0, 255).astype(np.uint8)
    right = aside + x + wrong_box
    box = (BOX + np.array([right, y, right, y])).astype(np.float32)
    face = Face(box, 1.0, np.zeros((5, 2), np.float32))
    return FrameReading(200 * number, face, HeadPose(0, 0), None, Photo(pixels, (HEIGHT, WIDTH)))


def frames(shares: Sequence[float]) -> list[FrameReading]:
    return [frame(share, number) for number, share in enumerate(shares)]


def spread_of(shares: Sequence[float]) -> float:
    return spread(frames(shares), next(number for number, share in enumerate(shares) if share > 0.5))


@pytest.mark.parametrize("shown", range(1, 8))
def test_two_pictures_are_two_whenever_they_are_switched(shown: int) -> None:
    assert spread_of([0.0] * shown + [1.0] * (8 - shown)) < SPREAD / 2


def test_two_pictures_that_are_switched_back_are_two() -> None:
    assert spread_of((0, 0, 1, 1, 1, 0, 0, 0)) < SPREAD / 2


@pytest.mark.parametrize(
    "shares", [HEAD, (0, 0, 0, 0.1, 0.35, 0.7, 0.95, 1), (0, 0, 0.3, 0.9, 1, 0.9, 0.4, 0.1)]
)
def test_a_head_that_turns_is_more_than_two_pictures(shares: Sequence[float]) -> None:
    assert spread_of(shares) > SPREAD


def test_how_long_a_head_waits_does_not_matter() -> None:
    assert spread_of([0.0] * 20 + [0.1, 0.45, 0.85] + [1.0] * 20) > SPREAD


def test_a_box_that_is_wrong_for_a_frame_does_not_matter() -> None:
    """The points and the box may lag behind in the first frame of the second picture."""
    shown = frames(SWITCHED)
    shown[3] = frame(1.0, 3, wrong_box=-10)
    assert spread(shown, 3) < SPREAD


def test_one_picture_is_not_two() -> None:
    assert spread(frames([0.0] * 8), 4) == 1
    assert spread(frames([0.0]), 0) == 1


def test_pictures_without_contrast_say_nothing() -> None:
    plain = [
        replace(each, photo=Photo(np.full((HEIGHT, WIDTH, 3), 9 * number, np.uint8), (HEIGHT, WIDTH)))
        for number, each in enumerate(frames(SWITCHED))
    ]
    assert spread(plain, 3) == 1


def test_of_many_frames_some_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = list[int]()
    found = cv2.matchTemplate

    def counted(image: Pixels, part: Pixels, method: int) -> NDArray[np.float32]:
        compared.append(1)
        return np.asarray(found(image, part, method), np.float32)

    monkeypatch.setattr(cv2, "matchTemplate", counted)
    assert spread_of([0.0] * 25 + [1.0] * 25) < SPREAD
    assert len(compared) <= two_pictures.MOST_COMPARED**2 / 2


def with_pictures(reading: BurstReading, shares: Sequence[float]) -> BurstReading:
    """The same movement of the points, on other pictures."""
    shown = [
        replace(each, photo=picture.photo, face=replace(each.face, box=picture.face.box))
        for each, picture in zip(reading.frames, frames(shares), strict=True)
    ]
    return replace(reading, frames=tuple(shown))


@pytest.mark.parametrize("with_mesh", [True, False])
def test_points_that_go_a_way_on_two_pictures_are_no_head(*, with_mesh: bool) -> None:
    reading = burst(way(Turn.LEFT, 32), with_mesh=with_mesh)
    assert judge_movement(with_pictures(reading, WAY), [Turn.LEFT]).passed
    result = judge_movement(with_pictures(reading, SWITCHED), [Turn.LEFT])
    assert result.problems == (MovementProblem.NO_BETWEEN,)


def test_a_nod_changes_a_face_too_little_for_that() -> None:
    reading = with_pictures(burst(way(Turn.UP, 32)), SWITCHED)
    assert judge_movement(reading, [Turn.UP]).passed
