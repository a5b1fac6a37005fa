"""Writes a report as Markdown, CSV, JSON and SVG."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from face_detection.pad_kit.errors import PadMaterialError
from face_detection.pad_kit.results.pad_chart import chart_of, percent_of
from face_detection.pad_kit.results.pad_report import TRIES, JudgedPresentation, PadReport, SpeciesRate

COLUMNS = ("measure", "kind", "events", "presentations", "people", "share", "low", "high", "reasons")


def require_folder(folder: Path) -> None:
    """Raise ``PadMaterialError`` unless reports can be written there: better known before hours of work."""
    there = next((each for each in (folder, *folder.absolute().parents) if each.exists()), folder)
    if not there.is_dir():
        raise PadMaterialError(f"The report can't be written to {folder}: {there} is not a folder.")
    if not os.access(there, os.W_OK | os.X_OK):
        raise PadMaterialError(f"The report can't be written to {folder}: {there} is not writable.")


def write_reports(folder: Path, report: PadReport, judged: Sequence[JudgedPresentation]) -> list[Path]:
    """Write ``report.md``, ``report.csv``, ``report.json``, ``report.svg`` and ``presentations.csv``.

    Args:
        folder: made if it isn't there; earlier files of these names are replaced.
        report: the rates.
        judged: each presentation, for ``presentations.csv``.

    Raises:
        PadMaterialError: they can't be written.
    """
    texts = {
        "report.md": markdown_of(report),
        "report.csv": _csv(COLUMNS, _rows(report)),
        "report.json": json.dumps(asdict(report), indent=1, ensure_ascii=False) + "\n",
        "report.svg": chart_of(report),
        "presentations.csv": _csv(
            ("kind", "person", "passed", "why"),
            ((each.kind, each.person, "yes" if each.passed else "no", " ".join(each.why)) for each in judged),
        ),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise PadMaterialError(f"The report can't be written to {folder}: {error.strerror}.") from error
    return [folder / name for name in texts]


def markdown_of(report: PadReport) -> str:
    """The report as a page of text with tables."""
    lines = [
        "# Presentation attacks",
        "",
        f"{report.material} Judged by {report.check}; seed {report.seed}.",
        "",
    ]
    if report.live:
        lines += ["## Live people refused (BPCER)", "", *_table(report.live), ""]
    if report.held is not None:
        held = report.held
        interval = f"95 % interval {100 * held.low:.2g} to {100 * held.high:.2g}"
        counted = f"{held.events} of {held.people} people ({100 * held.share:.2g} %, {interval})"
        lines += [f"Held for the teacher after {TRIES} tries: {counted}.", ""]
    if report.attacks:
        lines += ["## Attacks passed (APCER)", "", *_table(report.attacks), ""]
        lines += [
            "APCER is stated for each species: an attacker chooses the best one, so a mean says nothing.",
            "",
        ]
    return "\n".join(lines)


def _table(species: Sequence[SpeciesRate]) -> Iterator[str]:
    yield "| kind | people | presentations | rate, 95 % interval over people | reasons |"
    yield "|---|---|---|---|---|"
    for each in species:
        why = ", ".join(f"{reason} {count}" for reason, count in each.why[:4])
        kind = each.kind.replace("|", "\\|")
        yield f"| {kind} | {each.rate.people} | {each.rate.presentations} | {percent_of(each)} | {why} |"


def _rows(report: PadReport) -> Iterator[tuple[object, ...]]:
    for measure, species in (("BPCER", report.live), ("APCER", report.attacks)):
        for each in species:
            rate = each.rate
            why = " ".join(f"{reason}={count}" for reason, count in each.why)
            numbers = (f"{value:.6g}" for value in (rate.share, rate.low, rate.high))
            yield measure, each.kind, rate.events, rate.presentations, rate.people, *numbers, why
    if report.held is not None:
        held = report.held
        numbers = (f"{value:.6g}" for value in (held.share, held.low, held.high))
        yield "held", f"live, {TRIES} tries", held.events, held.presentations, held.people, *numbers, ""


def _csv(columns: Sequence[str], rows: Iterator[tuple[object, ...]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()
