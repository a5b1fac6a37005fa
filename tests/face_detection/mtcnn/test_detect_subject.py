"""The quick search finds the subject's face as the whole search does, and every other face that counts."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from face_detection.mtcnn.crop_network import CropMemory
from face_detection.mtcnn.detector import Mtcnn
from face_detection.mtcnn.pyramid import QUICK_CANVAS, Pyramid
from face_detection.photo import decode
from face_detection.quality import CHECK_IN_LIMITS, ENROLMENT_LIMITS, QualityLimits
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.search.turning import turned
from face_detection.values import Face, Photo, Pixels
from tests.portraits import render, skimage_picture

pytestmark = pytest.mark.networks

FACE = (slice(20, 220), slice(130, 320))
"""Rows and columns of Eileen Collins's head in her portrait; the face has 111 px."""

WALL = (480, 640)


class CountingMtcnn(Mtcnn):
    """Counts how often R-Net and O-Net are run on proposals of P-Net."""

    rounds = 0

    def _settled(self, *given: object) -> object:  # type: ignore[override]
        self.rounds += 1
        return super()._settled(*given)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def mtcnn() -> CountingMtcnn:
    return CountingMtcnn(Runtime(precision="f32"))


@pytest.fixture(params=[CHECK_IN_LIMITS, ENROLMENT_LIMITS], ids=["check-in", "enrolment"])
def limits(request: pytest.FixtureRequest) -> QualityLimits:
    found: QualityLimits = request.param
    return found


def head(side: float) -> Pixels:
    """A head whose face has a side in pixels."""
    pixels = decode(skimage_picture("astronaut")).pixels[FACE]
    factor = side / 111
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=method), np.uint8)


def wall(*heads: tuple[float, int, int]) -> Photo:
    """A grey wall with heads: side of the face, top and left edge in pixels."""
    pixels = np.full((*WALL, 3), 140, np.uint8)
    for side, top, left in heads:
        one = head(side)[max(0, -top) : WALL[0] - top, max(0, -left) : WALL[1] - left]
        first_row, first_column = max(0, top), max(0, left)
        pixels[first_row : first_row + one.shape[0], first_column : first_column + one.shape[1]] = one
    return Photo(pixels, WALL)


def assert_same(quick: tuple[Face, ...], whole: tuple[Face, ...]) -> None:
    assert len(quick) == len(whole)
    for one, other in zip(quick, whole, strict=True):
        np.testing.assert_allclose(one.box, other.box, atol=0.05)
        np.testing.assert_allclose(one.landmarks, other.landmarks, atol=0.05)
        assert one.confidence == pytest.approx(other.confidence, abs=1e-4)


@pytest.mark.parametrize(
    "photo",
    [
        lambda: decode(skimage_picture("astronaut"), longest_side=640),
        lambda: wall((220, 60, 120)),
        lambda: turned(wall((220, 60, 120)), 1),
        lambda: turned(wall((220, 60, 120)), 2),
        lambda: wall((220, -90, 120)),
        lambda: wall((220, 60, -60)),
        lambda: decode(render(skimage_picture("astronaut"), brightness=0.15), longest_side=640),
        lambda: decode(render(skimage_picture("astronaut"), angle=20), longest_side=640),
        lambda: wall((70, 100, 200)),
        lambda: wall((35, 100, 200)),
        lambda: decode(skimage_picture("chelsea"), longest_side=640),
    ],
    ids=["portrait", "arm's length", "side", "upside down", "top edge", "left edge", "dark", "tilted", "far",
         "at the wall", "cat"],
)  # fmt: skip
def test_one_face_or_none_is_found_as_at_all_levels(
    mtcnn: CountingMtcnn, limits: QualityLimits, photo: Callable[[], Photo]
) -> None:
    taken = photo()
    quick = mtcnn.detect_subject(taken, limits.confidence, limits.second_face)
    assert_same(quick, mtcnn.detect(taken))


@pytest.mark.parametrize("ratio", [1.0, 0.8, 0.65, 0.5, 0.42])
def test_a_second_face_is_found_if_it_counts(
    mtcnn: CountingMtcnn, limits: QualityLimits, ratio: float
) -> None:
    two = wall((220, 60, 0), (220 * ratio, 60, 380))
    quick, whole = mtcnn.detect_subject(two, limits.confidence, limits.second_face), mtcnn.detect(two)
    assert len(whole) == 2
    if ratio > limits.second_face:
        assert_same(quick, whole)
    else:
        assert_same(quick[:1], whole[:1])


def test_a_large_face_needs_the_coarse_levels_alone(mtcnn: CountingMtcnn) -> None:
    before = mtcnn.rounds
    mtcnn.detect_subject(wall((220, 60, 120)), CHECK_IN_LIMITS.confidence, CHECK_IN_LIMITS.second_face)
    assert mtcnn.rounds == before + 1


def test_a_small_or_a_doubtful_face_needs_the_others_too(mtcnn: CountingMtcnn) -> None:
    large = wall((220, 60, 120))
    for photo, confidence in ((wall((100, 60, 120)), CHECK_IN_LIMITS.confidence), (large, 1.1)):
        before = mtcnn.rounds
        found = mtcnn.detect_subject(photo, confidence, CHECK_IN_LIMITS.second_face)
        assert mtcnn.rounds == before + 2
        assert_same(found, mtcnn.detect(photo))


def test_without_a_limit_for_second_faces_all_are_found(mtcnn: CountingMtcnn) -> None:
    two = wall((220, 60, 0), (75, 60, 380))
    assert_same(mtcnn.detect_subject(two, CHECK_IN_LIMITS.confidence, 0.0), mtcnn.detect(two))


@pytest.mark.parametrize("size", [(480, 640), (640, 480), (480, 480)])
def test_the_quick_network_proposes_what_the_other_does(mtcnn: CountingMtcnn, size: tuple[int, int]) -> None:
    pixels = np.asarray(cv2.resize(wall((220, 60, 120)).pixels, size[::-1]), np.uint8)
    coarse = Pyramid.of(*size, 0.1265 * 480).part(2)
    assert coarse.shape == QUICK_CANVAS
    elsewhere = Pyramid.of(*size, coarse.levels[0].window)
    assert elsewhere.shape != QUICK_CANVAS
    quick = mtcnn._propose.at_levels(pixels, coarse, mtcnn.settings)
    other = mtcnn._propose.at_levels(pixels, elsewhere, mtcnn.settings)
    assert len(quick.boxes) == len(other.boxes) > 0
    np.testing.assert_allclose(quick.boxes, other.boxes, atol=0.01)
    np.testing.assert_allclose(quick.scores, other.scores, atol=1e-4)


def test_boxes_that_were_run_before_give_the_same_again_and_cost_nothing(mtcnn: CountingMtcnn) -> None:
    network, pixels = mtcnn._refine._network, wall((220, 60, 120)).pixels
    edges = np.random.default_rng(1).uniform(0, 400, (9, 2))
    boxes = np.concatenate([edges, edges + 80], axis=1).astype(np.float32)
    memory: CropMemory = {}
    network(pixels, boxes[:5], memory)
    for expected, found in zip(network(pixels, boxes), network(pixels, boxes[::-1], memory), strict=True):
        np.testing.assert_allclose(found[::-1], expected, atol=1e-5)
    elsewhere = np.zeros_like(pixels)  # all are known by now, so nothing is looked at
    for expected, found in zip(network(pixels, boxes), network(elsewhere, boxes, memory), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-5)
