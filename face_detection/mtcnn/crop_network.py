"""Runs R-Net and O-Net on crops of a photo: quickly for few of them, and for any number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_detection.mtcnn import geometry
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.values import Pixels

MANY_BATCHES = 4
"""Batches of a photo after which a network keeps no memory, so that the later stages have it: a crowd."""

Outputs = list[NDArray[np.float32]]


class CropNetwork:
    """A network on crops, compiled for any number of them and for some numbers, which takes half as long.

    Args:
        runtime: compiles it.
        build: the model for a number of crops; -1 means any.
        side: side of a crop in pixels.
        few: the numbers for which it is compiled, in ascending order.
        at_once: most crops that are processed together.
    """

    def __init__(
        self, runtime: Runtime, build: Callable[[int], Any], *, side: int, few: Sequence[int], at_once: int
    ) -> None:
        self._side = side
        self._at_once = at_once
        self._any = runtime.compile(build(-1))
        self._few = {count: runtime.compile_small(build(count)) for count in few}

    def __call__(self, pixels: Pixels, boxes: geometry.Boxes, memory: CropMemory | None = None) -> Outputs:
        """The network's outputs for boxes, in their order.

        Args:
            pixels: RGB uint8 ``(H, W, 3)``.
            boxes: ``(N, 4)`` float32, at least one.
            memory: what networks gave for boxes of these pixels before; boxes among them cost nothing.
        """
        if memory is None:
            return self._run(pixels, boxes)
        known = memory.get(self)
        outputs = self._run(pixels, boxes) if known is None else self._run_others(pixels, boxes, *known)
        memory[self] = boxes, outputs
        return outputs

    def _run_others(
        self, pixels: Pixels, boxes: geometry.Boxes, before: geometry.Boxes, outputs: Outputs
    ) -> Outputs:
        """The outputs for boxes of which those before need not be run again."""
        same = (boxes[:, None] == before[None]).all(axis=2)
        is_known, places = same.any(axis=1), same.argmax(axis=1)
        found = [output[places] for output in outputs]
        if not is_known.all():
            for own, new in zip(found, self._run(pixels, boxes[~is_known]), strict=True):
                own[~is_known] = new
        return found

    def _run(self, pixels: Pixels, boxes: geometry.Boxes) -> Outputs:
        starts = range(0, len(boxes), self._at_once)
        crops = (geometry.crops(pixels, boxes[start : start + self._at_once], self._side) for start in starts)
        parts = [self.of_crops(each) for each in crops]
        if len(parts) > MANY_BATCHES:
            self._any.release_memory()
        return [part[0] if len(part) == 1 else np.concatenate(part) for part in zip(*parts, strict=True)]

    def of_crops(self, crops: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
        """The network's outputs for crops.

        Args:
            crops: RGB float32 ``(N, side, side, 3)``, 0 to 255.
        """
        count = next((count for count in self._few if count >= len(crops)), None)
        return self._any(crops) if count is None else self._few[count](crops)


CropMemory = dict[CropNetwork, tuple[geometry.Boxes, Outputs]]
"""The boxes of one photo that each network was last run on, and what it gave."""
