"""An evaluation in a few sentences that need no knowledge of the field."""

from __future__ import annotations

from attendance.evaluation.output.numbers import not_measurable, per_cent
from attendance.evaluation.results import Evaluation, NamedRates
from face_matching.decision import PROVEN_SHARE
from face_matching.evaluation.bootstrap import Estimate
from face_matching.evaluation.measured import Measured, NotMeasurable
from face_matching.evaluation.rates.closeness import Closeness


def plain_words_of(found: Evaluation) -> tuple[str, ...]:
    """The sentences: what happens to students, what to strangers, and whether that was promised."""
    largest = max(found.classes, key=lambda each: (each.rates.strangers, each.rates.size))
    sentences = [_students(largest), _strangers(largest), *_promise(found)]
    worst = [
        group for group in found.groups if isinstance(group.fpir, Estimate) and group.fpir.low > found.fpir
    ]
    sentences += [
        f"Strangers of the group {group.value} pass more often than promised: {_share(group.fpir)}."
        for group in worst
    ]
    sentences += [
        _closer(each.name, each.closeness)
        for each in found.classes
        if each.closeness is not None and each.closeness.is_closer
    ]
    return tuple(sentences)


def _closer(name: str, close: Closeness) -> str:
    return (
        f"The faces of {name} are closer to each other than those that the thresholds were counted on: "
        f"{per_cent(close.above.value)} of the students have a classmate above a similarity of "
        f"{close.usual:.2f}, where 50 % are usual, and the median is {close.median:.2f}."
    )


def _students(each: NamedRates) -> str:
    rates = each.rates
    if isinstance(rates.marked, NotMeasurable):
        return (
            f"How often students are recognised is {not_measurable(rates.marked)}: only those with two "
            "photos or more count, because one has to be held back."
        )
    return (
        f"In a class of {rates.size} ({each.name}), {_share(rates.marked)} of the students are marked at "
        f"once. {_share(rates.reviewed)} come to review, and {_share(rates.unknown)} have to try again. "
        f"{_share(rates.as_another)} are marked as somebody else."
    )


def _strangers(each: NamedRates) -> str:
    rates = each.rates
    if isinstance(rates.named, NotMeasurable):
        return f"How often strangers get a name is {not_measurable(rates.named)}."
    return (
        f"Of strangers who try, {_share(rates.named)} are marked as a student of that class without a "
        f"person's look, and {_share(rates.stranger_reviewed)} come to review."
    )


def _promise(found: Evaluation) -> list[str]:
    promise = (
        f"Promised is that {per_cent(found.fpir)} of strangers pass, and "
        f"{per_cent(found.fpir * PROVEN_SHARE)} without review."
    )
    broken = [each.name for each in found.broken_promises]
    if broken:
        return [f"{promise} More pass in: {', '.join(broken)}."]
    uncertain = all(
        not isinstance(each.rates.fpir, Estimate) or each.rates.fpir.high > found.fpir
        for each in found.classes
    )
    if uncertain:
        return [f"{promise} So few people neither prove that nor disprove it."]
    return [f"{promise} What was measured agrees with that."]


def _share(rate: Measured) -> str:
    if isinstance(rate, NotMeasurable):
        return not_measurable(rate)
    return f"{per_cent(rate.value)} ({per_cent(rate.low)} to {per_cent(rate.high)})"
