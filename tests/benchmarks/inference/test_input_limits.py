"""Limits are what nearly all pictures stay below, for each convolution of one pixel in its order."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.inference.input_limits import in_other_light, limits_of
from face_detection.runtime.openvino_core import openvino

pytestmark = pytest.mark.networks


def test_a_limit_is_exceeded_in_two_of_a_hundred_pictures() -> None:
    openvino()
    from openvino import opset13 as ops

    pixels = ops.parameter([-1, 3, 4, 4], np.uint8)
    source = ops.convert(pixels, np.float32)
    for factor in (-2.0, 1.0):
        weights = ops.constant(np.full((3, 3, 1, 1), factor / 3, np.float32))
        source = ops.convolution(source, weights, [1, 1], [0, 0], [0, 0], [1, 1])
    model = openvino().Model([source], [pixels], "two convolutions")
    pictures = [np.full((3, 4, 4), value, np.uint8) for value in range(101)]
    np.testing.assert_allclose(limits_of(model, pictures), [98, 196], rtol=1e-5)


def test_other_light_is_another_picture_of_the_same_kind() -> None:
    chip = np.random.default_rng(1).integers(0, 256, (128, 128, 3), np.uint8)
    rng = np.random.default_rng(2)
    changed = [in_other_light(chip, rng) for _ in range(20)]
    assert {(each.shape, each.dtype) for each in changed} == {(chip.shape, chip.dtype)}
    assert len({each.tobytes() for each in (chip, *changed)}) == 21
