"""Every size of a photo lies on the canvas by itself, and P-Net sees none of its neighbours."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from face_detection.mtcnn.networks import p_net
from face_detection.mtcnn.pyramid import QUICK_CANVAS, Pyramid
from face_detection.mtcnn.pyramid_level import STRIDE, WINDOW
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
    pyramid = Pyramid.of(100, 100, 20)
    second, columns = pyramid.levels[1], pyramid.level_of_cells.shape[1]
    row, column = second.top // STRIDE + 1, second.left // STRIDE + 4
    cells = np.array([0, 3 * columns + 5, row * columns + column])
    found, scales = pyramid.windows(cells, pyramid.level_of_cells.ravel()[cells])
    np.testing.assert_array_equal(found, [[1, 1, 12, 12], [11, 7, 22, 18], [9, 3, 20, 14]])
    first = pyramid.levels[0].scale
    np.testing.assert_allclose(scales[:, 0], [first, first, second.scale])


box_sides = st.floats(1, 500)
places = st.floats(-100, 800)


@given(sides, sides, st.tuples(places, places), st.tuples(box_sides, box_sides))
def test_parts_around_a_box_have_the_windows_of_whole_levels(
    height: int, width: int, corner: tuple[float, float], size: tuple[float, float]
) -> None:
    whole = Pyramid.of(height, width, 20)
    around = whole.around(np.array([*corner, *np.add(corner, size)], np.float32))
    scales = {level.scale: level for level in whole.levels}
    for number, level in enumerate(around.levels):
        assert level.whole == (scales[level.scale].height, scales[level.scale].width)
        cells = np.flatnonzero(around.level_of_cells.ravel() == number)
        rows, columns = level.cells
        assert len(cells) == (rows.stop - rows.start) * (columns.stop - columns.start) > 0
        windows, _ = around.windows(cells, np.full(len(cells), number))
        assert windows[:, :2].min() >= 1
        assert (windows[:, 2:].max(axis=0) <= (level.whole[1] + 1, level.whole[0] + 1)).all()


def test_parts_around_a_face_of_a_frame_nearly_always_fit_on_the_quick_canvas() -> None:
    draw = np.random.default_rng(1)
    sides, middles = draw.uniform(60, 160, 1000), draw.uniform((0, 0), (240, 320), (1000, 2))
    whole = Pyramid.of(320, 240, 30)
    boxes = [
        np.array([*middle - side / 2, *middle + side / 2], np.float32)
        for side, middle in zip(sides, middles, strict=True)
    ]
    assert sum(whole.around(box).shape == QUICK_CANVAS for box in boxes) >= 990


@pytest.mark.networks
def test_pnet_sees_the_same_in_parts_and_in_whole_levels(network: Network) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (321, 240, 3), dtype=np.uint8)
    whole = Pyramid.of(321, 240, 30)
    around = whole.around(np.array([150, 60, 230, 170], np.float32))
    seen = []
    for pyramid in (whole, around):
        canvas = pyramid.drawn(pixels, thorough=True)
        offsets, faces = network(canvas, pyramid.whole_mask)
        levels = pyramid.level_of_cells.ravel().astype(np.intp)
        cells = np.flatnonzero(levels >= 0)
        windows, scales = pyramid.windows(cells, levels[cells])
        outputs = np.concatenate([offsets[0], faces[0]]).reshape(6, -1)[:, cells].T
        keys = [(*window.tolist(), float(scale[0])) for window, scale in zip(windows, scales, strict=True)]
        seen.append(dict(zip(keys, outputs, strict=True)))
    everything, part = seen
    assert 100 < len(part) < len(everything) / 4
    for key, output in part.items():
        np.testing.assert_allclose(output, everything[key], atol=1e-3)
