"""Measures the decisions of a policy about enrolled people and strangers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.decision import DecisionPolicy, Doubtful, Match
from face_matching.evaluation.open_set import student_scores
from face_matching.gallery import Candidate

TOP = 3


@dataclass(frozen=True)
class Outcomes:
    """Fractions of the searches, 0 to 1.

    Attributes:
        right: matched with the right student.
        wrong: matched with another student; for strangers, with anybody.
        held: needs review.
        refused: unknown.
        searches: number of searches.
    """

    right: float
    wrong: float
    held: float
    refused: float
    searches: int


def outcomes(
    policy: DecisionPolicy,
    embeddings: NDArray[Any],
    identities: Sequence[str],
    *,
    templates: int,
    class_size: int | None = None,
    strangers: bool = False,
) -> Outcomes:
    """Enrol each person's first photos, search with the others, and count the decisions.

    Args:
        policy: the policy.
        embeddings: ``(N, D)`` float32, rows of unit length.
        identities: the person on each of the ``N`` photos.
        templates: number of photos to enrol per person.
        class_size: size of the class to decide for; None means the number of people enrolled.
        strangers: exclude each probe's own person from the gallery.
    """
    scores, people = student_scores(embeddings, identities, templates)
    if strangers:
        scores[np.arange(len(people)), people] = -np.inf
    searched = class_size or scores.shape[1] - int(strangers)
    counts = dict.fromkeys(("right", "wrong", "held", "refused"), 0)
    for row, person in zip(scores, people, strict=True):
        best = np.argsort(-row)[: min(TOP, searched)]
        decision = policy.decide([Candidate(str(i), float(row[i])) for i in best], searched)
        if isinstance(decision, Match):
            counts["right" if decision.student_id == str(person) else "wrong"] += 1
        else:
            counts["held" if isinstance(decision, Doubtful) else "refused"] += 1
    shares = {name: count / len(people) for name, count in counts.items()}
    return Outcomes(**shares, searches=len(people))
