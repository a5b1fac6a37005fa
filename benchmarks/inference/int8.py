"""Compare retail in f32 with retail in bytes, on one thread and in turn.

    python -m benchmarks.inference.int8 [--rounds 200]

Convolutions of one pixel have nine tenths of the multiplications of face-reidentification-retail-0095. In
bytes, their weights are rounded to 7 bits by output channel, their inputs to 8 bits within fixed limits. All
else stays in f32: the sums of blocks and the depthwise convolutions lose far more by rounding than they gain.
docs/engines.md has what that does to recognition, by `benchmarks.engine_variants`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from attendance.settings.settings import Settings
from benchmarks.apparatus.recognition import plain_errors
from benchmarks.apparatus.turns import medians
from face_detection.retail.engine import RetailEngine, prepare_retail
from face_detection.retail.network import CHIP_SIDE
from face_detection.runtime.openvino_core import core, openvino

LIMITS: tuple[float, ...] = (
    *(28, 18.3, 1.72, 9.23, 2.28, 15.8, 2.98, 6.76, 4, 3.67, 5.25, 10.9, 1.94, 2.39, 2.13, 6.39),
    *(2.27, 3.27, 2.78, 3.67, 3.1, 2.8, 4.91, 5.52, 6.23, 5.86, 3.62, 10.9, 6.86, 2.86, 6.6),
)
"""Largest inputs of the convolutions of one pixel, in the order in which they are computed: larger ones are
cut. Printed by ``python -m benchmarks.inference.input_limits ../shared/faces/lfwhalf`` on 2026-12-01."""

LARGEST_WEIGHT = 63
"""Processors without VNNI add two products of bytes in 16 bits, which weights of 8 bits would exceed."""

WARM_UP = 20

_LEVELS = 256
_LOWEST = 128 / 127  # bytes reach further below zero than above it


@click.command(help=__doc__)
@click.option("--rounds", default=200, show_default=True, type=click.IntRange(1))
def main(rounds: int) -> None:
    """Measure and print the times."""
    settings = Settings.from_env(os.environ)
    with plain_errors():
        network = prepare_retail(settings.models, settings.retail_model)
    chips = np.random.default_rng(1).integers(0, 256, (1, CHIP_SIDE, CHIP_SIDE, 3), np.uint8)
    ways = {"f32": _alone(read(network), chips), "bytes": _alone(round_to_bytes(read(network)), chips)}
    for name, seconds in medians(ways, rounds, WARM_UP).items():
        click.echo(f"{name}: {1000 * seconds:.2f} ms for one face")


class RetailInBytes(RetailEngine):
    """Retail with most of it in bytes."""

    def load(self) -> None:
        """See the base class."""
        with self._lock:
            if self._network is None:
                self._network = self._runtime.compile(round_to_bytes(read(self._file())))


def read(network: Path) -> Any:
    """An ``ov.Model`` of a file."""
    return core().read_model(str(network))


def _alone(model: Any, chips: NDArray[np.uint8]) -> Callable[[], object]:
    """Compute a network for one face on one thread."""
    model.reshape([1, CHIP_SIDE, CHIP_SIDE, 3])
    options = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32"}
    request = core().compile_model(model, "CPU", options).create_infer_request()
    return lambda: request.infer([chips])


def pointwise_convolutions(model: Any) -> list[Any]:
    """The nodes of convolutions of one pixel over a picture, in the order in which they are computed."""
    return [
        node
        for node in model.get_ordered_ops()
        if node.get_type_name() == "Convolution"
        and tuple(node.get_input_shape(1)[2:]) == (1, 1)
        and node.input(0).get_partial_shape()[2].get_length() > 1
    ]


def round_to_bytes(model: Any) -> Any:
    """Have OpenVINO compute the convolutions of one pixel in bytes.

    Args:
        model: the network, an ``ov.Model``, which is changed.

    Returns:
        The same network.
    """
    for node, limit in zip(pointwise_convolutions(model), LIMITS, strict=True):
        node.input(1).replace_source_output(_rounded(_weights_of(node)).output(0))
        node.input(0).replace_source_output(_cut(node.input_value(0), limit).output(0))
    model.validate_nodes_and_infer_types()
    return model


def _weights_of(convolution: Any) -> NDArray[np.float32]:
    """The weights of a convolution: ``(outputs, inputs, 1, 1)``."""
    source = convolution.input_value(1).get_node()
    while source.get_type_name() == "Convert":  # they are stored in f16
        source = source.input_value(0).get_node()
    return np.asarray(source.get_data(), np.float32)


def _rounded(weights: NDArray[np.float32]) -> Any:
    """A node with rounded weights: bytes times a scale for each output."""
    operations = openvino().opset13
    largest = np.abs(weights).max(axis=(1, 2, 3), keepdims=True)
    scales = np.maximum(largest, np.finfo(np.float32).tiny) / LARGEST_WEIGHT
    rounded = operations.constant(np.round(weights / scales).astype(np.int8))
    return operations.multiply(operations.convert(rounded, np.float32), operations.constant(scales))


def _cut(source: Any, limit: float) -> Any:
    """A node that rounds values to bytes, and cuts those beyond the limit."""
    operations = openvino().opset13
    low, high = (
        operations.constant(np.full((1, 1, 1, 1), end, np.float32)) for end in (-limit * _LOWEST, limit)
    )
    return operations.fake_quantize(source, low, high, low, high, _LEVELS)


if __name__ == "__main__":
    main()
