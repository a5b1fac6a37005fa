from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from face_detection.runtime.openvino_core import openvino
from face_detection.runtime.openvino_runtime import Network, Runtime

pytestmark = pytest.mark.networks

RUNTIME = Runtime(precision="f32")


def network_times(factor: float, *, swapped: bool = False) -> object:
    """A network that multiplies, then subtracts an input from another one."""
    openvino()
    from openvino import opset13 as ops

    pixels, shift = (ops.parameter([-1, 3], np.float32, name=name) for name in ("pixels", "shift"))
    scaled = ops.multiply(pixels, ops.constant(np.float32(factor)))
    result = ops.subtract(shift, scaled) if swapped else ops.subtract(scaled, shift)
    return openvino().Model([result], [pixels, shift], "scaled")


def answer_of(network: Network) -> float:
    (answer,) = network(np.ones((1, 3), np.float32), np.full((1, 3), 10, np.float32))
    return float(answer[0, 0])


def test_the_same_network_is_compiled_once() -> None:
    one, other = (RUNTIME.compile(network_times(2.0)) for _ in range(2))
    assert one.compiled is other.compiled
    assert answer_of(one) == answer_of(other) == -8


def test_another_weight_wire_or_precision_is_another_network() -> None:
    networks = [
        RUNTIME.compile(network_times(2.0)),
        RUNTIME.compile(network_times(3.0)),
        RUNTIME.compile(network_times(2.0, swapped=True)),
        Runtime(precision="bf16").compile(network_times(2.0)),
    ]
    assert len({id(network.compiled) for network in networks}) == len(networks)
    assert [answer_of(network) for network in networks[:3]] == [-8, -7, 8]


def test_a_file_that_was_written_again_is_compiled_again(tmp_path: Path) -> None:
    path = tmp_path / "network.xml"
    answers = []
    for second, factor in enumerate((2.0, 3.0)):
        openvino().save_model(network_times(factor), path, compress_to_fp16=False)
        os.utime(path, (second, second))
        answers.append(answer_of(RUNTIME.compile(path)))
        assert RUNTIME.compile(path).compiled is RUNTIME.compile(path).compiled
    assert answers == [-8, -7]
