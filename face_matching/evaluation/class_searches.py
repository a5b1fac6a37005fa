"""Class-relative scores of searches of made-up classes, by strangers and by students."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.errors import EvaluationError
from face_matching.face_pairs import pair_levels
from face_matching.relative_scores.class_scores import class_scores
from face_matching.relative_scores.neighbours import Neighbours
from face_matching.similarity import Embeddings, unit_rows
from face_matching.template_fusion import fuse
from face_matching.weighted_scores import Floats

SEED = 20180402


@dataclass(frozen=True, eq=False)
class EnrolledPeople:
    """People with the photos that are enrolled of them, and those that are searched.

    Attributes:
        names: the ``P`` people.
        fused: ``(P, D)`` float32, their fused templates.
        photos: for each person ``(n, D)`` float32, all photos: those of a stranger.
        enrolled: for each person, how many of them are enrolled, the first ones.
    """

    names: tuple[str, ...]
    fused: Embeddings
    photos: tuple[Embeddings, ...]
    enrolled: tuple[int, ...]

    @classmethod
    def of(cls, embeddings: NDArray[Any], identities: Sequence[str], templates: int = 2) -> EnrolledPeople:
        """Enrol the first photos of everybody.

        Args:
            embeddings: ``(N, D)`` float32, rows of unit length.
            identities: the person on each of the ``N`` photos.
            templates: how many photos to enrol; at least one is kept as a probe, if there are two.
        """
        rows, names = unit_rows(embeddings), np.asarray(identities, dtype=str)
        order = tuple(sorted(set(names.tolist())))
        photos = tuple(rows[names == name] for name in order)
        enrolled = tuple(max(1, min(templates, len(own) - 1)) for own in photos)
        alone = np.zeros(1, np.intp)
        fused = [fuse(own[:count], alone) for own, count in zip(photos, enrolled, strict=True)]
        return cls(order, np.concatenate(fused), photos, enrolled)


def classes_of(people: int, size: int, draws: int, seed: int = SEED) -> Iterator[NDArray[np.intp]]:
    """Classes drawn at random: ``(size,)`` intp, each of people who are drawn again only after all others.

    Raises:
        EvaluationError: there are not even as many strangers as students.
    """
    if people < 2 * size and people < size + 100:
        raise EvaluationError(f"{people} people are too few for classes of {size} and strangers")
    rng = np.random.default_rng(seed)
    order = rng.permutation(people)
    for _ in range(draws):
        if len(order) < size:
            order = np.concatenate([order, rng.permutation(people)])
        chosen = order[:size]
        if len(set(chosen.tolist())) < size:
            chosen = rng.permutation(people)[:size]
        order = order[size:]
        yield chosen.astype(np.intp)


def stranger_scores(people: EnrolledPeople, size: int, draws: int) -> Floats:
    """The best class-relative score of each stranger in each class.

    Args:
        people: the people, of whom those outside a class are strangers with one photo each.
        size: students in a class.
        draws: number of classes.

    Returns:
        ``(searches,)`` float64.
    """
    rng = np.random.default_rng(SEED + size)
    everybody = np.arange(len(people.names))
    best = []
    for members in classes_of(len(people.names), size, draws):
        strangers = np.setdiff1d(everybody, members)
        probes = np.stack([people.photos[i][rng.integers(len(people.photos[i]))] for i in strangers])
        rows = people.fused[members]
        around = Neighbours.of(tuple(map(str, members)), rows).means
        best.append(class_scores((probes @ rows.T).astype(np.float64), around).max(axis=1))
    return np.concatenate(best)


def photo_pairs(people: EnrolledPeople, size: int, draws: int) -> tuple[Floats, Floats]:
    """Relative scores of pairs of photos of one person, and of two, among classes of others.

    Returns:
        Scores of genuine and of impostor pairs, float64.
    """
    genuine: list[float] = []
    impostor: list[float] = []
    everybody = np.arange(len(people.names))
    several = np.array([i for i in everybody if len(people.photos[i]) > 1])
    for members in classes_of(len(people.names), size, draws):
        outside = np.setdiff1d(several, members)[:300]
        first = np.stack([people.photos[i][0] for i in outside])
        second = np.stack([people.photos[i][-1] for i in outside])
        rows = people.fused[members].T
        levels = pair_levels((first @ rows).astype(np.float64), (second @ rows).astype(np.float64))
        scores = (first @ second.T).astype(np.float64) - levels
        same = np.eye(len(outside), dtype=bool)
        genuine += scores[same].tolist()
        impostor += scores[~same].tolist()
    return np.array(genuine), np.array(impostor)
