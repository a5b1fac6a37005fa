"""MTCNN's three networks as OpenVINO models, built layer by layer from their weights."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_detection.mtcnn.weights import Weights
from face_detection.runtime.openvino_core import openvino

PIXEL_MEAN = 127.5
PIXEL_SCALE = 1 / 128
"""MTCNN's input normalisation: (pixel - 127.5) / 128."""


def p_net(weights: Weights, canvas: tuple[int, int] | None = None, *, whole: bool = True) -> Any:
    """The proposal network, fully convolutional over a picture of any size, or of one size.

    Args:
        weights: as `weights.read_weights` returns them.
        canvas: the only height and width, which is faster; None means any.
        whole: whether the pixels are uint8; otherwise they are float32.

    Returns:
        ``ov.Model`` with two inputs, RGB ``(1, H, W, 3)`` 0 to 255, and a float32 mask
        ``(1, 1, H-2, W-2)`` that is 0 inside pyramid levels and very negative between them (see
        `pyramid.Pyramid.mask`). Outputs: ``(1, 4, h, w)`` offsets x1, y1, x2, y2 relative to the 12 px
        window, and ``(1, 2, h, w)`` probabilities of no face and face.
    """
    height, width = canvas or (-1, -1)
    graph = _MtcnnGraph(weights, (1, height, width, 3), np.uint8 if whole else np.float32)
    graph.convolution().prelu().masked().max_pool(2, 2, same=True)
    graph.convolution().prelu()
    graph.convolution().prelu()
    offsets = graph.head(graph.convolution_of)
    probabilities = graph.softmax(graph.head(graph.convolution_of))
    return graph.model("mtcnn_p_net", offsets, probabilities)


def r_net(weights: Weights, batch: int = -1) -> Any:
    """The refinement network.

    Args:
        weights: as `weights.read_weights` returns them.
        batch: the only number of crops, which is faster; -1 means any.

    Returns:
        ``ov.Model``: in RGB float32 ``(N, 24, 24, 3)`` 0 to 255; out ``(N, 4)`` offsets relative to
        the box, and ``(N, 2)`` probabilities of no face and face.
    """
    graph = _MtcnnGraph(weights, (batch, 24, 24, 3))
    graph.convolution().prelu().max_pool(3, 2, same=True)
    graph.convolution().prelu().max_pool(3, 2)
    graph.convolution().prelu().flatten()
    graph.dense().prelu()
    offsets = graph.head(graph.dense_of)
    probabilities = graph.softmax(graph.head(graph.dense_of))
    return graph.model("mtcnn_r_net", offsets, probabilities)


def o_net(weights: Weights, batch: int = -1) -> Any:
    """The output network.

    Args:
        weights: as `weights.read_weights` returns them.
        batch: the only number of crops, which is faster; -1 means any.

    Returns:
        ``ov.Model``: in RGB float32 ``(N, 48, 48, 3)`` 0 to 255; out ``(N, 4)`` offsets relative to the box,
        ``(N, 10)`` landmarks (five x, then five y) relative to the box, and ``(N, 2)`` probabilities
        of no face and face.
    """
    graph = _MtcnnGraph(weights, (batch, 48, 48, 3))
    graph.convolution().prelu().max_pool(3, 2, same=True)
    graph.convolution().prelu().max_pool(3, 2)
    graph.convolution().prelu().max_pool(2, 2, same=True)
    graph.convolution().prelu().flatten()
    graph.dense().prelu()
    offsets = graph.head(graph.dense_of)
    landmarks = graph.head(graph.dense_of)
    probabilities = graph.softmax(graph.head(graph.dense_of))
    return graph.model("mtcnn_o_net", offsets, landmarks, probabilities)


class _MtcnnGraph:
    """A chain of layers that takes its weights from a list, in order."""

    def __init__(self, weights: Weights, shape: tuple[int, ...], dtype: type[Any] = np.float32) -> None:
        openvino()
        self._ops: Any = import_module("openvino.opset13")
        self._weights: Iterator[NDArray[np.float32]] = iter(weights)
        self._inputs = [self._ops.parameter(list(shape), dtype, name="pixels")]
        self._height, self._width = shape[1:3]
        centred = self._ops.subtract(self._ops.convert(self._inputs[0], "f32"), np.float32(PIXEL_MEAN))
        scaled = self._ops.multiply(centred, np.float32(PIXEL_SCALE))
        self._node = self._ops.transpose(scaled, np.array([0, 3, 1, 2]))

    def convolution(self) -> _MtcnnGraph:
        self._node = self.convolution_of(self._node)
        return self

    def dense(self) -> _MtcnnGraph:
        self._node = self.dense_of(self._node)
        return self

    def prelu(self) -> _MtcnnGraph:
        self._node = self._ops.prelu(self._node, next(self._weights).reshape(-1))
        return self

    def masked(self) -> _MtcnnGraph:
        size = [side - 2 if side > 0 else side for side in (self._height, self._width)]
        mask = self._ops.parameter([1, 1, *size], np.float32, name="mask")
        self._inputs.append(mask)
        self._node = self._ops.add(self._node, mask)
        return self

    def max_pool(self, kernel: int, stride: int, *, same: bool = False) -> _MtcnnGraph:
        """Max pooling; ``same`` pads at the right and the bottom."""
        auto_pad = "same_upper" if same else "valid"
        pooled = self._ops.max_pool(
            self._node, [stride] * 2, [1, 1], [0, 0], [0, 0], [kernel] * 2, "floor", auto_pad
        )
        self._node = pooled.output(0)
        return self

    def flatten(self) -> _MtcnnGraph:
        """Flatten to ``(N, W * H * C)``: the dense layers were trained with width before height."""
        by_width = self._ops.transpose(self._node, np.array([0, 3, 2, 1]))
        self._node = self._ops.reshape(by_width, np.array([0, -1]), special_zero=True)
        return self

    def convolution_of(self, node: Any) -> Any:
        kernel = next(self._weights).transpose(3, 2, 0, 1)
        product = self._ops.convolution(node, np.ascontiguousarray(kernel), [1, 1], [0, 0], [0, 0], [1, 1])
        return self._ops.add(product, next(self._weights).reshape(1, -1, 1, 1))

    def dense_of(self, node: Any) -> Any:
        product = self._ops.matmul(node, next(self._weights), False, False)
        return self._ops.add(product, next(self._weights).reshape(1, -1))

    def head(self, layer: Any) -> Any:
        """One of several output layers on the chain's last node."""
        return layer(self._node)

    def softmax(self, node: Any) -> Any:
        return self._ops.softmax(node, 1)

    def model(self, name: str, *outputs: Any) -> Any:
        return openvino().Model([self._ops.result(node) for node in outputs], self._inputs, name)
