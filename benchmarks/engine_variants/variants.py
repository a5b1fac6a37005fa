"""The variants of each engine, and the scores of photos by each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.inference.int8 import RetailInBytes
from face_detection.dlib.engine import DlibEngine
from face_detection.engines.both_engine import DLIB_WEIGHT, BothEngine
from face_detection.facenet.engine import FaceNetEngine
from face_detection.image_embedding import Engine
from face_detection.image_preprocess import square_crop
from face_detection.retail.engine import RetailEngine
from face_detection.runtime.model_folder import find_network
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.values import Face, Photo, Pixels

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
    """Retail in f32, in bytes, and its other variants."""
    engine = RetailEngine(runtime, models)
    built = embedded(engine, subjects)
    yield Variant("retail, in f32", cosine(built, built))
    rounded = embedded(RetailInBytes(runtime, models), subjects)
    yield Variant("in bytes", cosine(rounded, rounded))
    yield Variant("in bytes, enrolled in f32", cosine(rounded, built))
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
