"""Confidence intervals of proportions."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from face_matching.errors import EvaluationError
from face_matching.evaluation.bootstrap import CONFIDENCE, Estimate, estimates
from face_matching.weighted_scores import Floats


def wilson(events: float, trials: float) -> Estimate:
    """A proportion with Wilson's score interval, which is right for few events, too.

    Source: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927.

    Args:
        events: how many of the trials had the outcome; need not be whole.
        trials: independent trials.

    Raises:
        EvaluationError: there are no trials.
    """
    if trials <= 0:
        raise EvaluationError("no trials to measure a proportion on")
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    share, shrink = events / trials, z * z / trials
    centre = (share + shrink / 2) / (1 + shrink)
    reach = z * math.sqrt(share * (1 - share) / trials + shrink / (4 * trials)) / (1 + shrink)
    low = centre - reach if events > 0 else 0.0  # rounding errors would leave something of these two
    high = centre + reach if events < trials else 1.0
    return Estimate(share, low, high)


def share_over_people(events: Floats, trials: Floats) -> Estimate:
    """A proportion of trials that several people made, with an interval over the people.

    The trials of one person are not independent, so people are resampled. Where nobody or everybody had the
    outcome, resampling would claim certainty, and each person counts as one trial for Wilson's interval.

    Args:
        events: ``(people,)`` float64, outcomes of each.
        trials: ``(people,)`` float64, trials of each.

    Raises:
        EvaluationError: there are no trials.
    """
    tried = trials > 0
    events, trials = events[tried], trials[tried]
    if not len(trials):
        raise EvaluationError("no trials to measure a proportion on")
    share = float(events.sum() / trials.sum())
    if share in (0.0, 1.0):
        return wilson(share * len(trials), len(trials))
    (found,) = estimates(lambda counts: np.array([(counts @ events) / (counts @ trials)]), len(trials))
    return found
