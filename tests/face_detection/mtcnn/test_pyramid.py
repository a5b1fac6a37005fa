"""Every size of a photo lies on the canvas by itself, and P-Net sees none of its neighbours."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from face_detection.mtcnn.networks import p_net
from face_detection.mtcnn.pyramid import STRIDE, WINDOW, Pyramid
from face_detection.mtcnn.weights import read_weights
from face_detection.runtime.openvino_runtime import Network, Runtime


@pytest.fixture(scope="module")
def network() -> Network:
    return Runtime(precision="f32").compile(p_net(read_weights("pnet"), whole=False))


sides = st.integers(12, 700)


@given(sides, sides, st.floats(12, 80))
def test_levels_lie_apart_on_the_stride_inside_the_canvas(height: int, width: int, face: float) -> None:
    pyramid = Pyramid.of(height, width, face)
    taken = np.zeros(pyramid.shape, int)
    for level in pyramid.levels:
        assert level.top % STRIDE == level.left % STRIDE == 0
        assert min(level.height, level.width) >= WINDOW
        # With the pixel to the right and below, so that the mask has room.
        taken[level.top : level.top + level.height + 1, level.left : level.left + level.width + 1] += 1
    assert taken.max(initial=0) <= 1
    assert sum((lv.height + 1) * (lv.width + 1) for lv in pyramid.levels) == taken.sum()


@given(sides, sides)
def test_sizes_shrink_until_the_window_no_longer_fits(height: int, width: int) -> None:
    pyramid = Pyramid.of(height, width, 20)
    scales = [level.scale for level in pyramid.levels]
    np.testing.assert_allclose(scales, 0.6 * 0.709 ** np.arange(len(scales)))
    assert int(min(height, width) * 0.6 * 0.709 ** len(scales)) < WINDOW


@pytest.mark.networks
def test_one_pass_sees_what_a_pass_for_each_size_sees(network: Network) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (151, 203, 3), dtype=np.uint8)
    pyramid = Pyramid.of(151, 203, 20)
    canvas = pyramid.drawn(pixels, thorough=True)
    assert {level.height % 2 for level in pyramid.levels} == {0, 1}
    together, faces = network(canvas, pyramid.mask(slice(0, pyramid.shape[0])))
    for level in pyramid.levels:
        cut = canvas[:, level.top : level.top + level.height, level.left : level.left + level.width]
        open_mask = np.zeros((1, 1, level.height - 2, level.width - 2), np.float32)
        alone, alone_faces = network(np.ascontiguousarray(cut), open_mask)
        rows, columns = level.cells
        np.testing.assert_allclose(together[..., rows, columns], alone, atol=1e-4)
        np.testing.assert_allclose(faces[..., rows, columns], alone_faces, atol=1e-4)


def test_a_quick_drawing_is_close_to_a_thorough_one() -> None:
    gradient = np.linspace(0, 255, 640 * 480 * 3).reshape(480, 640, 3).astype(np.uint8)
    pyramid = Pyramid.of(480, 640, 48)
    difference = pyramid.drawn(gradient).astype(np.float32) - pyramid.drawn(gradient, thorough=True)
    assert np.abs(difference).max() <= 2


def test_windows_are_twelve_pixels_and_move_by_two() -> None:
    level = Pyramid.of(100, 100, 20).levels[0]
    found = level.windows(np.array([0, 3]), np.array([0, 5]))
    np.testing.assert_array_equal(found, [[1, 1, 12, 12], [11, 7, 22, 18]])
