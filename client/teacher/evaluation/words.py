"""An evaluation in the words of the page."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from attendance.evaluation.output.numbers import per_cent
from attendance.evaluation.results import Evaluation, NamedRates
from face_matching.evaluation.bootstrap import Estimate
from face_matching.evaluation.measured import Measured, NotMeasurable
from face_matching.evaluation.rates.pair_rates import FARS


@dataclass(frozen=True)
class RateWords:
    """A rate in words.

    Attributes:
        name: what it is.
        value: the rate with its interval, or why there is none.
    """

    name: str
    value: str


@dataclass(frozen=True)
class ClassWords:
    """The rates of a class, or of a group of people, in words.

    Attributes:
        name: of the course or the group.
        people: how many.
        marked: students who are marked at once.
        missed: students who are not found.
        named: strangers who get a name without review.
        passing: strangers who pass: marked or reviewed.
        is_above: whether surely more strangers pass than promised.
    """

    name: str
    people: int
    marked: str
    missed: str
    named: str
    passing: str
    is_above: bool


def rate_words(rate: Measured) -> str:
    """A rate with its interval, or why there is none."""
    if isinstance(rate, NotMeasurable):
        few: str = ngettext(
            "not measurable with %(num)d person", "not measurable with %(num)d people", rate.people
        )
        return few if rate.needed is None else str(_("%(few)s; %(num)s needed", few=few, num=rate.needed))
    text: str = _(
        "%(value)s (%(low)s to %(high)s)",
        value=per_cent(rate.value),
        low=per_cent(rate.low),
        high=per_cent(rate.high),
    )
    return text


def plain_sentences(found: Evaluation) -> list[str]:
    """What a person without knowledge of the field has to know, first."""
    largest = max(found.classes, key=lambda each: each.rates.size)
    rates = largest.rates
    sentences = [
        _(
            "Promised: of 100 strangers at most %(fpir)s pass, the others are refused.",
            fpir=f"{100 * found.fpir:g}",
        ),
        _(
            "Students of %(name)s who are marked at once: %(marked)s. Who come to review: %(reviewed)s. Who "
            "have to try again: %(unknown)s. Who are marked as somebody else: %(other)s.",
            name=largest.name,
            marked=rate_words(rates.marked),
            reviewed=rate_words(rates.reviewed),
            unknown=rate_words(rates.unknown),
            other=rate_words(rates.as_another),
        ),
        _(
            "Strangers who get a name there: %(named)s. Who come to review: %(reviewed)s.",
            named=rate_words(rates.named),
            reviewed=rate_words(rates.stranger_reviewed),
        ),
    ]
    if found.live is not None and found.live.marked:
        sentences.append(
            ngettext(
                "At check-ins so far, %(num)d mark by face; wrong names that were noticed: %(wrong)s.",
                "At check-ins so far, %(num)d marks by face; wrong names that were noticed: %(wrong)s.",
                found.live.marked,
                wrong=rate_words(found.live.wrong),
            )
        )
    return sentences


def warnings_of(found: Evaluation) -> list[str]:
    """What an admin should do something about."""
    sentences = [
        _(
            "In %(name)s, more strangers pass than promised: %(rate)s.",
            name=each.name,
            rate=rate_words(each.rates.fpir),
        )
        for each in found.broken_promises
    ]
    sentences += [_closer(each) for each in found.classes if each.closeness and each.closeness.is_closer]
    sentences += [
        _(
            "Strangers of the group %(name)s pass more often than promised: %(rate)s.",
            name=group.value,
            rate=rate_words(group.fpir),
        )
        for group in found.groups
        if _is_above(group.fpir, found.fpir)
    ]
    return sentences


def class_rows(found: Evaluation) -> list[ClassWords]:
    """The classes, in the order of their names."""
    return [
        ClassWords(
            name=each.name,
            people=each.rates.size,
            marked=rate_words(each.rates.marked),
            missed=rate_words(each.rates.fnir),
            named=rate_words(each.rates.named),
            passing=rate_words(each.rates.fpir),
            is_above=_is_above(each.rates.fpir, found.fpir),
        )
        for each in sorted(found.classes, key=lambda each: each.name)
    ]


def group_rows(found: Evaluation) -> list[ClassWords]:
    """The groups of people."""
    return [
        ClassWords(
            name=group.value,
            people=group.people,
            marked=rate_words(group.marked),
            missed=rate_words(group.fnir),
            named=rate_words(group.named),
            passing=rate_words(group.fpir),
            is_above=_is_above(group.fpir, found.fpir),
        )
        for group in found.groups
    ]


def pair_rows(found: Evaluation) -> list[RateWords]:
    """The rates of two photos compared."""
    if found.pairs is None:
        return []
    at = f"{found.pairs.threshold:.3f}"
    rows = [
        RateWords(_("FMR at %(threshold)s", threshold=at), rate_words(found.pairs.fmr)),
        RateWords(_("FNMR at %(threshold)s", threshold=at), rate_words(found.pairs.fnmr)),
        RateWords(_("EER"), rate_words(found.pairs.eer)),
    ]
    rows += [
        RateWords(_("TAR at FAR %(far)s", far=f"{far:g}"), rate_words(tar))
        for far, tar in zip(FARS, found.pairs.tar, strict=True)
    ]
    return rows


def _is_above(rate: Measured, promised: float) -> bool:
    return isinstance(rate, Estimate) and rate.low > promised


def _closer(each: NamedRates) -> str:
    assert each.closeness is not None
    text: str = _(
        "The faces of %(name)s are closer to each other than those that the thresholds were counted on: "
        "%(share)s of the students have a classmate above a similarity of %(usual)s, where half of them is "
        "usual.",
        name=each.name,
        share=per_cent(each.closeness.above.value),
        usual=f"{each.closeness.usual:.2f}",
    )
    return text
