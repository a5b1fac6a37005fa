"""Compare variants of the engines: metric, mirror image, weight, crop, edges and resolution.

    python -m benchmarks.engine_variants FOLDER [FOLDER ...] [--engine both]

A FOLDER contains a folder for each person. Each variant is compared with the actual engine on the same
bootstrap samples of people. Faces are detected by MTCNN; everything is computed in f32.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click
import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from attendance.settings.settings import Settings
from benchmarks.apparatus.face_folder import central_face, labelled_photos
from benchmarks.apparatus.recognition import engine_option, plain_errors
from face_detection.dlib.engine import DlibEngine
from face_detection.engines.both_engine import DLIB_WEIGHT, BothEngine
from face_detection.engines.model_files import ENGINE_NAMES, ModelFiles
from face_detection.face_detect import load_detector
from face_detection.facenet.engine import FaceNetEngine
from face_detection.image_embedding import Engine
from face_detection.image_preprocess import square_crop
from face_detection.photo import decode
from face_detection.retail.engine import RetailEngine
from face_detection.runtime.model_folder import find_network
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.values import Face, Photo, Pixels
from face_matching.evaluation.bootstrap import draw_people, replicate
from face_matching.evaluation.error_rates import PairScores, equal_error, numbered, tar_at_far
from face_matching.weighted_scores import Floats, WeightedScores

Subject = tuple[Photo, Face]
Rows = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Variant:
    """The scores of a variant.

    Attributes:
        name: the name of the variant.
        scores: ``(N, N)`` float64 of all pairs of photos; higher is more similar.
    """

    name: str
    scores: NDArray[np.float64]


class PlainDlib(DlibEngine):
    """Dlib without the mirror image."""

    averages_mirror = False


class MirroredFaceNet(FaceNetEngine):
    """FaceNet with the mirror image."""

    averages_mirror = True


class NarrowFaceNet(FaceNetEngine):
    """FaceNet with a smaller margin."""

    margin = 1.1

    def chip(self, pixels: Pixels, face: Face) -> Pixels:
        """Crop as the engine does, with another margin."""
        return square_crop(pixels, face.box, margin=self.margin)


class WideFaceNet(NarrowFaceNet):
    """FaceNet with a larger margin."""

    margin = 1.3


class MirroredRetail(RetailEngine):
    """Retail with the mirror image."""

    averages_mirror = True


class ExchangedRetail(RetailEngine):
    """Retail with red and blue exchanged."""

    def chip(self, pixels: Pixels, face: Face) -> Pixels:
        """Align as the engine does, and exchange the colours."""
        return np.ascontiguousarray(super().chip(pixels, face)[:, :, ::-1])


def shrunk(subject: Subject, pixels: float) -> Subject:
    """Downscale the photo so that the longer edge of the face's box has this many pixels."""
    photo, face = subject
    factor = pixels / max(face.width, face.height)
    size = max(1, round(photo.width * factor)), max(1, round(photo.height * factor))
    small = np.asarray(cv2.resize(photo.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    ratio = np.array([size[0] / photo.width, size[1] / photo.height], np.float32)
    landmarks = (face.landmarks + 0.5) * ratio - 0.5
    return Photo(small, photo.original_size), Face(face.box * np.tile(ratio, 2), 1.0, landmarks)


def cut_at_top(subject: Subject, fraction: float, *, outermost: bool) -> Subject:
    """Cut off the top of the photo at the box, optionally replicating the edge pixels."""
    photo, face = subject
    cut = max(0, round(float(face.box[1]) + fraction * face.height))
    pixels = photo.pixels[cut:]
    if outermost:
        pixels = np.asarray(cv2.copyMakeBorder(pixels, cut, 0, 0, 0, cv2.BORDER_REPLICATE), np.uint8)
        return Photo(pixels, photo.original_size), face
    shift = np.array([0, cut], np.float32)
    moved = Face(face.box - np.tile(shift, 2), 1.0, face.landmarks - shift)
    return Photo(np.ascontiguousarray(pixels), photo.original_size), moved


def embedded(engine: Engine, subjects: Sequence[Subject]) -> Rows:
    """Embeddings, ``(N, D)`` float32, rows of unit length."""
    return np.concatenate([engine.embed(photo, [face]) for photo, face in subjects])


def cosine(a: Rows, b: Rows) -> NDArray[np.float64]:
    """Cosine similarities, ``(N, N)`` float64, of rows of unit length."""
    return (a @ b.T).astype(float)


def both_variants(runtime: Runtime, models: Path, subjects: Sequence[Subject]) -> Iterator[Variant]:
    """The combined engine, each network alone, and other combinations."""
    built = embedded(BothEngine(runtime, models), subjects)
    yield Variant("both, as built", cosine(built, built))
    facenet, mirrored, dlib = (
        cosine(rows, rows)
        for rows in (
            embedded(engine(runtime, models), subjects)
            for engine in (FaceNetEngine, MirroredFaceNet, DlibEngine)
        )
    )
    yield Variant("facenet alone", facenet)
    yield Variant("dlib alone", dlib)
    for weight in (0.5, 0.7, 0.8, 0.85, 0.92, 0.95):
        yield Variant(f"weight {weight} of dlib's cosine", (1 - weight) * facenet + weight * dlib)
    joined = (1 - DLIB_WEIGHT) * mirrored + DLIB_WEIGHT * dlib
    yield Variant("with FaceNet's mirror image", joined)


def dlib_variants(runtime: Runtime, models: Path, subjects: Sequence[Subject]) -> Iterator[Variant]:
    """Dlib as built, and its variants."""
    engine, plain = DlibEngine(runtime, models), PlainDlib(runtime, models)
    built = embedded(engine, subjects)
    yield Variant("dlib, as built", cosine(built, built))
    alone = embedded(plain, subjects)
    yield Variant("without the mirror image", cosine(alone, alone))
    network = find_network(models, engine.name)
    assert network is not None
    compiled = runtime.compile(network)
    raw = np.concatenate([compiled(engine.chip(photo.pixels, face)[None])[0] for photo, face in subjects])
    distances = np.linalg.norm(raw[:, None].astype(float) - raw[None], axis=2)
    yield Variant("... and Euclidean distance of the raw output", -distances)
    for pixels in (96, 64, 48, 32):
        small = embedded(engine, [shrunk(subject, pixels) for subject in subjects])
        yield Variant(f"a face of {pixels} px against full size", cosine(small, built))


def facenet_variants(runtime: Runtime, models: Path, subjects: Sequence[Subject]) -> Iterator[Variant]:
    """FaceNet as built, and its variants."""
    engine = FaceNetEngine(runtime, models)
    built = embedded(engine, subjects)
    yield Variant("facenet, as built", cosine(built, built))
    for name, other in (
        ("with the mirror image", MirroredFaceNet),
        ("crop 1.1 times the box", NarrowFaceNet),
        ("crop 1.3 times the box", WideFaceNet),
    ):
        rows = embedded(other(runtime, models), subjects)
        yield Variant(name, cosine(rows, rows))
    for pixels in (96, 64, 48):
        small = embedded(engine, [shrunk(subject, pixels) for subject in subjects])
        yield Variant(f"a face of {pixels} px against full size", cosine(small, built))
    for fraction in (0.0, 0.1):
        for outermost in (False, True):
            cut = embedded(engine, [cut_at_top(s, fraction, outermost=outermost) for s in subjects])
            beyond = "edge pixels replicated" if outermost else "black beyond"
            yield Variant(f"{fraction:.0%} of the box cut off at the top, {beyond}", cosine(cut, built))


def retail_variants(runtime: Runtime, models: Path, subjects: Sequence[Subject]) -> Iterator[Variant]:
    """Retail as built, and its variants."""
    engine = RetailEngine(runtime, models)
    built = embedded(engine, subjects)
    yield Variant("retail, as built", cosine(built, built))
    for name, other in (
        ("with the mirror image", MirroredRetail),
        ("red and blue exchanged", ExchangedRetail),
    ):
        rows = embedded(other(runtime, models), subjects)
        yield Variant(name, cosine(rows, rows))
    for pixels in (96, 64, 48, 32):
        small = embedded(engine, [shrunk(subject, pixels) for subject in subjects])
        yield Variant(f"a face of {pixels} px against full size", cosine(small, built))


VARIANTS = {
    "retail": retail_variants,
    "both": both_variants,
    "facenet": facenet_variants,
    "dlib": dlib_variants,
}


def pairs_of(variant: Variant, identities: Sequence[str]) -> PairScores:
    """The scores of each pair of photos, once."""
    people = numbered(identities)
    first, second = np.triu_indices(len(people), k=1)
    scores = variant.scores[first, second]
    order = np.argsort(-scores, kind="stable")
    same = people[first] == people[second]
    genuine, impostor = order[same[order]], order[~same[order]]
    return PairScores(
        WeightedScores.descending(scores[genuine], np.ones(len(genuine))),
        people[first[genuine]],
        WeightedScores.descending(scores[impostor], np.ones(len(impostor))),
        np.stack([people[first[impostor]], people[second[impostor]]], axis=1),
        int(people.max()) + 1,
    )


def rates(pairs: PairScores) -> Floats:
    """EER, and TAR at FAR 1e-3 and 1e-4, in percent."""
    tars = [tar_at_far(pairs.genuine, pairs.impostor, far) for far in (1e-3, 1e-4)]
    return 100 * np.array([equal_error(pairs.genuine, pairs.impostor).rate, *tars])


def _redrawn_rates(pairs: PairScores, counts: Floats) -> Floats:
    return rates(pairs.reweighted(counts))


def found_subjects(folders: Sequence[Path], runtime: Runtime) -> tuple[list[Subject], list[str]]:
    """The photos in which a face is detected, and the people they show."""
    detector = load_detector("mtcnn", runtime)
    subjects, identities = [], []
    for labelled in labelled_photos(folders):
        photo = decode(labelled.path.read_bytes())
        face = central_face(photo, detector.detect(photo))
        if face is not None:
            subjects.append((photo, face))
            identities.append(labelled.identity)
    return subjects, identities


def table_of(variants: Iterator[Variant], identities: Sequence[str], draws: int) -> Table:
    """Rates with 95 % confidence intervals; below them, those of the difference from the first variant."""
    table = Table("variant", "EER %", "TAR % at FAR 1e-3", "at 1e-4", show_lines=True)
    counts = draw_people(int(numbered(identities).max()) + 1, draws)
    reference: Floats | None = None
    for variant in variants:
        pairs = pairs_of(variant, identities)
        values, drawn = rates(pairs), replicate(partial(_redrawn_rates, pairs), counts)
        reference = drawn if reference is None else reference
        ends = np.quantile(drawn, [0.025, 0.975], axis=0)
        change = np.quantile(drawn - reference, [0.025, 0.975], axis=0)
        cells = [
            f"{values[i]:.2f} ({ends[0, i]:.2f} to {ends[1, i]:.2f})"
            + ("" if drawn is reference else f"\n{change[0, i]:+.2f} to {change[1, i]:+.2f}")
            for i in range(3)
        ]
        table.add_row(variant.name, *cells)
    return table


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--draws", default=200, show_default=True, help="Number of bootstrap samples.")
@engine_option
def main(folders: tuple[Path, ...], draws: int, engines: tuple[str, ...]) -> None:
    """Measure and print one table per engine."""
    console = Console(width=110)
    with plain_errors():
        settings = Settings.from_env(os.environ)
        files = ModelFiles(settings.models, settings.facenet_weights, settings.retail_model)
        runtime = Runtime(settings.device, "f32")
        subjects, identities = found_subjects(folders, runtime)
        console.print(f"{len(subjects)} photos of {len(set(identities))} people.")
        for engine in engines:
            files.prepare(ENGINE_NAMES[engine])
            variants = VARIANTS[engine](runtime, settings.models, subjects)
            console.print(table_of(variants, identities, draws))


if __name__ == "__main__":
    main()
