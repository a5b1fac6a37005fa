"""What a decision policy does with people who are enrolled, and with strangers."""

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
    """Shares of the searches, 0 to 1.

    Attributes:
        right: matched with the right student.
        wrong: matched with somebody else; for a stranger, with anybody.
        held: held for a person to decide.
        refused: nobody known.
        searches: how many there were.
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
        policy: the rule.
        embeddings: ``(N, D)`` float32, rows of length 1.
        identities: who is on each of the ``N`` photos.
        templates: photos to enrol a person.
        class_size: number of people to decide for, where it shall be another than are enrolled.
        strangers: leave each probe's own person out of the gallery.
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
