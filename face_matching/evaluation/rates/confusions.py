"""The worst comparisons: different people who resemble each other most, and photos least like their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.evaluation.error_rates import numbered
from face_matching.similarity import cosine_similarity


@dataclass(frozen=True)
class PhotoPair:
    """Two photos, by their rows, and the similarity of their faces."""

    first: int
    second: int
    score: float


@dataclass(frozen=True)
class WorstPairs:
    """The worst comparisons, worst first, each person or pair of people once."""

    impostor: tuple[PhotoPair, ...]
    genuine: tuple[PhotoPair, ...]


def worst_pairs(embeddings: NDArray[Any], identities: Sequence[str], most: int = 10) -> WorstPairs:
    """Find them.

    Args:
        embeddings: ``(N, D)`` float32, rows of unit length.
        identities: the person on each of the ``N`` photos.
        most: pairs of each kind.
    """
    people = numbered(identities)
    scores = cosine_similarity(embeddings, embeddings)
    first, second = np.triu_indices(len(people), k=1)
    values, same = scores[first, second], people[first] == people[second]
    return WorstPairs(
        _each_once(first[~same], second[~same], -values[~same], people, most),
        _each_once(first[same], second[same], values[same], people, most),
    )


def _each_once(
    first: NDArray[np.intp],
    second: NDArray[np.intp],
    order: NDArray[Any],
    people: NDArray[np.intp],
    most: int,
) -> tuple[PhotoPair, ...]:
    """The pairs with the lowest ``order``, which is the similarity or its negative."""
    found: dict[frozenset[int], PhotoPair] = {}
    impostor = bool(len(order)) and people[first[0]] != people[second[0]]
    for place in np.argsort(order, kind="stable"):
        one, other = int(first[place]), int(second[place])
        who = frozenset((int(people[one]), int(people[other])))
        if who not in found:
            found[who] = PhotoPair(one, other, float(-order[place] if impostor else order[place]))
        if len(found) == most:
            break
    return tuple(found.values())
