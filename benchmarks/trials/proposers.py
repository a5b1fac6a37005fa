"""YuNet and BlazeFace as detectors whose boxes O-Net regresses, as it does those of the Haar cascade."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.apparatus.face_folder import BenchmarkError
from face_detection.face_detect import Detector
from face_detection.mtcnn import geometry
from face_detection.mtcnn.candidates import Candidates
from face_detection.mtcnn.output_detector import OutputDetector
from face_detection.mtcnn.settings import MtcnnSettings
from face_detection.runtime.openvino_core import core
from face_detection.runtime.openvino_runtime import Network, Runtime
from face_detection.values import Face, Photo, Pixels

Rows = NDArray[np.float32]

YUNET_STRIDES = (8, 16, 32)
YUNET_KINDS = ("cls", "obj", "bbox", "kps")
YUNET_ABOVE = 0.6
"""Score from which YuNet proposes; O-Net decides afterwards. OpenCV's demo takes 0.9 without that."""

YUNET_ALONE_ABOVE = 0.8
"""The same where YuNet decides alone."""

BLAZE_ABOVE = 0.5  # MediaPipe's min_detection_confidence
BLAZE_STRIDES = {128: (8, 16, 16, 16), 256: (16, 32, 32, 32)}
"""Strides of the anchors by the side of the input, two anchors for each (MediaPipe's
face_detection_short_range.pbtxt and face_detection_back_desktop.pbtxt)."""

SAME_FACE = 0.3
"""Overlap from which two boxes are the same face, for both networks."""


class Proposer(Protocol):
    """Proposes boxes of faces, with landmarks if it has them."""

    def __call__(self, pixels: Pixels) -> Candidates:
        """Propose boxes in RGB uint8 ``(H, W, 3)``."""


class ProposedDetector(OutputDetector):
    """Detects faces with the boxes of some network, and O-Net's confidence and landmarks.

    Args:
        name: of the detector.
        proposer: proposes boxes.
        runtime: runs O-Net.
    """

    def __init__(self, name: str, proposer: Proposer, runtime: Runtime) -> None:
        super().__init__(runtime)
        self.name = name
        self._propose = proposer

    def _detected(self, photo: Photo, settings: MtcnnSettings) -> tuple[Face, ...]:
        pixels, scale = geometry.shrunk(photo.pixels, settings.longest_side)
        proposed = self._propose(pixels).squared()
        moved = self._output.regress(pixels, proposed.boxes).squared()
        return self._output(pixels, moved, settings).as_faces(scale)


class AloneDetector:
    """Detects faces with a network's own boxes, confidence and landmarks.

    Args:
        name: of the detector.
        proposer: proposes boxes with five landmarks.
    """

    def __init__(self, name: str, proposer: Proposer) -> None:
        self.name = name
        self._propose = proposer

    def detect(self, photo: Photo) -> tuple[Face, ...]:
        """The faces, largest first."""
        return self._propose(photo.pixels).above(YUNET_ALONE_ABOVE).as_faces(1.0)


class Steadied:
    """Detects faces with another detector, and regresses each from five placements of its box.

    Args:
        name: of the detector.
        detector: finds the boxes.
    """

    def __init__(self, name: str, detector: Detector | ProposedDetector) -> None:
        self.name = name
        self._detector = detector

    def detect(self, photo: Photo) -> tuple[Face, ...]:
        """The faces, largest first."""
        found = self._detector.detect(photo)
        return self._detector.steadied(photo, np.stack([face.box for face in found])) if found else ()


class YuNet:
    """YuNet's boxes and landmarks, at a limited size.

    Source: Wu et al., "YuNet: a tiny millisecond-level face detector", Machine Intelligence Research 20,
    2023; decoded as OpenCV's ``FaceDetectorYN`` does.

    Args:
        model: the file ``face_detection_yunet_2023mar.onnx``.
        longest_side: to which photos are downscaled.
        runtime: runs the network.

    Raises:
        BenchmarkError: the file is missing or OpenVINO can't read it.
    """

    def __init__(self, model: Path, longest_side: int, runtime: Runtime) -> None:
        self._longest_side = longest_side
        network = _read(model)
        self._outputs = [output.get_any_name() for output in network.outputs]
        network.reshape([1, 3, -1, -1])
        self._network = runtime.compile(network)

    def __call__(self, pixels: Pixels) -> Candidates:
        """Propose boxes in RGB uint8 ``(H, W, 3)``."""
        small, scale = geometry.shrunk(pixels, self._longest_side)
        height, width = (-side % YUNET_STRIDES[-1] for side in small.shape[:2])
        whole = cv2.copyMakeBorder(small, 0, height, 0, width, cv2.BORDER_CONSTANT)
        bgr = np.ascontiguousarray(whole[np.newaxis, :, :, ::-1].transpose(0, 3, 1, 2), np.float32)
        found = dict(zip(self._outputs, (rows[0] for rows in self._network(bgr)), strict=True))
        columns = whole.shape[1]
        parts = [
            yunet_candidates(
                *(found[f"{kind}_{stride}"] for kind in YUNET_KINDS), stride=stride, width=columns
            )
            for stride in YUNET_STRIDES
        ]
        every = Candidates.joined(parts).above(YUNET_ABOVE).without_overlaps(SAME_FACE)
        return Candidates(every.boxes / scale, every.scores, every.landmarks / scale)


