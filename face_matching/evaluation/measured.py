"""What was measured: an estimate with its interval, or why there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass

from face_matching.evaluation.bootstrap import Estimate

RULE_OF_THREE = 3.0
"""No error among ``n`` independent trials proves a rate of at most ``3 / n`` (95 %, ISO/IEC 19795-1)."""


@dataclass(frozen=True)
class NotMeasurable:
    """A rate for which there are too few people.

    Attributes:
        people: how many there are.
        needed: how many would be enough; None where it isn't a matter of their number.
    """

    people: int
    needed: int | None = None


Measured = Estimate | NotMeasurable


def people_for_searches(rate: float) -> int:
    """How many strangers have to be searched for a rate to be measurable, one trial each."""
    return math.ceil(RULE_OF_THREE / rate - 1e-9)


def people_for_pairs(rate: float) -> int:
    """How many people have to be compared with each other for a rate of pairs to be measurable."""
    pairs = people_for_searches(rate)
    return math.ceil((1 + math.sqrt(1 + 8 * pairs)) / 2 - 1e-9)
