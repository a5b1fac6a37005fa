"""Print within which limits inputs of convolutions are rounded to bytes (`benchmarks/inference/int8.py`).

    python -m benchmarks.inference.input_limits FOLDER [FOLDER ...] [--half 0]

A FOLDER contains a folder for each person. Each face is taken as it is and once in other light, colours and
sharpness, made up here, because cameras and rooms differ more than press photos do. A limit is exceeded
somewhere in 2 of 100 pictures. It is a property of the network, not of a person: one number for each
convolution, over all places, channels and faces.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from attendance.settings.settings import Settings
from benchmarks.apparatus.face_folder import labelled_photos, subject_of
from benchmarks.apparatus.recognition import pipeline_for, plain_errors
from benchmarks.inference.int8 import pointwise_convolutions, read
from face_detection.retail.engine import RETAIL, RetailEngine
from face_detection.runtime.model_folder import find_network
from face_detection.runtime.openvino_core import core, openvino
from face_detection.values import Pixels

WITHIN = 98.0
"""Percentage of pictures that stay below a limit. With 97 to 99 embeddings differ as little from f32."""

AT_ONCE = 8
SEED = 20261201


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--half", default=0, show_default=True, type=click.IntRange(0, 1))
def main(folders: tuple[Path, ...], half: int) -> None:
    """Measure and print the limits."""
    console = Console(width=110)
    with plain_errors():
        chips = list(track(_chips(folders, half), description="faces", console=console, transient=True))
    rng = np.random.default_rng(SEED)
    pictures = [each for chip in chips for each in (chip, in_other_light(chip, rng))]
    network = find_network(Settings.from_env(os.environ).models, RETAIL)
    assert network is not None
    limits = limits_of(read(network), pictures)
    console.print(f"{len(chips)} faces:")
    console.print(", ".join(f"{limit:.3g}" for limit in limits))


def limits_of(model: Any, pictures: Sequence[Pixels]) -> list[float]:
    """The limit of each convolution, in the order in which they are computed.

    Args:
        model: the network as it is stored, an ``ov.Model``.
        pictures: RGB uint8 ``(side, side, 3)``.
    """
    inputs = [node.input_value(0) for node in pointwise_convolutions(model)]
    watched = openvino().Model(inputs, model.get_parameters(), "inputs")
    compiled = core().compile_model(watched, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    largest = np.concatenate([_largest(compiled, part) for part in _parts(pictures)])
    return [float(limit) for limit in np.percentile(largest, WITHIN, axis=0)]


def in_other_light(chip: Pixels, rng: np.random.Generator) -> Pixels:
    """A face as another camera might show it in another room."""
    light = rng.uniform(0.45, 1.5) * rng.uniform(0.75, 1.25, 3)
    changed: NDArray[Any] = chip * light + rng.uniform(-25, 25)
    if rng.random() < 0.3:
        changed = cv2.GaussianBlur(changed, (0, 0), rng.uniform(0.5, 2))
    if rng.random() < 0.3:
        changed = changed + rng.normal(0, rng.uniform(2, 12), changed.shape)
    return np.asarray(np.clip(changed, 0, 255), np.uint8)


def _chips(folders: Sequence[Path], half: int) -> Iterator[Pixels]:
    pipeline = pipeline_for("retail", "mtcnn")
    assert isinstance(pipeline.engine, RetailEngine)
    for labelled in labelled_photos(folders, half):
        if (subject := subject_of(labelled.path, pipeline)) is not None:
            photo, face = subject
            yield pipeline.engine.chip(photo.pixels, face)


def _parts(pictures: Sequence[Pixels]) -> Iterator[Pixels]:
    for first in range(0, len(pictures), AT_ONCE):
        yield np.stack(pictures[first : first + AT_ONCE])


def _largest(compiled: Any, pictures: Pixels) -> NDArray[np.float32]:
    """``(pictures, convolutions)``: the largest magnitude of the input of each."""
    found = compiled([pictures])
    return np.stack([np.abs(values).max(axis=(1, 2, 3)) for values in found.values()], axis=1)


if __name__ == "__main__":
    main()
