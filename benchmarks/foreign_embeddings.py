"""What embeddings of another system are worth, and by which marks one tells that an engine made them.

    python -m benchmarks.foreign_embeddings FOLDER [FOLDER ...]

Each photo's face is embedded as this program does and as others that use the same network do: cut out as
keras-facenet does (the box with 16 pixels more on each side, stretched), cut out at the box, and both with
blue and red exchanged (OpenCV's order, never put right). The first table compares them; TAR is that of our
own photos searched in the other system's templates. The second one says how the embeddings of one engine
lie, and the third how FaceNet's lean, which `face_matching/engine_signatures.py` holds files against; the
directions there are printed below them.
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

CROP_SIDE = 160  # of FaceNet
KERAS_FACENET_MARGIN = 16  # keras_facenet.FaceNet.crop: a tenth of 160 pixels
FMR = 1e-3
DIRECTIONS = 8  # that FaceNet leaves empty: a vector of another model keeps out of them once in 50 million
EMPTY_BELOW = 0.01  # of the largest singular value; between the two kinds lies a factor of 28
LEAN_ABOVE = 5e-4  # of the largest singular value: axes below hold nothing but noise
SEED = 20261121
WIDTH = 110

Rows = NDArray[np.float32]


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
def main(folders: tuple[Path, ...]) -> None:
    """Measure and print."""
    console = Console(width=WIDTH)
    with plain_errors():
        photos = labelled_photos(folders)
        facenet, dlib = (pipeline_for(engine, "mtcnn") for engine in ("facenet", "dlib"))
        people, ways, descriptors = _embedded(photos, facenet, dlib)
        console.print(_worth(ways, people))
        console.print(_lie({"facenet-1": ways["ours"], "dlib-1": descriptors}, people))
        console.print(_leans(ways, people))
        console.print("facenet-1, directions that stay empty:", _text(empty_directions(ways["ours"])))
        console.print("facenet-1, the direction that all lean to:", _text(lean_direction(ways["ours"])))
        console.print("dlib-1, the mean direction:", _text(mean_direction(descriptors)))


def stretched(photo: Photo, face: Face, margin: int) -> Pixels:
    """The box with so many pixels more on each side, as far as the photo goes, stretched to the crop."""
    x1, y1, x2, y2 = (round(float(value)) for value in face.box)
    part = photo.pixels[max(0, y1 - margin) : y2 + margin, max(0, x1 - margin) : x2 + margin]
    method = cv2.INTER_AREA if part.shape[0] > CROP_SIDE else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(part, (CROP_SIDE, CROP_SIDE), interpolation=method), np.uint8)


def blue_first(cut: Callable[[Photo, Face], Pixels]) -> Callable[[Photo, Face], Pixels]:
    """The same cut with red and blue exchanged."""
    return lambda photo, face: np.ascontiguousarray(cut(photo, face)[:, :, ::-1])


def empty_directions(embeddings: Rows) -> Rows:
    """``(DIRECTIONS, D)``: unit vectors, at right angles, that the embeddings hardly have a part in."""
    _, values, axes = np.linalg.svd(embeddings.astype(float), full_matrices=False)
    used = axes[values >= EMPTY_BELOW * values[0]]
    drawn = np.random.default_rng(SEED).standard_normal((DIRECTIONS, embeddings.shape[1]))
    outside = drawn - drawn @ used.T @ used
    return np.linalg.qr(outside.T)[0].T.astype(np.float32)


def lean_direction(embeddings: Rows) -> Rows:
    """``(1, D)``: the unit vector along which all embeddings lie equally far, where there is one.

    The last layer of FaceNet adds the same vector to all that it makes of faces; a part of that lies outside
    of the dimensions that faces use, and so is of one sign in every embedding.
    """
    ones = np.ones(len(embeddings))
    found = np.linalg.lstsq(embeddings.astype(float), ones, rcond=LEAN_ABOVE)[0][np.newaxis]
    return np.asarray(found / np.linalg.norm(found), np.float32)


def mean_direction(embeddings: Rows) -> Rows:
    """``(1, D)``: the unit vector that the embeddings have in common."""
    mean = embeddings.mean(axis=0, keepdims=True)
    return np.asarray(mean / np.linalg.norm(mean), np.float32)


def _embedded(
    photos: Sequence[LabelledPhoto], facenet: FacePipeline, dlib: FacePipeline
) -> tuple[NDArray[np.intp], dict[str, Rows], Rows]:
    """Who is on each photo, FaceNet's embeddings of each cut, and dlib's."""
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
    identities, descriptors = [], []
    for labelled in photos:
        photo = decode(labelled.path.read_bytes(), longest_side=QUICK_SIDE)
        face = central_face(photo, facenet.detector.detect(photo))
        if face is None:
            continue
        identities.append(labelled.identity)
        chips = np.stack([cut(photo, face) for cut in cuts.values()])
        for way, row in zip(cuts, network.embed_chips(chips), strict=True):
            rows[way].append(row)
        descriptors.append(dlib.engine.embed(photo, [face])[0])
    return numbered(identities), {way: np.stack(own) for way, own in rows.items()}, np.stack(descriptors)


def _stretch(margin: int) -> Callable[[Photo, Face], Pixels]:
    return lambda photo, face: stretched(photo, face, margin)


def _worth(ways: dict[str, Rows], people: NDArray[np.intp]) -> Table:
    """What each way of cutting costs, with our own photos as what is searched with."""
    table = Table("templates cut out as", title="FaceNet's templates of another system")
    for heading in ("cosine to ours", "lowest 5 %", "same person", "others", f"TAR % at FMR {FMR:g}"):
        table.add_column(heading, justify="right")
    for way, templates in ways.items():
        own = (templates * ways["ours"]).sum(axis=1)
        same, other = _pairs(ways["ours"] @ templates.T, people)
        tar = float((same >= np.quantile(other, 1 - FMR)).mean())
        numbers = (own.mean(), np.quantile(own, 0.05), same.mean(), other.mean())
        table.add_row(way, *(f"{number:.3f}" for number in numbers), f"{tar * 100:.1f}")
    return table


def _lie(engines: dict[str, Rows], people: NDArray[np.intp]) -> Table:
    """How an engine's embeddings lie: found on one half of the people, told of the other half."""
    table = Table("engine", title="How the embeddings of an engine lie (people of half 1)")
    for heading in ("same person", "others", "others, 99 %", "part in the directions: lowest", "highest"):
        table.add_column(heading, justify="right")
    half = np.array([half_of(str(person)) for person in people])
    for engine, rows in engines.items():
        found = empty_directions if engine == "facenet-1" else mean_direction
        directions = found(rows[half == 0])
        told = rows[half == 1]
        part = np.linalg.norm(told @ directions.T, axis=1)
        same, other = _pairs(told @ told.T, people[half == 1])
        numbers = (same.mean(), other.mean(), np.quantile(other, 0.99), part.min(), part.max())
        table.add_row(engine, *(f"{number:.4f}" for number in numbers))
    return table


