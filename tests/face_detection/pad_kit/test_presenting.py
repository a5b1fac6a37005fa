"""Presentations of all kinds, made of two stills."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from face_detection.pad_kit.presenting import Performer
from face_detection.pad_kit.values import Direction, Presentation, PresentationKind
from tests.face_detection.pad_kit.stills import eileen, grace

MOST_BYTES = 200_000  # of the page's one request

SAME_FRAMES = (PresentationKind.FRAME_FROZEN, PresentationKind.FRAMES_REPEATED)
"""Kinds in which a frame may have the bytes of another."""


@cache
def performer() -> Performer:
    return Performer(replace(eileen(), person="eileen"), replace(grace(), person="grace"), seed=1)


@cache
def presented(kind: PresentationKind) -> Presentation:
    return performer().present(kind, [Direction.LEFT])


def pictures(presentation: Presentation) -> list[NDArray[Any]]:
    found = [cv2.imdecode(np.frombuffer(frame, np.uint8), cv2.IMREAD_COLOR) for frame in presentation.frames]
    return [np.asarray(frame, np.int16) for frame in found if frame is not None]


@pytest.mark.parametrize("kind", PresentationKind)
def test_each_kind_is_what_a_page_sends(kind: PresentationKind) -> None:
    made = presented(kind)
    assert (made.kind, made.person, made.asked) == (kind, "eileen", (Direction.LEFT,))
    assert [frame.shape for frame in pictures(made)] == [(320, 240, 3)] * 8
    photo = cv2.imdecode(np.frombuffer(made.snapshot, np.uint8), cv2.IMREAD_COLOR)
    assert photo is not None
    assert photo.shape == (800, 600, 3)
    assert len(made.snapshot) + sum(map(len, made.frames)) <= MOST_BYTES
    steps = np.diff(made.taken)
    assert made.taken[0] == 0
    assert steps.min() >= 170
    assert steps.max() <= 250


@pytest.mark.parametrize("kind", [kind for kind in PresentationKind if kind not in SAME_FRAMES])
def test_frames_differ_as_those_of_a_camera(kind: PresentationKind) -> None:
    assert len(set(presented(kind).frames)) == 8


def test_a_frozen_frame_is_the_same_bytes_again() -> None:
    assert len(set(presented(PresentationKind.FRAME_FROZEN).frames)) == 1


def test_repeated_frames_come_in_pairs() -> None:
    frames = pictures(presented(PresentationKind.FRAMES_REPEATED))
    pairs = [float(np.abs(frames[n] - frames[n + 1]).mean()) for n in range(0, 8, 2)]
    others = [float(np.abs(frames[n] - frames[n + 1]).mean()) for n in range(1, 7, 2)]
    assert max(pairs) < min(others)


def test_the_same_seed_makes_the_same_bytes_and_another_try_others() -> None:
    again = performer().present(PresentationKind.PRINT_WAVED, [Direction.LEFT])
    assert again.frames == presented(PresentationKind.PRINT_WAVED).frames
    other = performer().present(PresentationKind.PRINT_WAVED, [Direction.LEFT], number=1)
    assert other.frames != again.frames


def test_two_movements_take_sixteen_frames() -> None:
    made = performer().present(PresentationKind.LIVE, [Direction.RIGHT, Direction.UP])
    assert len(made.frames) == 16
    assert made.taken[-1] > 3800
