"""Rates as text: percent, intervals, and why there is none."""

from __future__ import annotations

from face_matching.evaluation.bootstrap import Estimate
from face_matching.evaluation.measured import Measured, NotMeasurable
from face_matching.evaluation.proportions import wilson

Row = tuple[str, ...]


def per_cent(rate: float) -> str:
    """A rate in percent, as exact as such rates are: ``0.034 %``, ``8.6 %``, ``97.5 %``, ``99.96 %``."""
    digits = 2 if rate < 0.1 else 3 if rate < 0.9995 else 4
    return f"{float(f'{100 * rate:.{digits}g}'):g} %"


def interval(rate: Measured) -> tuple[str, str]:
    """A rate and its interval as two cells; the reason in the first one if there is none."""
    if isinstance(rate, NotMeasurable):
        return not_measurable(rate), ""
    return per_cent(rate.value), f"({per_cent(rate.low)} to {per_cent(rate.high)})"


def factor_or_reason(value: Measured) -> tuple[str, str]:
    """The same for what is no rate."""
    if isinstance(value, NotMeasurable):
        return not_measurable(value), ""
    return f"{value.value:.2f}", f"({value.low:.2f} to {value.high:.2f})"


def not_measurable(found: NotMeasurable) -> str:
    """Why there is no number."""
    needed = "" if found.needed is None else f"; {found.needed} needed"
    return f"not measurable with {found.people} people{needed}"


def shown(events: int, trials: int) -> str:
    """How many of how many, with the interval of the share."""
    if not trials:
        return "0 of 0"
    found: Estimate = wilson(events, trials)
    return f"{events} of {trials}: {' '.join(interval(found))}"


def threshold(value: float) -> str:
    """A threshold."""
    return f"threshold {value:.3f}"