def yunet_candidates(cls: Rows, obj: Rows, bbox: Rows, kps: Rows, *, stride: int, width: int) -> Candidates:
    """What YuNet found in each cell of one stride.

    Args:
        cls: ``(N, 1)`` float32 that it is a face.
        obj: ``(N, 1)`` float32 how well the box fits.
        bbox: ``(N, 4)`` float32 x and y of the centre in cells from the cell's corner, and logarithms of
            width and height in cells.
        kps: ``(N, 10)`` float32 x, y of five landmarks in cells from the cell's corner.
        stride: pixels of a cell.
        width: of the input in pixels.
    """
    cells = np.arange(len(cls))
    corner = np.stack([cells % (width // stride), cells // (width // stride)], axis=1).astype(np.float32)
    centres, half = (corner + bbox[:, :2]) * stride, np.exp(bbox[:, 2:]) * stride / 2
    boxes = np.concatenate([centres - half, centres + half], axis=1)
    scores = np.sqrt(cls[:, 0].clip(0, 1) * obj[:, 0].clip(0, 1))
    landmarks = (kps.reshape(-1, 5, 2) + corner[:, np.newaxis]) * stride
    return Candidates(boxes, scores, landmarks)


class BlazeFace:
    """BlazeFace's boxes; its six landmarks lack the corners of the mouth.

    Source: Bazarevsky et al., "BlazeFace: sub-millisecond neural face detection on mobile GPUs",
    arXiv:1907.05047, 2019.

    Args:
        model: a ``.tflite`` file of 128 or 256 pixels.
        runtime: runs the network.

    Raises:
        BenchmarkError: the file is missing or OpenVINO can't read it.
    """

    def __init__(self, model: Path, runtime: Runtime) -> None:
        network = _read(model)
        self._side = int(network.inputs[0].shape[1])
        self._anchors = blaze_anchors(self._side)
        self._network: Network = runtime.compile(network)

    def __call__(self, pixels: Pixels) -> Candidates:
        """Propose boxes in RGB uint8 ``(H, W, 3)``."""
        height, width = pixels.shape[:2]
        scale = self._side / max(height, width)
        size = max(1, round(width * scale)), max(1, round(height * scale))
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        square = np.zeros((1, self._side, self._side, 3), np.float32)
        square[0, : size[1], : size[0]] = small / 127.5 - 1
        boxes, logits = self._network(square)
        found = blaze_candidates(boxes[0], logits[0], self._anchors, self._side)
        kept = found.above(BLAZE_ABOVE).without_overlaps(SAME_FACE)
        return Candidates(kept.boxes / scale, kept.scores, kept.landmarks)


def blaze_anchors(side: int) -> Rows:
    """Centres of BlazeFace's anchors, ``(N, 2)`` float32 x, y, relative to the side of the input."""
    strides = BLAZE_STRIDES[side]
    found = []
    for stride in dict.fromkeys(
        strides
    ):  # layers of one stride share its cells, so their anchors are neighbours
        cells = side // stride
        down, across = np.mgrid[:cells, :cells]
        centres = (np.stack([across, down], axis=2).reshape(-1, 2) + 0.5) / cells
        found.append(np.repeat(centres, 2 * strides.count(stride), axis=0))
    return np.concatenate(found).astype(np.float32)


def blaze_candidates(boxes: Rows, logits: Rows, anchors: Rows, side: int) -> Candidates:
    """What BlazeFace found at each anchor.

    Args:
        boxes: ``(N, 16)`` float32: x and y of the centre from the anchor, width and height, in pixels of the
            input, then landmarks.
        logits: ``(N, 1)`` float32.
        anchors: ``(N, 2)`` as of ``blaze_anchors``.
        side: of the input in pixels.
    """
    centres, half = anchors * side + boxes[:, :2], boxes[:, 2:4] / 2
    scores = 1 / (1 + np.exp(-logits[:, 0].clip(-80, 80)))
    corners = np.concatenate([centres - half, centres + half], axis=1)
    return Candidates.without_landmarks(corners, scores)


def _read(model: Path) -> Any:
    if not model.is_file():
        raise BenchmarkError(f"{model} is not a file")
    try:
        return core().read_model(str(model))
    except RuntimeError as error:
        raise BenchmarkError(f"OpenVINO can't read {model}: {str(error).strip()[-300:]}") from error
