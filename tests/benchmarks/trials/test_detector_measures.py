"""Counts of faces found, lost and false, on detectors that answer as told."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from benchmarks.trials.detector_measures import (
    PortraitPhoto,
    false_shares,
    found_share,
    processor_times,
    spread_of,
    subject,
)
from face_detection.values import Face, Photo

PHOTO = Photo(np.zeros((10, 10, 3), np.uint8), (10, 10))


class Told:
    """Answers with the faces that a rule gives for the photo."""

    name = "told"

    def __init__(self, rule: Callable[[Photo], tuple[Face, ...]]) -> None:
        self.detect = rule


def face(left: float, confidence: float = 1.0) -> Face:
    return Face(np.array([left, 0, left + 10, 10], np.float32), confidence, np.zeros((5, 2), np.float32))


def test_the_spread_is_relative_to_the_distance_of_the_eyes() -> None:
    still = np.array([[0, 0], [10, 0], [5, 5], [2, 8], [8, 8]], np.float32)
    aside = np.array([1, 0], np.float32)
    moved = np.stack([still - aside, still + aside])
    assert spread_of(moved) == pytest.approx(0.1)
    assert spread_of(np.stack([still, still])) == 0


def test_the_subject_is_the_face_that_covers_the_expected_one() -> None:
    wrong, right = face(40), face(1)
    assert subject(Told(lambda _: (wrong, right)), PHOTO, face(0)) is right
    assert subject(Told(lambda _: (wrong,)), PHOTO, face(0)) is None
    assert subject(Told(lambda _: ()), PHOTO, face(0)) is None


def test_found_and_false_faces_are_counted() -> None:
    bright = Photo(np.full((10, 10, 3), 9, np.uint8), (10, 10))
    sees_bright = Told(lambda photo: (face(0, 0.7),) if photo.pixels.any() else ())
    photos = [
        PortraitPhoto("A", bright, face(2)),
        PortraitPhoto("B", PHOTO, face(0)),
        PortraitPhoto("C", bright, face(9)),
    ]
    assert found_share(sees_bright, photos).value == pytest.approx(1 / 3)
    every, certain = false_shares(sees_bright, [bright, PHOTO, PHOTO, PHOTO], (0.0, 0.85))
    assert every.value == 0.25
    assert certain.value == 0
    assert certain.high > 0.4


def test_the_slower_detector_takes_more_time() -> None:
    def slow(_: Photo) -> tuple[Face, ...]:
        sum(range(200_000))
        return ()

    quick, long = processor_times([Told(lambda _: ()), Told(slow)], [PHOTO, PHOTO])
    assert quick < long