def _leans(ways: dict[str, Rows], people: NDArray[np.intp]) -> Table:
    """How far FaceNet's embeddings lie along one direction that was found on the other half of the people."""
    table = Table("templates cut out as", title="How FaceNet's embeddings lean (people of half 1)")
    for heading in ("lowest", "mean", "highest"):
        table.add_column(heading, justify="right")
    half = np.array([half_of(str(person)) for person in people])
    direction = lean_direction(ways["ours"][half == 0])
    for way, rows in ways.items():
        lean = rows[half == 1] @ direction[0]
        table.add_row(way, *(f"{number:.5f}" for number in (lean.min(), lean.mean(), lean.max())))
    return table


def _pairs(scores: Rows, people: NDArray[np.intp]) -> tuple[Rows, Rows]:
    """The scores of pairs of two photos of one person, and of two people."""
    same = people[:, np.newaxis] == people[np.newaxis]
    return scores[same & ~np.eye(len(people), dtype=bool)], scores[~same]


def _text(directions: Rows) -> str:
    """Directions as the constants are written: 16 bits a number, the low ones first, in base 64."""
    scaled = directions / np.abs(directions).max(axis=1, keepdims=True) * 32767
    return b64encode(np.round(scaled).astype("<i2").tobytes()).decode()


if __name__ == "__main__":
    main()
