"""Files, times and repetitions of a burst."""

from __future__ import annotations

import numpy as np
import pytest

from face_detection.errors import PhotoError
from face_detection.liveness.burst_checks import (
    MOST_FRAME_BYTES,
    MOST_FRAMES,
    problem_of_times,
    repeats,
    require_sizes,
)
from face_detection.liveness.values import MovementProblem
from face_detection.photo import decode, encode_jpeg
from face_detection.problems import PhotoProblem
from face_detection.values import Photo
from tests.portraits import skimage_picture


@pytest.mark.parametrize(
    ("taken", "problem"),
    [
        ([0, 200, 400, 600], None),
        ([5_000, 5_080, 5_160, 5_240], None),
        ([0, 200, 210, 410], MovementProblem.TOO_FAST),
        ([0, 200, 100, 300], MovementProblem.TOO_FAST),
        ([0, 0, 0, 0], MovementProblem.TOO_FAST),
        ([0, 200, 400], MovementProblem.TOO_FAST),
        ([], MovementProblem.TOO_FAST),
        ([0, 200, 1_900, 2_100], MovementProblem.TOO_SLOW),
        ([10**30, 10**31, 10**32, 10**33], MovementProblem.TOO_SLOW),
    ],
)
def test_times(taken: list[int], problem: MovementProblem | None) -> None:
    assert problem_of_times(taken, 4) is problem


def test_a_burst_does_not_last_for_ever() -> None:
    assert problem_of_times(range(0, 16_000, 1_000), 16) is MovementProblem.TOO_SLOW


@pytest.mark.parametrize("frames", [[b""] * (MOST_FRAMES + 1), [b"", bytes(MOST_FRAME_BYTES + 1)]])
def test_what_no_page_sends_is_refused(frames: list[bytes]) -> None:
    with pytest.raises(PhotoError) as refusal:
        require_sizes(frames)
    assert refusal.value.problem is PhotoProblem.TOO_MANY_BYTES


def test_the_largest_frames_are_accepted() -> None:
    require_sizes([bytes(MOST_FRAME_BYTES)] * MOST_FRAMES)


def test_noise_of_a_camera_makes_frames_different() -> None:
    still = decode(skimage_picture("astronaut"), longest_side=320)
    noise = np.random.default_rng(1)
    frames = [_noisy(still, noise) for _ in range(4)]
    assert not repeats(frames)
    assert repeats([*frames, frames[1]])


def test_the_same_pixels_in_another_file_are_the_same_frame() -> None:
    still = decode(skimage_picture("astronaut"), longest_side=320)
    again = still.pixels.copy()
    again[0, 0] = 0
    assert repeats([still, Photo(again, still.original_size)])


def test_frames_of_another_size_are_others() -> None:
    still = decode(skimage_picture("astronaut"), longest_side=320)
    assert not repeats([still, decode(skimage_picture("astronaut"), longest_side=240)])
    assert not repeats([still])


def _noisy(photo: Photo, noise: np.random.Generator) -> Photo:
    """The photo as a camera with little noise takes it again."""
    pixels = np.clip(photo.pixels + noise.normal(0, 2, photo.pixels.shape), 0, 255).astype(np.uint8)
    return decode(encode_jpeg(pixels, 75))
