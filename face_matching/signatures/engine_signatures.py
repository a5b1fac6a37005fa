"""Checks whether embeddings were computed by a given engine, by properties that all its embeddings share.

Measured on LFW (697 photos of 160 people in lfw10 and lfw150gray, 2026-11-21) by
``python -m benchmarks.foreign_embeddings ../shared/faces/lfw10 ../shared/faces/lfw150gray``, for the people
who were not used to compute the directions:

* FaceNet uses about 50 of its 512 dimensions for faces. The projection of an embedding onto the eight
  directions of ``FACENET_1_UNUSED`` has a length of at most 0.0012, however the face was cropped; that of an
  unrelated vector about 0.125, and less than ``most`` once in 50 million.
* This does not distinguish an embedding from its negative. But the bias of the network's last layer is partly
  outside the dimensions for faces: the component along ``FACENET_1_BIAS`` is 0.0010 to 0.0020 for embeddings,
  the opposite for negated ones, and about 0 for embeddings from which a mean was subtracted.
* All embeddings of dlib have a similar direction: their component along ``DLIB_1_MEAN`` is 0.84 to 0.95, that
  of unrelated vectors 0 with a standard deviation of 0.09.
* retail-0095 uses about 150 of its 256 dimensions for faces. The projection onto ``RETAIL_1_UNUSED`` has a
  length of at most 0.0064, that of an unrelated vector about 0.18, and less than ``most`` once in 30 million.
  It has no bias outside these dimensions, so that negated embeddings of one file alone are not recognised:
  they pass for other people, and no photo matches them. With students enrolled, the import refuses them by
  their cosines.
* ``others_at_most`` is the 99th percentile of impostor pairs, ``others_usual`` the midpoint between it and
  their mean. A class whose mean pair is more similar than that was not told apart by this engine.
* ``same_at_least`` is the same percentile: if two embeddings of one student are on average no more similar
  than the most similar impostors, they are not of one student.
"""

from __future__ import annotations

import math
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from face_matching.errors import UnknownPolicyError
from face_matching.signatures.engine_signature_directions import (
    DLIB_1_MEAN,
    FACENET_1_BIAS,
    FACENET_1_UNUSED,
    RETAIL_1_UNUSED,
)
from face_matching.similarity import Embeddings, cosine_similarity

MOST_COMPARED = 2000  # embeddings whose pairs are all compared; if there are more, a subset of the people
NOISE_ALLOWED = 3.0  # multiple of the rounding noise per direction, estimated in the unused ones
LEAST_PEOPLE = 5  # minimum number of people for a meaningful mean


@dataclass(frozen=True)
class EngineSignature:
    """Properties that all embeddings of one engine share.

    Attributes:
        engine: versioned name.
        dimension: number of values in an embedding.
        directions: encoded directions, see ``engine_signature_directions``.
        least: minimum length of the projection onto the directions (signed if there is only one).
        most: maximum length of the projection.
        lengths: minimum and maximum length of the network's output before normalisation.
        others_usual: mean cosine of impostor pairs from which a warning is given.
        others_at_most: mean cosine from which the file is rejected.
        same_usual: mean cosine of genuine pairs below which a warning is given.
        same_at_least: mean cosine below which the file is rejected.
        bias: encoded direction of the network's bias; empty if there is none.
        least_bias: minimum component along the bias, apart from rounding.
    """

    engine: str
    dimension: int
    directions: str
    least: float
    most: float
    lengths: tuple[float, float]
    others_usual: float
    others_at_most: float
    same_usual: float
    same_at_least: float
    bias: str = ""
    least_bias: float = 0.0

    def projections(self, embeddings: Embeddings) -> NDArray[np.float32]:
        """The length of each embedding's projection onto the directions.

        Args:
            embeddings: ``(N, dimension)`` float32, rows of unit length.

        Returns:
            ``(N,)`` float32, -1 to 1.
        """
        along = embeddings @ directions_of(self.directions, self.dimension).T
        if along.shape[1] == 1:
            return np.asarray(along[:, 0], np.float32)
        return np.asarray(np.linalg.norm(along, axis=1), np.float32)

    def fits_directions(self, embeddings: Embeddings) -> NDArray[np.bool_]:
        """Which embeddings, ``(N, dimension)`` float32, have a plausible projection; ``(N,)`` bool."""
        lengths = self.projections(embeddings)
        return np.asarray((lengths >= self.least) & (lengths <= self.most))

    def fits_bias(self, embeddings: Embeddings) -> NDArray[np.bool_]:
        """Which embeddings, ``(N, dimension)`` float32, have a plausible bias; ``(N,)`` bool.

        Rounded values have noise in every direction. Its amount is estimated in the unused directions, so
        that coarsely rounded embeddings get the benefit of the doubt.
        """
        if not self.bias:
            return np.ones(len(embeddings), bool)
        unused = directions_of(self.directions, self.dimension)
        noise = self.projections(embeddings) / math.sqrt(len(unused))
        along = embeddings @ directions_of(self.bias, self.dimension)[0]
        return np.asarray(along + NOISE_ALLOWED * noise >= self.least_bias)

    def fits(self, embeddings: Embeddings) -> NDArray[np.bool_]:
        """Which embeddings, ``(N, dimension)`` float32, this engine can have computed; ``(N,)`` bool."""
        return self.fits_directions(embeddings) & self.fits_bias(embeddings)


