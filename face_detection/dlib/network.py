"""Builds dlib's face descriptor as an OpenVINO model from the layers of its file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_detection.dlib.weights import Floats, Layer
from face_detection.runtime.openvino_core import openvino

CHIP_SIDE = 150
DIMENSION = 128
# Means of the file's input layer for red, green and blue; dlib divides by 256, not by 255.
_MEANS = np.array([122.782, 117.001, 104.298], np.float32).reshape(1, 3, 1, 1)
_SCALE = np.float32(1 / 256)


def build(layers: Sequence[Layer]) -> Any:
    """Build the descriptor's network.

    Args:
        layers: as returned by :func:`face_detection.dlib.weights.read`.

    Returns:
        An ``ov.Model`` from chips, RGB uint8 ``(N, 150, 150, 3)``, to ``(N, 128)`` float32, not normalised to
        unit length.
    """
    graph = _DlibGraph()
    remaining = iter(layers)
    for layer in remaining:
        graph.add(layer, remaining)
    return openvino().Model([graph.x], [graph.chips], "dlib-face-descriptor")


class _DlibGraph:
    """The network under construction; ``x`` is its last node."""

    def __init__(self) -> None:
        self.ops = openvino().opset13
        self.chips = self.ops.parameter([-1, CHIP_SIDE, CHIP_SIDE, 3], np.uint8, name="chips")
        planes = self.ops.transpose(self.ops.convert(self.chips, "f32"), [0, 3, 1, 2])
        self.x = self.ops.multiply(self.ops.subtract(planes, _MEANS), _SCALE)
        self.shortcut = self.x
        self.channels = 3

    def add(self, layer: Layer, following: Iterator[Layer]) -> None:
        """Append one layer; a convolution absorbs the affine layer that follows it."""
        if layer.kind == "con_4":
            self._convolve(layer, next(following).params)
        elif layer.kind == "relu_":
            self.x = self.ops.relu(self.x)
        elif layer.kind == "max_pool_2":
            self.x = self._pool(openvino().opset1.max_pool, self.x, layer.sizes)
            self.shortcut = self.x
        elif layer.kind == "avg_pool_2" and layer.sizes[0]:
            self.shortcut = self._pool(self.ops.avg_pool, self.shortcut, layer.sizes, exclude_pad=True)
        elif layer.kind == "avg_pool_2":
            self.x = self.ops.reduce_mean(self.x, np.array([2, 3]), keep_dims=False)
        elif layer.kind == "add_prev_":
            self._close_block(next(following))
        elif layer.kind == "fc_2":
            outputs, inputs = layer.sizes
            self.x = self.ops.matmul(self.x, layer.params.reshape(inputs, outputs), False, False)

    def _convolve(self, layer: Layer, affine: Floats) -> None:
        filters, height, width, stride_y, stride_x, pad_y, pad_x = layer.sizes
        weights, bias = layer.params[:-filters].astype(float), layer.params[-filters:].astype(float)
        gamma, beta = affine.astype(float).reshape(2, filters)
        kernel = weights.reshape(filters, self.channels, height, width) * gamma[:, None, None, None]
        pads = [pad_y, pad_x]
        convolved = self.ops.convolution(
            self.x, kernel.astype(np.float32), [stride_y, stride_x], pads, pads, [1, 1]
        )
        offset = (bias * gamma + beta).astype(np.float32).reshape(1, filters, 1, 1)
        self.x = self.ops.add(convolved, offset)
        self.channels = filters

    @staticmethod
    def _pool(pool: Any, x: Any, sizes: tuple[int, ...], **options: Any) -> Any:
        height, width, stride_y, stride_x, pad_y, pad_x = sizes
        pads = [pad_y, pad_x]
        return pool(
            x,
            strides=[stride_y, stride_x],
            pads_begin=pads,
            pads_end=pads,
            kernel_shape=[height, width],
            **options,
        )

    def _close_block(self, _relu: Layer) -> None:
        """Add the shortcut; the sum is the next block's shortcut.

        If the shapes differ, dlib pads both to the larger size of each dimension, with zeros after the last
        channel, at the bottom and at the right.
        """
        x, shortcut = _sizes(self.x), _sizes(self.shortcut)
        larger = np.maximum(x, shortcut)
        padded = self._pad(self.x, larger - x), self._pad(self.shortcut, larger - shortcut)
        self.x = self.shortcut = self.ops.relu(self.ops.add(*padded))

    def _pad(self, node: Any, missing: NDArray[np.int64]) -> Any:
        if not missing.any():
            return node
        end = np.concatenate([[0], missing]).astype(np.int64)
        zero = self.ops.constant(np.float32(0))
        return self.ops.pad(node, np.zeros(4, np.int64), end, "constant", zero)


def _sizes(node: Any) -> NDArray[np.int64]:
    """Channels, height and width of a node's output: ``(3,)`` int64."""
    shape = node.output(0).partial_shape
    return np.array([shape[axis].get_length() for axis in (1, 2, 3)], np.int64)
