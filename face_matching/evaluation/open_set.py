"""Error rates of searching a gallery in which the person may or may not be: FPIR and FNIR."""

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
from face_matching.weighted_scores import Scores, Values


@dataclass(frozen=True, eq=False)
class SearchScores:
    """What searching one gallery with many probes gave.

    Every probe serves twice: once with its own person in the gallery (mated), and once with that
    person's templates left out (non-mated), so that no photo is lost to a split.

    Attributes:
        mated: score of the right student, or -inf where somebody else came first.
        mated_people: ``(p,)`` int, in the order of ``mated.values``.
        non_mated: the best score among the others.
        non_mated_people: ``(p,)`` int, in the order of ``non_mated.values``.
        searched: people in the gallery.
    """

    mated: Scores
    mated_people: NDArray[np.intp]
    non_mated: Scores
    non_mated_people: NDArray[np.intp]
    searched: int

    def reweighted(self, counts: Values) -> SearchScores:
        """The same searches with each probe's person drawn ``counts[person]`` times; one gallery."""
        return SearchScores(
            Scores.descending(self.mated.values, counts[self.mated_people]),
            self.mated_people,
            Scores.descending(self.non_mated.values, counts[self.non_mated_people]),
            self.non_mated_people,
            self.searched,
        )

    @property
    def people(self) -> int:
        """How many people the numbers go up to."""
        return int(self.mated_people.max()) + 1


def student_scores(
    embeddings: NDArray[Any], identities: Sequence[str], templates: int
) -> tuple[Values, NDArray[np.intp]]:
    """Enrol each person's first photos and search with all their others.

    Args:
        embeddings: ``(N, D)`` float32, rows of length 1.
        identities: who is on each of the ``N`` photos.
        templates: photos to enrol a person; at least one photo is always left to search with.

    Returns:
        ``(probes, people)`` float64 scores as ``Gallery.search`` gives them, and ``(probes,)`` who each
        probe is. A person with a single photo is enrolled and never searches.

    Raises:
        EvaluationError: nobody has a photo left to search with.
    """
    people = numbered(identities)
    order = np.argsort(people, kind="stable")
    position = np.arange(len(people)) - np.searchsorted(people[order], people[order])
    photos = np.bincount(people)[people[order]]
    enrolled = position < np.maximum(1, np.minimum(templates, photos - 1))
    if enrolled.all():
        raise EvaluationError("everybody has one photo only: nothing is left to search with")
    gallery, probes = order[enrolled], order[~enrolled]
    rows = unit_rows(embeddings)
    starts = np.searchsorted(people[gallery], np.arange(people.max() + 1))
    scores: Values = (rows[probes] @ fuse(rows[gallery], starts).T).astype(np.float64)
    return scores, people[probes]


def search_scores(embeddings: NDArray[Any], identities: Sequence[str], templates: int = 2) -> SearchScores:
    """Search for everybody, with and without them in the gallery; arguments as ``student_scores``.

    Raises:
        EvaluationError: fewer than two people, or nobody has a photo left to search with.
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
        Scores.descending(mated[by_mated], ones),
        people[by_mated],
        Scores.descending(rival[by_rival], ones),
        people[by_rival],
        best.shape[1],
    )


def fpir(scores: SearchScores, threshold: float) -> float:
    """FPIR: the share of searches for somebody who is not enrolled that return anyone."""
    return float(scores.non_mated.share_at_or_above(threshold))


def fnir(scores: SearchScores, threshold: float) -> float:
    """FNIR: the share of searches for somebody enrolled that do not return them in the first place."""
    return 1.0 - float(scores.mated.share_at_or_above(threshold))


def fnir_at_fpir(scores: SearchScores, rate: float) -> float:
    """FNIR at the lowest threshold whose FPIR is at most ``rate``."""
    return fnir(scores, scores.non_mated.threshold_at(rate))
