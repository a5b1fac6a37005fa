"""The rule of decision as the site wants it: the calibrated one, with its own chance of a false match."""

from __future__ import annotations

from dataclasses import replace

from attendance.recognition.pipelines import PolicySource
from attendance.settings.engine_settings import EUCLIDEAN
from attendance.settings.settings import Settings
from face_matching.decision import DecisionPolicy
from face_matching.matchers.euclidean import EuclideanPolicy
from face_matching.thresholds import policy_for


def site_policy(settings: Settings) -> PolicySource:
    """Gives the rule for an engine and a detector.

    Args:
        settings: the site's settings.
    """

    def policy(engine: str, detector: str) -> DecisionPolicy:
        cosine = replace(policy_for(engine, detector), fpir=settings.fpir)
        return EuclideanPolicy.of(cosine) if settings.matcher == EUCLIDEAN else cosine

    return policy
