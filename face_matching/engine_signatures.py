"""Whether embeddings are what a named engine makes: held against what its embeddings have in common.

The numbers are measured on LFW (697 photos of 160 people in lfw10 and lfw150gray, 2026-11-21) by
``python -m benchmarks.foreign_embeddings ../shared/faces/lfw10 ../shared/faces/lfw150gray``, for the people
that the directions were not made from:

* FaceNet uses about 50 of its 512 dimensions for faces. Of an embedding's length at most 0.0012 lies in the
  eight directions of ``FACENET_1_EMPTY``, however the face was cut out; of a vector that has nothing to do
  with FaceNet about 0.125, and less than ``most`` once in 50 million.
* That does not tell an embedding from the same one with all signs turned. But the network's last layer adds
  one vector to whatever it sees, and a part of that lies outside of the dimensions for faces: every embedding
  has 0.0010 to 0.0020 of its length along ``FACENET_1_LEAN``, one with its signs turned the same below zero,
  and one that a mean was taken off about nothing.
* All embeddings of dlib point much the same way: 0.84 to 0.95 of the length along ``DLIB_1_MEAN``, where
  vectors of another origin have 0 and a spread of 0.09.
* ``others_at_most`` is what 99 % of pairs of two people stay below, and ``others_usual`` half-way from their
  mean to it. A class in which the mean pair looks more alike than that was not told apart by this engine.
* ``same_at_least`` is the same 99 %: where two embeddings of one student are on average no more alike than
  the likest strangers, they are not of one student.
"""

from __future__ import annotations

import math
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from face_matching.engine_signature_directions import DLIB_1_MEAN, FACENET_1_EMPTY, FACENET_1_LEAN
from face_matching.errors import UnknownPolicyError
from face_matching.similarity import Embeddings, cosine_similarity

MOST_COMPARED = 2000  # embeddings whose pairs are all compared; where there are more, of every so many people
NOISE_ALLOWED = (
    3.0  # times what rounding can have done to one direction, as seen in those that should be empty
)
LEAST_PEOPLE = 5  # from here on a mean over pairs of people says something


@dataclass(frozen=True)
class Fingerprint:
    """What the embeddings of one engine have in common.

    Attributes:
        engine: versioned name.
        dimension: how many numbers an embedding has.
        text: the directions, as ``fingerprint_directions`` writes them.
        least: lowest part of an embedding's length in the directions (along it, where it is one).
        most: highest part.
        lengths: shortest and longest that the network itself gives.
        others_usual: mean cosine of two people from which on a file is worth a word.
        others_at_most: and from which on it is not this engine's.
        same_usual: mean cosine of one person's embeddings below which a file is worth a word.
        same_at_least: and below which they are not of one person.
        lean: the direction that all embeddings lean to, written as ``text``; empty where ``text`` is one.
        least_lean: lowest part of an embedding's length along it, but for rounding.
    """

    engine: str
    dimension: int
    text: str
    least: float
    most: float
    lengths: tuple[float, float]
    others_usual: float
    others_at_most: float
    same_usual: float
    same_at_least: float
    lean: str = ""
    least_lean: float = 0.0

    def parts(self, embeddings: Embeddings) -> NDArray[np.float32]:
        """The part of each embedding that lies in the directions.

        Args:
            embeddings: ``(N, dimension)`` float32, rows of length 1.

        Returns:
            ``(N,)``, -1 to 1.
        """
        along = embeddings @ directions_of(self.text, self.dimension).T
        if along.shape[1] == 1:
            return np.asarray(along[:, 0], np.float32)
        return np.asarray(np.linalg.norm(along, axis=1), np.float32)

    def bears_mark(self, embeddings: Embeddings) -> NDArray[np.bool_]:
        """Which embeddings lie in the directions as this engine's do; ``(N,)``."""
        parts = self.parts(embeddings)
        return np.asarray((parts >= self.least) & (parts <= self.most))

    def leans(self, embeddings: Embeddings) -> NDArray[np.bool_]:
        """Which embeddings can lean as this engine's do; ``(N,)``, all of them where it has no lean.

        Numbers that were rounded have noise in every direction. How much, the empty ones tell, so that
        roughly rounded embeddings get the benefit of the doubt.
        """
        if not self.lean:
            return np.ones(len(embeddings), bool)
        empty = directions_of(self.text, self.dimension)
        noise = self.parts(embeddings) / math.sqrt(len(empty))
        along = embeddings @ directions_of(self.lean, self.dimension)[0]
        return np.asarray(along + NOISE_ALLOWED * noise >= self.least_lean)

    def fits(self, embeddings: Embeddings) -> NDArray[np.bool_]:
        """Which embeddings this engine can have made, as they are; ``(N,)``."""
        return self.bears_mark(embeddings) & self.leans(embeddings)