@cache
def directions_of(encoded: str, dimension: int) -> NDArray[np.float32]:
    """Decode directions: ``(K, dimension)`` float32, rows of unit length."""
    rows = np.frombuffer(b64decode(encoded), "<i2").astype(np.float32).reshape(-1, dimension)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


SIGNATURES = {
    signature.engine: signature
    for signature in (
        EngineSignature(
            engine="facenet-1",
            dimension=512,
            directions=FACENET_1_UNUSED,
            least=0.0,
            most=0.01,
            lengths=(0.99, 1.01),
            others_usual=0.25,
            others_at_most=0.44,
            same_usual=0.6,
            same_at_least=0.44,
            bias=FACENET_1_BIAS,
            least_bias=0.0007,
        ),
        EngineSignature(
            engine="dlib-1",
            dimension=128,
            directions=DLIB_1_MEAN,
            least=0.75,
            most=1.0,
            lengths=(1.1, 1.8),
            others_usual=0.88,
            others_at_most=0.913,
            same_usual=0.93,
            same_at_least=0.913,
        ),
        EngineSignature(
            engine="retail-1",
            dimension=256,
            directions=RETAIL_1_UNUSED,
            least=0.0,
            most=0.015,
            lengths=(8.0, 21.0),
            others_usual=0.14,
            others_at_most=0.264,
            same_usual=0.5,
            same_at_least=0.264,
        ),
    )
}


def signature_of(engine: str) -> EngineSignature:
    """The signature of an engine.

    Raises:
        UnknownPolicyError: there is no signature for this engine.
    """
    try:
        return SIGNATURES[engine]
    except KeyError:
        known = " and ".join(SIGNATURES)
        raise UnknownPolicyError(f"there is no signature of {engine}, only of {known}") from None


@dataclass(frozen=True)
class MeanSimilarities:
    """The mean similarities of the embeddings in a file; None if there are too few.

    Attributes:
        same: mean cosine of genuine pairs, each person counting once.
        others: mean cosine of impostor pairs.
        people: number of people.
    """

    same: float | None
    others: float | None
    people: int


def mean_similarities(embeddings: Embeddings, owners: Sequence[str]) -> MeanSimilarities:
    """The mean similarities of genuine and impostor pairs.

    Args:
        embeddings: ``(N, D)`` float32, rows of unit length.
        owners: the person of each row.
    """
    people = len(set(owners))
    numbered = np.unique(np.asarray(owners, dtype=str), return_inverse=True)[1]
    chosen = np.flatnonzero(numbered % max(1, math.ceil(len(owners) / MOST_COMPARED)) == 0)
    numbers = numbered[chosen]
    scores = cosine_similarity(embeddings[chosen], embeddings[chosen])
    same = numbers[:, np.newaxis] == numbers[np.newaxis]
    others = float(scores[~same].mean()) if people >= LEAST_PEOPLE else None
    np.fill_diagonal(same, val=False)
    each = [float(scores[own][:, own][same[own][:, own]].mean()) for own in _several(numbers)]
    return MeanSimilarities(float(np.mean(each)) if len(each) >= LEAST_PEOPLE else None, others, people)


def _several(numbers: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """The rows of each person with at least two."""
    order = np.argsort(numbers, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1)
    return [group for group in groups if len(group) > 1]
