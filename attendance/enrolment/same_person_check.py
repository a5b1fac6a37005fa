"""Whether photos that should show one person do, and which of them is the odd one out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from attendance.enrolment.enrolled_faces import EnrolledFaces, Nearest
from face_matching.decision import DecisionPolicy
from face_matching.relative_scores.class_scores import LEAST_COHORT
from face_matching.similarity import cosine_similarity
from face_matching.threshold_curve import fmr_for


def photos_agree(
    embeddings: NDArray[np.float32], student_id: str, policy: DecisionPolicy, faces: EnrolledFaces
) -> NDArray[np.bool_]:
    """Which photos of one student show one person, compared two by two.

    Args:
        embeddings: ``(N, D)`` float32, rows of length 1.
        student_id: the student.
        policy: the rule of decision.
        faces: all enrolled faces.

    Returns:
        ``(N, N)`` bool.

    Raises:
        EngineMismatchError: the faces were read by another engine.
    """
    scores = cosine_similarity(embeddings, embeddings).astype(np.float64)
    if policy.relative is not None:
        levels, searched = faces.likeness(embeddings, student_id)
        if searched >= LEAST_COHORT:
            relative = scores - (levels[:, np.newaxis] + levels) / 2
            return np.asarray(relative >= policy.relative.same_person_at(searched))
    return np.asarray(scores >= policy.same_person_at)


def is_duplicate(nearest: Nearest, policy: DecisionPolicy, among: int) -> bool:
    """Whether a new face would pass as another student's in a search.

    Args:
        nearest: the other student.
        policy: the rule of decision.
        among: how many students will be searched at least.
    """
    rate = fmr_for(policy.fpir, max(nearest.searched, among))
    if policy.relative is not None and nearest.relative is not None:
        return nearest.relative >= policy.relative.at(rate, nearest.searched)
    return nearest.similarity >= policy.search.at(rate)


def odd_ones_out(agree: NDArray[np.bool_], *, trusted: int = 0) -> list[int]:
    """The rows that don't belong to the person whom most rows show.

    Two photos of one person may fail to match each other, so it is enough that a photo matches another one
    that belongs: the groups are the connected components of "matches".

    Args:
        agree: ``(N, N)`` bool, symmetric: which photos show one person.
        trusted: the number of rows at the start that are known to show the person; others are compared
            with them.

    Returns:
        Row numbers in rising order. Where two groups are equally large, the rows of both, as nobody can
        tell who is meant.
    """
    groups = _groups(agree, trusted)
    if len(groups) < 2:
        return []
    if trusted:
        belong = next(group for group in groups if 0 in group)
    else:
        largest, second = sorted(groups, key=len, reverse=True)[:2]
        belong = largest if len(largest) > len(second) else set()
    return [row for row in range(len(agree)) if row not in belong]


def _groups(agree: NDArray[np.bool_], trusted: int) -> list[set[int]]:
    left = set(range(len(agree)))
    groups = []
    while left:
        group: set[int] = set()
        reached = {min(left)} if min(left) >= trusted else set(range(trusted))
        while reached:
            group |= reached
            left -= reached
            reached = {row for row in left if any(agree[row, other] for other in reached)}
        groups.append(group)
    return groups
