"""A rule of decision whose thresholds are moved by what a site measured itself."""

from __future__ import annotations

from dataclasses import replace

from face_matching.decision import DecisionPolicy
from face_matching.relative_scores.relative_curves import RelativeCurves
from face_matching.threshold_curve import ThresholdCurve


def shifted(policy: DecisionPolicy, shift: float, margin: float | None = None) -> DecisionPolicy:
    """The policy with higher or lower thresholds of the scores that decide in classes.

    These are the class-relative scores where the engine has them, and else the cosine similarities.

    Args:
        policy: the calibrated policy.
        shift: added to the thresholds of passing and of what needs no review.
        margin: minimum difference between two students who pass; None: as before.
    """
    wanted = policy.margin if margin is None else margin
    if policy.relative is not None:
        return replace(policy, margin=wanted, relative=_relative(policy.relative, shift, margin))
    return replace(
        policy, margin=wanted, search=_curve(policy.search, shift), proven=_curve(policy.proven, shift)
    )


def _curve(curve: ThresholdCurve, shift: float) -> ThresholdCurve:
    return ThresholdCurve(curve.fmrs, tuple(threshold + shift for threshold in curve.thresholds))


def _relative(curves: RelativeCurves, shift: float, margin: float | None) -> RelativeCurves:
    rows = tuple(tuple(threshold + shift for threshold in row) for row in curves.thresholds)
    return replace(curves, thresholds=rows, margin=curves.margin if margin is None else margin)
