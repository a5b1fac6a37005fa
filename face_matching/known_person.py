"""Compares a face first with the few students whom it is likely to show, such as those of a known phone."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.candidates import Candidate
from face_matching.decision import Decision, DecisionPolicy, Doubt, Doubtful, Match, Unknown
from face_matching.gallery import Gallery
from face_matching.site_index.candidate_search import judge_known

KNOWN_FMR = 1e-4
"""Chance that somebody else passes as one of these students: what NIST SP 800-63B-4 asks of a comparison with
one student. Several share it."""

REVIEWED_FMR = 1e-3
"""The same for what a person has to decide, where nobody else is searched."""


def verify(
    policy: DecisionPolicy, gallery: Gallery | None, embedding: NDArray[Any], known: Collection[str]
) -> Decision:
    """Decide whether a face is one of a few students of a class.

    The score is the one that decides a search, and a class-relative one needs that of `KNOWN_FMR`, however
    few people are searched: among the strangers of `python -m benchmarks.calibrate`, as many reach it for one
    student. Similarities need what is proven at that rate, because they don't know how alike people are.

    The face is compared with the whole class nevertheless. Where another student is nearer, or passes and is
    less than the margin behind, this decides nothing: a twin with the other's phone gets what a search gives.

    Args:
        policy: the rule of decision.
        gallery: the class; None means that nobody is enrolled.
        embedding: ``(D,)`` float32 of unit length, from the gallery's engine.
        known: ids of the students; those outside the class don't count.

    Returns:
        A match, a doubt where a person has to decide if nobody else is searched, or unknown.

    Raises:
        GalleryMismatchError: the embedding is from another engine than the templates.
    """
    named = () if gallery is None else [each for each in known if gallery.place(each) is not None]
    if gallery is None or not named:
        return Unknown(None)
    found = judge_known(policy, gallery, embedding, KNOWN_FMR / len(named), named)
    judged, student_ids = found.judged, found.student_ids
    own = [student_ids.index(each) for each in named]
    scores, shown = judged.scores[0], judged.similarities[0]
    best = max(own, key=scores.__getitem__)
    needed = judged.thresholds(KNOWN_FMR / len(own))
    level = needed.passes if judged.cohort else needed.proven
    others = np.flatnonzero((scores >= level) & (scores[best] - scores < judged.margin))
    rivals = sorted((int(i) for i in others if i != best), key=lambda i: -scores[i])
    if scores[best] >= level and not rivals:
        return Match(student_ids[best], float(shown[best]))
    if scores[best] < judged.thresholds(REVIEWED_FMR / len(own)).passes:
        return Unknown(float(shown.max()))
    candidates = tuple(Candidate(student_ids[i], float(shown[i])) for i in (best, *rivals))
    return Doubtful(candidates, Doubt.LOOK_ALIKE if rivals else Doubt.UNPROVEN)
