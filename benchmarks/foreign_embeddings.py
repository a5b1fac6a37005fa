"""Measure how useful another system's embeddings are, and which properties identify their engine.

    python -m benchmarks.foreign_embeddings FOLDER [FOLDER ...]

Each face is embedded as this program does, and as other systems with the same network do: cropped as in
keras-facenet (the box with a margin of 16 pixels, stretched), cropped to the box, and both in BGR order (not
converted from OpenCV's). The first table compares them; TAR is that of our probes searched in the other
system's templates. The second table has the projections of embeddings onto an engine's directions, the third
the projections onto FaceNet's bias; `face_matching/signatures/engine_signatures.py` checks files by these.
The directions are printed at the end.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from pathlib import Path

import click
import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.apparatus.face_folder import LabelledPhoto, central_face, labelled_photos
from benchmarks.apparatus.recognition import pipeline_for, plain_errors
from face_detection.image_embedding import NetworkEngine
from face_detection.photo import decode
from face_detection.pipeline import QUICK_SIDE, FacePipeline
from face_detection.values import Face, Photo, Pixels
from face_matching.evaluation.calibration import half_of
from face_matching.evaluation.error_rates import numbered

CROP_SIDE = 160  # FaceNet's
KERAS_FACENET_MARGIN = 16  # keras_facenet.FaceNet.crop: a tenth of 160 pixels
FMR = 1e-3
DIRECTIONS = 8  # unused by the network; unrelated vectors have no component in them once in 50 million
UNUSED_BELOW = 0.01  # relative to the largest singular value; FaceNet's two kinds differ by a factor of 28
WITH_UNUSED = ("facenet-1", "retail-1")
NOISE_BELOW = 5e-4  # relative to the largest singular value; axes below it contain only noise
SEED = 20261121
WIDTH = 110

Rows = NDArray[np.float32]


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
def main(folders: tuple[Path, ...]) -> None:
    """Measure and print the tables."""
    console = Console(width=WIDTH)
    with plain_errors():
        photos = labelled_photos(folders)
        facenet, *others = (pipeline_for(engine, "mtcnn") for engine in ("facenet", "dlib", "retail"))
        people, ways, engines = _embedded(photos, facenet, others)
        console.print(_comparison_table(ways, people))
        console.print(_projections_table(engines, people))
        console.print(_bias_table(ways, people))
        console.print("facenet-1, unused directions:", _text(unused_directions(ways["ours"])))
        console.print("facenet-1, direction of the bias:", _text(bias_direction(ways["ours"])))
        console.print("dlib-1, mean direction:", _text(mean_direction(engines["dlib-1"])))
        console.print("retail-1, unused directions:", _text(unused_directions(engines["retail-1"])))


def stretched(photo: Photo, face: Face, margin: int) -> Pixels:
    """Crop the box with a margin, clipped to the photo, and stretch it to the crop's size."""
    x1, y1, x2, y2 = (round(float(value)) for value in face.box)
    part = photo.pixels[max(0, y1 - margin) : y2 + margin, max(0, x1 - margin) : x2 + margin]
    method = cv2.INTER_AREA if part.shape[0] > CROP_SIDE else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(part, (CROP_SIDE, CROP_SIDE), interpolation=method), np.uint8)


def blue_first(cut: Callable[[Photo, Face], Pixels]) -> Callable[[Photo, Face], Pixels]:
    """The same crop in BGR order."""
    return lambda photo, face: np.ascontiguousarray(cut(photo, face)[:, :, ::-1])


def unused_directions(embeddings: Rows) -> Rows:
    """Orthonormal directions with almost no component of any embedding: ``(DIRECTIONS, D)`` float32."""
    _, values, axes = np.linalg.svd(embeddings.astype(float), full_matrices=False)
    used = axes[values >= UNUSED_BELOW * values[0]]
    drawn = np.random.default_rng(SEED).standard_normal((DIRECTIONS, embeddings.shape[1]))
    outside = drawn - drawn @ used.T @ used
    return np.linalg.qr(outside.T)[0].T.astype(np.float32)


def bias_direction(embeddings: Rows) -> Rows:
    """The unit vector along which all embeddings have the same component: ``(1, D)`` float32.

    The bias of FaceNet's last layer is partly outside the dimensions that faces use, and so has the same sign
    in all embeddings.
    """
    ones = np.ones(len(embeddings))
    found = np.linalg.lstsq(embeddings.astype(float), ones, rcond=NOISE_BELOW)[0][np.newaxis]
    return np.asarray(found / np.linalg.norm(found), np.float32)


def mean_direction(embeddings: Rows) -> Rows:
    """The normalised mean of the embeddings: ``(1, D)`` float32."""
    mean = embeddings.mean(axis=0, keepdims=True)
    return np.asarray(mean / np.linalg.norm(mean), np.float32)


