"""Runs small networks whose inputs have fixed shapes, with little around them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore
from typing import Any

import numpy as np
from numpy.typing import NDArray

_CALLS = 2  # concurrent ones; one runs at a time, and the second one is ready to follow


class SmallNetwork:
    """A compiled network whose inputs have fixed shapes; thread-safe.

    Its inputs and outputs are bound to arrays once, because handing them over takes half as long as such a
    network.

    Args:
        compiled: OpenVINO's object.
        tensor: OpenVINO's class of tensors.
    """

    def __init__(self, compiled: Any, tensor: Callable[..., Any]) -> None:
        self._compiled = compiled
        self._tensor = tensor
        self._idle: SimpleQueue[_BoundRequest] = SimpleQueue()
        self._calls = BoundedSemaphore(_CALLS)

    def __call__(self, *inputs: NDArray[Any]) -> tuple[NDArray[np.float32], ...]:
        """Run the network once.

        Args:
            inputs: one array per input, of its element type and shape, or only the first rows of a batch.

        Returns:
            One array per output, owned by the caller, for as many as the first input has.
        """
        with self._calls:
            try:
                request = self._idle.get_nowait()
            except Empty:
                request = _BoundRequest(self._compiled, self._tensor)
            try:
                return request.run(inputs)
            finally:
                self._idle.put(request)


class _BoundRequest:
    """An inference request with arrays of its own."""

    def __init__(self, compiled: Any, tensor: Callable[..., Any]) -> None:
        self._request = compiled.create_infer_request()
        self._inputs = [np.zeros(port.shape, port.element_type.to_dtype()) for port in compiled.inputs]
        self._outputs = [np.zeros(port.shape, np.float32) for port in compiled.outputs]
        for number, array in enumerate(self._inputs):
            self._request.set_input_tensor(number, tensor(array, shared_memory=True))
        for number, array in enumerate(self._outputs):
            self._request.set_output_tensor(number, tensor(array, shared_memory=True))

    def run(self, inputs: Sequence[NDArray[Any]]) -> tuple[NDArray[np.float32], ...]:
        for own, given in zip(self._inputs, inputs, strict=True):
            own[: len(given)] = given
        self._request.infer(share_outputs=True)
        return tuple(output[: len(inputs[0])].copy() for output in self._outputs)
