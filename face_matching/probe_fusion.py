"""Several looks at one face fused into one probe, such that strangers pass no more often for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from face_matching.assignment import assign_scores
from face_matching.decision import Decision, DecisionPolicy, Doubt, Doubtful, Match, Unknown
from face_matching.gallery import Candidate, Gallery
from face_matching.group_thresholds import room_policy
from face_matching.similarity import Embeddings
from face_matching.template_fusion import LENGTH_EXPONENT

LEAST_WEIGHT = 0.05
"""What a look counts at the least, whatever its quality, so that some always count."""


@dataclass(frozen=True, eq=False)
class Look:
    """One embedding of a face that is followed.

    Attributes:
        embedding: ``(D,)`` float32 of length 1.
        quality: 0 to 1; how much it counts.
        at: when the frame was taken, in seconds.
    """

    embedding: Embeddings
    quality: float
    at: float


@dataclass(frozen=True)
class Agreement:
    """How many looks must each find the decided student nearest, and how far apart in time.

    Attributes:
        frames: how many.
        spread: seconds from the first to the last of them.
    """

    frames: int = 3
    spread: float = 0.25


def fused_probe(looks: Sequence[Look]) -> tuple[Embeddings, float]:
    """The direction of the looks' mean, weighted by quality, and by what its scores are to be multiplied.

    The mean of looks is shorter than 1 by as much as they differ. Made 1 long, strangers pass up to twice as
    often as with one look; multiplied by the root of its length, as templates are in `fusion`, about as often
    as with one: docs/video.md, ``python -m benchmarks.tracks``.

    Args:
        looks: at least one.

    Returns:
        ``(D,)`` float32 of length 1, and the factor, 0 to 1.
    """
    weights = np.array([max(LEAST_WEIGHT, look.quality) for look in looks], np.float32)
    mean = weights @ np.stack([look.embedding for look in looks]) / weights.sum()
    length = float(np.linalg.norm(mean))
    if length < np.finfo(np.float32).eps:  # looks that cancel out show nobody
        return looks[0].embedding, 0.0
    return np.asarray(mean / np.float32(length), np.float32), length ** (1 - LENGTH_EXPONENT)


def decide_together(
    gallery: Gallery | None,
    faces: Sequence[Sequence[Look]],
    policy: DecisionPolicy,
    agreement: Agreement,
    *,
    chances: float = 1.0,
) -> tuple[Decision, ...]:
    """Decide who several followed faces are, each student for one of them at most.

    Args:
        gallery: whom to search; None: nobody.
        faces: the looks at each face, at least one each.
        policy: the rule for one face.
        agreement: what the looks of a match must fulfil; where they don't, a person has to decide.
        chances: how many times as often as by one decision a stranger passes by all that are made; each one
            is made so much more strictly.

    Returns:
        One decision for each face, in order.

    Raises:
        EngineMismatchError: the embeddings are of another engine than the templates.
    """
    if gallery is None or not gallery.students or not faces:
        return tuple(Unknown(None) for _ in faces)
    probes = [fused_probe(looks) for looks in faces]
    factors = np.array([[factor] for _, factor in probes], np.float32)
    scores = gallery.similarities(np.stack([direction for direction, _ in probes])) * factors
    strict = replace(policy, fpir=room_policy(policy).fpir / chances)
    decisions = assign_scores(scores, gallery.student_ids, strict)
    return tuple(
        _agreed(gallery, looks, decision, agreement) for looks, decision in zip(faces, decisions, strict=True)
    )


def _agreed(gallery: Gallery, looks: Sequence[Look], decision: Decision, agreement: Agreement) -> Decision:
    """A match that the looks agree on; a doubt where too few do."""
    if not isinstance(decision, Match):
        return decision
    nearest = _nearest(gallery, looks)
    times = [
        look.at
        for look, who in zip(looks, nearest, strict=True)
        if gallery.student_ids[who] == decision.student_id
    ]
    if len(times) >= agreement.frames and max(times) - min(times) >= agreement.spread:
        return decision
    return Doubtful((Candidate(decision.student_id, decision.score),), Doubt.UNPROVEN)


def _nearest(gallery: Gallery, looks: Sequence[Look]) -> NDArray[np.intp]:
    scores = gallery.similarities(np.stack([look.embedding for look in looks]))
    return np.asarray(scores.argmax(axis=1), np.intp)
