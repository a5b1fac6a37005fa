"""A large photo full of faces needs little memory besides its own."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from face_detection.mtcnn import geometry
from face_detection.mtcnn.proposal_stage import ProposalStage
from face_detection.mtcnn.settings import MtcnnSettings
from face_detection.runtime.openvino_runtime import Runtime

HEIGHT, WIDTH = 2400, 3200


@contextmanager
def peak() -> Iterator[Callable[[], int]]:
    """The most memory that numpy and OpenCV had at once since the block began, in bytes."""
    tracemalloc.start()
    try:
        yield lambda: tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_crops_from_all_over_a_photo_need_no_copy_of_it() -> None:
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    corners = np.array([[0, 0], [WIDTH - 60, HEIGHT - 60]], np.float32)
    boxes = np.concatenate([corners, corners + 50], axis=1)
    with peak() as most:
        geometry.crops(pixels, boxes, 24)
        assert most() < pixels.nbytes / 10


def test_thousands_of_boxes_are_compared_a_few_at_a_time() -> None:
    random = np.random.default_rng(1)
    corners = random.uniform(0, 3000, (6000, 2)).astype(np.float32)
    boxes = np.concatenate([corners, corners + 40], axis=1)
    scores = random.uniform(0, 1, 6000).astype(np.float32)
    with peak() as most:
        geometry.suppressed(boxes, scores, 0.5)
        assert most() < 30_000_000


@pytest.mark.networks
def test_proposals_need_little_more_than_the_pyramid() -> None:
    stage = ProposalStage(Runtime())
    pixels = np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    with peak() as most:
        stage(pixels, 30.0, MtcnnSettings().for_classrooms())
        assert most() < 1.5 * pixels.nbytes
