"""Whether photos that should show one person do, and which of them is the odd one out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from face_matching.similarity import cosine_similarity


def odd_ones_out(
    embeddings: NDArray[np.float32], same_person: Callable[[float], bool], *, trusted: int = 0
) -> list[int]:
    """The rows that don't belong to the person whom most rows show.

    Two photos of one person may fail to match each other, so it is enough that a photo matches another one
    that belongs: the groups are the connected components of "matches".

    Args:
        embeddings: ``(N, D)`` float32, rows of length 1.
        same_person: whether two embeddings of this similarity show one person.
        trusted: the number of rows at the start that are known to show the person; others are compared
            with them.

    Returns:
        Row numbers in rising order. Where two groups are equally large, the rows of both, as nobody can
        tell who is meant.
    """
    groups = _groups(embeddings, same_person, trusted)
    if len(groups) < 2:
        return []
    if trusted:
        belong = next(group for group in groups if 0 in group)
    else:
        largest, second = sorted(groups, key=len, reverse=True)[:2]
        belong = largest if len(largest) > len(second) else set()
    return [row for row in range(len(embeddings)) if row not in belong]


def _groups(
    embeddings: NDArray[np.float32], same_person: Callable[[float], bool], trusted: int
) -> list[set[int]]:
    scores = cosine_similarity(embeddings, embeddings)
    left = set(range(len(embeddings)))
    groups = []
    while left:
        group: set[int] = set()
        reached = {min(left)} if min(left) >= trusted else set(range(trusted))
        while reached:
            group |= reached
            left -= reached
            reached = {
                row for row in left if any(same_person(float(scores[row, other])) for other in reached)
            }
        groups.append(group)
    return groups
