"""Error rates of open-set identification: FPIR and FNIR."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.errors import EvaluationError
from face_matching.evaluation.error_rates import numbered
from face_matching.similarity import unit_rows
from face_matching.template_fusion import fuse
from face_matching.weighted_scores import Floats, WeightedScores


@dataclass(frozen=True, eq=False)
class SearchScores:
    """The scores of searches of one gallery.

    Each probe is used twice: with its own person in the gallery (mated), and without that person's templates
    (non-mated), so that the photos needn't be split.

    Attributes:
        mated: the score of the right student, or -inf if another one ranks first.
        mated_people: ``(p,)`` intp, in the order of ``mated.values``.
        non_mated: the best score among the others.
        non_mated_people: ``(p,)`` intp, in the order of ``non_mated.values``.
        searched: number of people in the gallery.
    """

    mated: WeightedScores
    mated_people: NDArray[np.intp]
    non_mated: WeightedScores
    non_mated_people: NDArray[np.intp]
    searched: int

    def reweighted(self, counts: Floats) -> SearchScores:
        """The same searches with each probe's person drawn ``counts[person]`` times; one gallery.

        Args:
            counts: ``(people,)`` float64.
        """
        return SearchScores(
            WeightedScores.descending(self.mated.values, counts[self.mated_people]),
            self.mated_people,
            WeightedScores.descending(self.non_mated.values, counts[self.non_mated_people]),
            self.non_mated_people,
            self.searched,
        )

    @property
    def people(self) -> int:
        """Number of people."""
        return int(self.mated_people.max()) + 1


def student_scores(
    embeddings: NDArray[Any], identities: Sequence[str], templates: int
) -> tuple[Floats, NDArray[np.intp]]:
    """Enrol each person's first photos and search with the others.

    Args:
        embeddings: ``(N, D)`` float32, rows of unit length.
        identities: the person on each of the ``N`` photos.
        templates: number of photos to enrol per person; at least one photo is kept as a probe.

    Returns:
        ``(probes, people)`` float64 scores as in ``Gallery.search``, and ``(probes,)`` intp, the person of
        each probe. People with a single photo are enrolled, but have no probes.

    Raises:
        EvaluationError: nobody has a photo left as a probe.
    """
    people = numbered(identities)
    order = np.argsort(people, kind="stable")
    position = np.arange(len(people)) - np.searchsorted(people[order], people[order])
    photos = np.bincount(people)[people[order]]
    enrolled = position < np.maximum(1, np.minimum(templates, photos - 1))
    if enrolled.all():
        raise EvaluationError("everybody has only one photo, so there are no probes")
    gallery, probes = order[enrolled], order[~enrolled]
    rows = unit_rows(embeddings)
    starts = np.searchsorted(people[gallery], np.arange(people.max() + 1))
    scores: Floats = (rows[probes] @ fuse(rows[gallery], starts).T).astype(np.float64)
    return scores, people[probes]


def search_scores(embeddings: NDArray[Any], identities: Sequence[str], templates: int = 2) -> SearchScores:
    """Search for everybody, with and without them in the gallery.

    Args:
        embeddings: ``(N, D)`` float32, rows of unit length.
        identities: the person on each of the ``N`` photos.
        templates: number of photos to enrol per person.

    Raises:
        EvaluationError: there are fewer than two people, or nobody has a photo left as a probe.
    """
    best, people = student_scores(embeddings, identities, templates)
    if best.shape[1] < 2:
        raise EvaluationError("a search needs at least two people")
    probes = np.arange(len(best))
    own = best[probes, people]
    others = best.copy()
    others[probes, people] = -np.inf
    rival = others.max(axis=1)
    mated = np.where(own > rival, own, -np.inf)
    by_mated, by_rival = np.argsort(-mated, kind="stable"), np.argsort(-rival, kind="stable")
    ones = np.ones(len(best))
    return SearchScores(
        WeightedScores.descending(mated[by_mated], ones),
        people[by_mated],
        WeightedScores.descending(rival[by_rival], ones),
        people[by_rival],
        best.shape[1],
    )


def fpir(scores: SearchScores, threshold: float) -> float:
    """FPIR: the fraction of non-mated searches that return anyone."""
    return float(scores.non_mated.fraction_at_or_above(threshold))


def fnir(scores: SearchScores, threshold: float) -> float:
    """FNIR: the fraction of mated searches that don't return the right person first."""
    return 1.0 - float(scores.mated.fraction_at_or_above(threshold))


def fnir_at_fpir(scores: SearchScores, rate: float) -> float:
    """FNIR at the lowest threshold whose FPIR is at most ``rate``."""
    return fnir(scores, scores.non_mated.threshold_at(rate))
