"""Fuses several observations of a face into one probe without raising the false match rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.assignment import assign_judged
from face_matching.candidates import Candidate
from face_matching.decision import Decision, DecisionPolicy, Doubt, Doubtful, Match, Unknown
from face_matching.gallery import Gallery
from face_matching.group_thresholds import classroom_policy
from face_matching.similarity import Embeddings, unit_rows
from face_matching.template_fusion import LENGTH_EXPONENT

LEAST_WEIGHT = 0.05
"""Minimum weight of an observation, regardless of its quality, so that the weights are never all zero."""


@dataclass(frozen=True, eq=False)
class Observation:
    """The embedding of a tracked face in one frame.

    Attributes:
        embedding: ``(D,)`` float32 of unit length.
        quality: weight of the observation, 0 to 1.
        at: time of the frame in seconds.
    """

    embedding: Embeddings
    quality: float
    at: float


@dataclass(frozen=True)
class Agreement:
    """How many observations must each have the matched student as their nearest.

    Attributes:
        frames: minimum number of observations.
        spread: minimum seconds from the first to the last of them.
    """

    frames: int = 3
    spread: float = 0.25


def fused_probe(observations: Sequence[Observation]) -> tuple[Embeddings, float]:
    """Fuse observations by their mean, weighted by quality.

    The more observations differ, the shorter is their mean. With unit length, the false match rate is up to
    twice that of a single observation; multiplied by the square root of the length, as in `template_fusion`,
    it is about the same: docs/video.md, ``python -m benchmarks.tracks``.

    Args:
        observations: at least one observation.

    Returns:
        The probe, ``(D,)`` float32 of unit length, and the factor for its scores, 0 to 1.
    """
    weights = np.array([max(LEAST_WEIGHT, observation.quality) for observation in observations], np.float32)
    mean = weights @ np.stack([observation.embedding for observation in observations]) / weights.sum()
    length = float(np.linalg.norm(mean))
    if length < np.finfo(np.float32).eps:  # observations that cancel out match nobody
        return observations[0].embedding, 0.0
    return np.asarray(mean / np.float32(length), np.float32), length ** (1 - LENGTH_EXPONENT)


def fuse(embeddings: NDArray[Any]) -> Embeddings:
    """Fuse the photo of a check-in and the straight frames of its burst: their mean, at unit length.

    They are of one sitting and so alike that the mean is hardly shorter than they are, and needs no factor:
    docs/accuracy.md, ``python -m benchmarks.burst.fusion``.

    Args:
        embeddings: ``(K, D)`` float32, rows of unit length, at least one.

    Returns:
        ``(D,)`` float32 of unit length; the first row if all cancel out.

    Raises:
        EmbeddingError: the shape is wrong, or a row is not finite or not of unit length.
    """
    return fused_probe([Observation(row, 1.0, 0.0) for row in unit_rows(embeddings)])[0]


def decide_together(
    gallery: Gallery | None,
    faces: Sequence[Sequence[Observation]],
    policy: DecisionPolicy,
    agreement: Agreement,
    *,
    attempts_factor: float = 1.0,
) -> tuple[Decision, ...]:
    """Identify several tracked faces; each student is matched with at most one of them.

    Args:
        gallery: the gallery to search; None means an empty one.
        faces: the observations of each face, at least one each.
        policy: the policy for a single face.
        agreement: how many observations must agree for a match; otherwise it needs review.
        attempts_factor: how many times the false match rate of a single decision is that of all decisions
            about a face; the FPIR is divided by it.

    Returns:
        One decision per face, in order.

    Raises:
        GalleryMismatchError: the embeddings are from another engine than the templates.
    """
    if gallery is None or not gallery.students or not faces:
        return tuple(Unknown(None) for _ in faces)
    probes = [fused_probe(observations) for observations in faces]
    factors = np.array([factor for _, factor in probes], np.float32)
    judged = policy.judge(gallery, np.stack([direction for direction, _ in probes]), factors=factors)
    strict = replace(policy, fpir=classroom_policy(policy).fpir / attempts_factor)
    decisions = assign_judged(judged, gallery.student_ids, strict)
    return tuple(
        _agreed(gallery, observations, decision, policy, agreement)
        for observations, decision in zip(faces, decisions, strict=True)
    )


def _agreed(
    gallery: Gallery,
    observations: Sequence[Observation],
    decision: Decision,
    policy: DecisionPolicy,
    agreement: Agreement,
) -> Decision:
    """The decision, or a doubt if it is a match and too few observations agree."""
    if not isinstance(decision, Match):
        return decision
    nearest = _nearest(gallery, observations, policy)
    times = [
        observation.at
        for observation, who in zip(observations, nearest, strict=True)
        if gallery.student_ids[who] == decision.student_id
    ]
    if len(times) >= agreement.frames and max(times) - min(times) >= agreement.spread:
        return decision
    return Doubtful((Candidate(decision.student_id, decision.score),), Doubt.UNPROVEN)


def _nearest(
    gallery: Gallery, observations: Sequence[Observation], policy: DecisionPolicy
) -> NDArray[np.intp]:
    judged = policy.judge(gallery, np.stack([observation.embedding for observation in observations]))
    return np.asarray(judged.scores.argmax(axis=1), np.intp)
