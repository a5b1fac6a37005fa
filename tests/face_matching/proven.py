"""From which similarity a match needs no review, as decisions work it out."""

from __future__ import annotations

from face_matching.decision import DecisionPolicy
from face_matching.threshold_curve import fmr_for


def proven_threshold(policy: DecisionPolicy, searched: int) -> float:
    """The similarity from which a match in a search of so many people needs no review."""
    return policy.proven.at(fmr_for(policy.fpir, searched))