def _embedded(
    photos: Sequence[LabelledPhoto], facenet: FacePipeline, others: Sequence[FacePipeline]
) -> tuple[NDArray[np.intp], dict[str, Rows], dict[str, Rows]]:
    """The person on each photo, FaceNet's embeddings for each crop, and our own of each engine."""
    margin, tight = (_stretch(KERAS_FACENET_MARGIN), _stretch(0))
    network = facenet.engine
    assert isinstance(network, NetworkEngine)
    cuts: dict[str, Callable[[Photo, Face], Pixels]] = {
        "ours": lambda photo, face: network.chip(photo.pixels, face),
        "keras-facenet's": margin,
        "the box": tight,
        "keras-facenet's, blue first": blue_first(margin),
        "the box, blue first": blue_first(tight),
    }
    rows: dict[str, list[Rows]] = {way: [] for way in cuts}
    theirs: dict[str, list[Rows]] = {pipeline.engine_name: [] for pipeline in others}
    identities = []
    for labelled in photos:
        photo = decode(labelled.path.read_bytes(), longest_side=QUICK_SIDE)
        face = central_face(photo, facenet.detector.detect(photo))
        if face is None:
            continue
        identities.append(labelled.identity)
        chips = np.stack([cut(photo, face) for cut in cuts.values()])
        for way, row in zip(cuts, network.embed_chips(chips), strict=True):
            rows[way].append(row)
        for pipeline in others:
            theirs[pipeline.engine_name].append(pipeline.engine.embed(photo, [face])[0])
    ways = {way: np.stack(own) for way, own in rows.items()}
    engines = {name: np.stack(own) for name, own in theirs.items()}
    return numbered(identities), ways, {facenet.engine_name: ways["ours"], **engines}


def _stretch(margin: int) -> Callable[[Photo, Face], Pixels]:
    return lambda photo, face: stretched(photo, face, margin)


def _comparison_table(ways: dict[str, Rows], people: NDArray[np.intp]) -> Table:
    """The effect of each crop, with our own photos as probes."""
    table = Table("templates cropped as", title="FaceNet templates of another system")
    for heading in ("cosine to ours", "lowest 5 %", "same person", "others", f"TAR % at FMR {FMR:g}"):
        table.add_column(heading, justify="right")
    for way, templates in ways.items():
        own = (templates * ways["ours"]).sum(axis=1)
        same, other = _pairs(ways["ours"] @ templates.T, people)
        tar = float((same >= np.quantile(other, 1 - FMR)).mean())
        numbers = (own.mean(), np.quantile(own, 0.05), same.mean(), other.mean())
        table.add_row(way, *(f"{number:.3f}" for number in numbers), f"{tar * 100:.1f}")
    return table


def _projections_table(engines: dict[str, Rows], people: NDArray[np.intp]) -> Table:
    """The projections of an engine's embeddings, with directions from the other half of the people."""
    table = Table("engine", title="Embeddings of each engine (people of half 1)")
    for heading in ("same person", "others", "others, 99 %", "projection: lowest", "highest"):
        table.add_column(heading, justify="right")
    half = np.array([half_of(str(person)) for person in people])
    for engine, rows in engines.items():
        found = unused_directions if engine in WITH_UNUSED else mean_direction
        directions = found(rows[half == 0])
        tested = rows[half == 1]
        part = np.linalg.norm(tested @ directions.T, axis=1)
        same, other = _pairs(tested @ tested.T, people[half == 1])
        numbers = (same.mean(), other.mean(), np.quantile(other, 0.99), part.min(), part.max())
        table.add_row(engine, *(f"{number:.4f}" for number in numbers))
    return table


def _bias_table(ways: dict[str, Rows], people: NDArray[np.intp]) -> Table:
    """The components of FaceNet's embeddings along the bias, estimated on the other half of the people."""
    table = Table("templates cropped as", title="Components along FaceNet's bias (people of half 1)")
    for heading in ("lowest", "mean", "highest"):
        table.add_column(heading, justify="right")
    half = np.array([half_of(str(person)) for person in people])
    direction = bias_direction(ways["ours"][half == 0])
    for way, rows in ways.items():
        bias = rows[half == 1] @ direction[0]
        table.add_row(way, *(f"{number:.5f}" for number in (bias.min(), bias.mean(), bias.max())))
    return table


def _pairs(scores: Rows, people: NDArray[np.intp]) -> tuple[Rows, Rows]:
    """The scores of genuine pairs and of impostor pairs."""
    same = people[:, np.newaxis] == people[np.newaxis]
    return scores[same & ~np.eye(len(people), dtype=bool)], scores[~same]


def _text(directions: Rows) -> str:
    """Encode directions as the constants are: int16, little-endian, in Base64."""
    scaled = directions / np.abs(directions).max(axis=1, keepdims=True) * 32767
    return b64encode(np.round(scaled).astype("<i2").tobytes()).decode()


if __name__ == "__main__":
    main()
