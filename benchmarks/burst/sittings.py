"""Faces of people who sat before one camera, as a check-in's photo and as a small frame of its burst."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.apparatus.face_folder import BenchmarkError, central_face
from face_detection.liveness.five_points import pose_of_points
from face_detection.photo import decode
from face_detection.pipeline import QUICK_SIDE, FacePipeline

PHOTO = (QUICK_SIDE, 90)
FRAME = (320, 70)
"""The longer side in pixels and the quality of JPEG of a check-in's photo, and of a frame of its burst."""

HEAD, CANVAS = (330, 402), (480, 640)
"""Pixels to which the heads of ORL are enlarged, and of the grey picture that they are put into."""


@dataclass(frozen=True, eq=False)
class Still:
    """One picture of a person before a camera.

    Attributes:
        person: who it is.
        sitting: equal for pictures of one sitting.
        yaw: tangent of the head's turn.
        photo: embeddings of the picture as a check-in's photo, by the engine's name, ``(D,)`` float32.
        frame: those of the same picture as a frame of a burst.
    """

    person: str
    sitting: str
    yaw: float
    photo: dict[str, NDArray[np.float32]]
    frame: dict[str, NDArray[np.float32]]


def webcam_stills(folder: Path, pipelines: Sequence[FacePipeline]) -> list[Still]:
    """Those of NUAA's live sequences, in their order.

    Args:
        folder: contains a folder for each person.
        pipelines: one for each engine, with one detector.

    Raises:
        BenchmarkError: there are no pictures.
    """
    return [
        still
        for path in _paths(folder, "*.jpg")
        for still in _read(path, path.stem.rpartition("_")[0], Image.open(path), pipelines)
    ]


def turned_stills(folder: Path, pipelines: Sequence[FacePipeline]) -> list[Still]:
    """Those of ORL's portraits, enlarged; all pictures of a person count as one sitting.

    Raises:
        BenchmarkError: there are no pictures.
    """
    found: list[Still] = []
    left, top = ((whole - part) // 2 for whole, part in zip(CANVAS, HEAD, strict=True))
    for path in _paths(folder, "*.pgm"):
        canvas = Image.new("RGB", CANVAS, (127, 127, 127))
        head = Image.open(path).convert("RGB").resize(HEAD, Image.Resampling.BICUBIC)
        canvas.paste(head, (left, top))
        found += _read(path, path.parent.name, canvas, pipelines)
    return found


def _paths(folder: Path, pattern: str) -> list[Path]:
    paths = sorted(folder.glob(f"*/{pattern}"))
    if not paths:
        raise BenchmarkError(f"{folder} contains no folders with {pattern}")
    return paths


def _read(
    path: Path, sitting: str, picture: Image.Image, pipelines: Sequence[FacePipeline]
) -> Iterator[Still]:
    """The still, if a face is found at both sizes."""
    found = []
    yaw = 0.0
    for side, quality in (PHOTO, FRAME):
        photo = decode(_jpeg(picture, side, quality), longest_side=QUICK_SIDE)
        face = central_face(photo, pipelines[0].detector.detect(photo))
        if face is None:
            return
        yaw = pose_of_points(face.landmarks).yaw
        found.append({each.engine_name: each.engine.embed(photo, [face])[0] for each in pipelines})
    yield Still(path.parent.name, f"{path.parent.name}/{sitting}", yaw, found[0], found[1])


def _jpeg(picture: Image.Image, side: int, quality: int) -> bytes:
    small = picture.convert("RGB")
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    data = io.BytesIO()
    small.save(data, "JPEG", quality=quality)
    return data.getvalue()