@cache
def directions_of(text: str, dimension: int) -> NDArray[np.float32]:
    """``(K, dimension)`` float32, rows of length 1, as ``fingerprint_directions`` writes them."""
    rows = np.frombuffer(b64decode(text), "<i2").astype(np.float32).reshape(-1, dimension)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


FINGERPRINTS = {
    fingerprint.engine: fingerprint
    for fingerprint in (
        Fingerprint(
            engine="facenet-1",
            dimension=512,
            text=FACENET_1_EMPTY,
            least=0.0,
            most=0.01,
            lengths=(0.99, 1.01),
            others_usual=0.25,
            others_at_most=0.44,
            same_usual=0.6,
            same_at_least=0.44,
            lean=FACENET_1_LEAN,
            least_lean=0.0007,
        ),
        Fingerprint(
            engine="dlib-1",
            dimension=128,
            text=DLIB_1_MEAN,
            least=0.75,
            most=1.0,
            lengths=(1.1, 1.8),
            others_usual=0.88,
            others_at_most=0.913,
            same_usual=0.93,
            same_at_least=0.913,
        ),
    )
}


def fingerprint_of(engine: str) -> Fingerprint:
    """The fingerprint of an engine.

    Raises:
        UnknownPolicyError: nobody has measured this engine.
    """
    try:
        return FINGERPRINTS[engine]
    except KeyError:
        known = " and ".join(FINGERPRINTS)
        raise UnknownPolicyError(f"nobody has measured the embeddings of {engine}, only of {known}") from None


@dataclass(frozen=True)
class Likeness:
    """How alike the embeddings of a file are; None where there are too few to say.

    Attributes:
        same: mean cosine of two embeddings of one person, each person counting once.
        others: mean cosine of two embeddings of two people.
        people: how many there are.
    """

    same: float | None
    others: float | None
    people: int


def likeness(embeddings: Embeddings, owners: Sequence[str]) -> Likeness:
    """How alike the embeddings of a file are.

    Args:
        embeddings: ``(N, D)`` float32, rows of length 1.
        owners: whose each is.
    """
    people = len(set(owners))
    numbered = np.unique(np.asarray(owners, dtype=str), return_inverse=True)[1]
    spread = np.flatnonzero(numbered % max(1, math.ceil(len(owners) / MOST_COMPARED)) == 0)
    numbers = numbered[spread]
    scores = cosine_similarity(embeddings[spread], embeddings[spread])
    same = numbers[:, np.newaxis] == numbers[np.newaxis]
    others = float(scores[~same].mean()) if people >= LEAST_PEOPLE else None
    np.fill_diagonal(same, val=False)
    each = [float(scores[own][:, own][same[own][:, own]].mean()) for own in _several(numbers)]
    return Likeness(float(np.mean(each)) if len(each) >= LEAST_PEOPLE else None, others, people)


def _several(numbers: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """The rows of each person who has two or more."""
    order = np.argsort(numbers, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1)
    return [group for group in groups if len(group) > 1]
