"""An evaluation as a document of sections, which Markdown, HTML and the terminal show alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import starmap

from attendance.evaluation.labelled_faces import Acquisition
from attendance.evaluation.live_decisions import LiveDecisions
from attendance.evaluation.output.numbers import Row, factor_or_reason, interval, per_cent, shown, threshold
from attendance.evaluation.output.plain_words import plain_words_of
from attendance.evaluation.results import Evaluation, GroupRates, NamedRates
from face_matching.evaluation.rates.class_rates import FPIRS
from face_matching.evaluation.rates.pair_rates import FARS, PairRates
from face_matching.evaluation.ten_fold import FoldedAccuracy

INTERVALS = (
    "All intervals are 95 % intervals over people: Wilson's, for as many independent trials as the people "
    "are worth, and for EER, TAR and d-prime those of the bootstrap. Nothing is extrapolated: a rate is not "
    "measurable with so few people that no error at all would still allow it (no error among n proves only "
    "3/n)."
)
SEARCHES = (
    "Pairs are compared by cosine similarity. Classes are searched with the rule of decision in use: by "
    "each student, with photos that were held back from the register, and by strangers, who are taken out "
    "of the class or don't belong to it. Students have one photo fewer than in the register, so with few "
    "photos each the system is a little better than measured."
)
LIVE_NOTE = "A wrong name that nobody noticed is counted as right, so these are lower limits of the errors."


@dataclass(frozen=True)
class TableOf:
    """A table: headings, and rows of as many cells."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Section:
    """One part of the document.

    Attributes:
        title: its heading.
        sentences: paragraphs above the table.
        table: or None.
    """

    title: str
    sentences: tuple[str, ...] = ()
    table: TableOf | None = field(default=None)


def sections_of(found: Evaluation) -> list[Section]:
    """The whole document, the plain words first."""
    sections = [
        Section("In plain words", plain_words_of(found)),
        Section("What was measured", found.notes, _data(found)),
    ]
    if found.pairs is not None:
        sections.append(Section("Two photos compared", (), _pairs(found.pairs)))
    if found.accuracy is not None:
        sections.append(Section("List of pairs", (), _accuracy(found.accuracy)))
    sections += [
        Section("Classes at the setting in use", (), _classes(found.classes)),
        Section(
            "FNIR at FPIR",
            ("Students who are not found, if the threshold were such that so many strangers pass.",),
            _curve(found.classes),
        ),
    ]
    if found.column is not None:
        sections.append(Section(f"By {found.column}", (), _groups(found.groups)))
    if found.live is not None:
        sections.append(Section("Decisions of the live system", (LIVE_NOTE,), _live(found.live)))
    sections.append(Section("How it was measured", (INTERVALS, SEARCHES)))
    return sections


def _data(found: Evaluation) -> TableOf:
    rows: list[Row] = [
        ("source", found.source),
        ("date", found.at.strftime("%Y-%m-%d %H:%M UTC")),
        ("engine, detector", f"{found.engine}, {found.detector}"),
        (
            "setting in use",
            f"FPIR {per_cent(found.fpir)} ({'class-relative' if found.relative else 'plain'} scores)",
        ),
        ("people with a face", str(found.people)),
        ("faces", str(found.faces)),
        *_acquisition(found.acquisition),
    ]
    return TableOf(("", "value"), tuple(rows))


def _acquisition(data: Acquisition) -> list[Row]:
    failed = len(data.not_enrolled)
    rows: list[Row] = [("failure to enrol (people)", shown(failed, data.people))]
    if data.photos is None:
        rows.append(("failure to acquire (photos)", "not known: refused photos are not kept"))
    else:
        total = sum(data.refused.values())
        causes = ", ".join(starmap("{0}: {1}".format, sorted(data.refused.items())))
        rows.append(
            ("failure to acquire (photos)", shown(total, data.photos) + (f"; {causes}" if causes else ""))
        )
    return rows


def _pairs(rates: PairRates) -> TableOf:
    at = threshold(rates.threshold)
    rows: list[Row] = [
        (f"FMR at {at}", *interval(rates.fmr)),
        (f"FNMR at {at}", *interval(rates.fnmr)),
        ("EER", *interval(rates.eer)),
        *((f"TAR at FAR {far:g}", *interval(tar)) for far, tar in zip(FARS, rates.tar, strict=True)),
        ("d-prime", *factor_or_reason(rates.d_prime)),
        ("pairs of one person", str(rates.genuine), f"{rates.people_with_pairs} people"),
        ("pairs of two people", str(rates.impostor), f"{rates.people} people"),
    ]
    return TableOf(("rate", "value", "95 % interval"), tuple(rows))


def _accuracy(found: FoldedAccuracy) -> TableOf:
    folds = ", ".join(per_cent(each) for each in found.folds)
    rows: list[Row] = [
        (f"accuracy, {len(found.folds)} folds", *interval(found.accuracy)),
        ("standard error", per_cent(found.standard_error), ""),
        ("accuracy of each fold", folds, ""),
    ]
    return TableOf(("", "value", "95 % interval"), tuple(rows))


def _classes(classes: tuple[NamedRates, ...]) -> TableOf:
    headings = (
        "class",
        "students",
        "FPIR",
        "strangers marked",
        "strangers to review",
        "FNIR",
        "students marked",
        "students to review",
        "not found",
        "marked as another",
        "searched: students, strangers",
    )
    rows = tuple(
        (
            each.name,
            str(each.rates.size),
            *(
                " ".join(interval(rate)).strip()
                for rate in (
                    each.rates.fpir,
                    each.rates.named,
                    each.rates.stranger_reviewed,
                    each.rates.fnir,
                    each.rates.marked,
                    each.rates.reviewed,
                    each.rates.unknown,
                    each.rates.as_another,
                )
            ),
            f"{each.rates.students}, {each.rates.strangers}",
        )
        for each in classes
    )
    return TableOf(headings, rows)


def _curve(classes: tuple[NamedRates, ...]) -> TableOf:
    rows = tuple(
        (each.name, str(each.rates.size), *(" ".join(interval(at.fnir)).strip() for at in each.rates.curve))
        for each in classes
    )
    return TableOf(("class", "students", *(f"FNIR at FPIR {per_cent(rate)}" for rate in FPIRS)), rows)


def _groups(groups: tuple[GroupRates, ...]) -> TableOf:
    headings = (
        "group",
        "people",
        "FMR within",
        "FNMR",
        "FPIR",
        "strangers marked",
        "FNIR",
        "students marked",
    )
    rows = tuple(
        (
            group.value,
            str(group.people),
            *(
                " ".join(interval(rate)).strip()
                for rate in (group.fmr, group.fnmr, group.fpir, group.named, group.fnir, group.marked)
            ),
        )
        for group in groups
    )
    return TableOf(headings, rows)


def _live(live: LiveDecisions) -> TableOf:
    rows: list[Row] = [
        ("marked by face without review", str(live.marked), ""),
        ("of these, objections that were right", str(live.objections), ""),
        ("wrong names that were noticed", *interval(live.wrong)),
        ("objections nobody has decided", str(live.open_objections), ""),
        ("reviews: the best candidate was right", str(live.first_right), ""),
        ("reviews: another student was right", str(live.other_right), ""),
        ("reviews: refused", str(live.refused), ""),
        ("reviews nobody has decided", str(live.undecided), ""),
        ("best candidate was wrong", *interval(live.refuted)),
    ]
    return TableOf(("", "value", "95 % interval"), tuple(rows))
