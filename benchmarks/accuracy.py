"""How often people are confused, and how often they are not recognised.

    python -m benchmarks.accuracy FOLDER [FOLDER ...] [--half 1] [--engine facenet] [--detector mtcnn]

A FOLDER holds a folder for each person, with photos in which the person is in the middle. Everything is
computed in f32. ``--half 1`` takes only the people that the thresholds were not set on.
"""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from benchmarks.accuracy_report import AccuracyReport, accuracy_report
from benchmarks.face_folder import Embedded, labelled_photos
from benchmarks.policy_outcomes import Outcomes, outcomes
from benchmarks.recognition import detector_option, embed_with, engine_option, plain_errors
from face_matching.bootstrap import Estimate
from face_matching.decision import DecisionPolicy
from face_matching.thresholds import policy_for

CLASS = 60
"""People in the class whose threshold FMR and FNMR are taken at."""

CLASSES = (30, 60, 300, 1000)
TEMPLATES = (1, 2, 4)


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--half", type=click.IntRange(0, 1), help="Only this half of the people.")
@engine_option
@detector_option
def main(
    folders: tuple[Path, ...], half: int | None, engines: tuple[str, ...], detectors: tuple[str, ...]
) -> None:
    """Measure and print the tables."""
    console = Console()
    rates, decisions = _rates_table(), _decisions_table()
    with plain_errors():
        photos = labelled_photos(folders, half)
        for detector in detectors:
            for engine, embedded in embed_with(console, photos, engines, detector).items():
                policy = policy_for(engine, detector)
                report = accuracy_report(
                    embedded.embeddings, embedded.identities, policy.search_threshold(CLASS)
                )
                _add_rates(rates, policy, report, len(embedded.missed))
                _add_decisions(decisions, policy, embedded)
    console.print(rates)
    console.print("In brackets: 95 % intervals over people drawn anew. FMR in units of 1e-4.")
    console.print(decisions)


def _rates_table() -> Table:
    table = Table(title=f"Error rates; FMR and FNMR at the threshold for {CLASS} people")
    for heading in ("engine", "detector", "people", "photos", "no face", "pairs", "threshold"):
        table.add_column(heading)
    for heading in ("FMR", "FNMR %", "EER %", "TAR % at FAR 1e-2", "at 1e-3", "FNIR % at FPIR 1 %"):
        table.add_column(heading, justify="right")
    return table


def _add_rates(table: Table, policy: DecisionPolicy, report: AccuracyReport, missed: int) -> None:
    names = (policy.engine, policy.detector)
    counts = (str(report.people), str(report.photos), str(missed), f"{report.genuine}+{report.impostor}")
    percent = (report.fnmr, report.eer, report.tar_at_1e2, report.tar_at_1e3, report.fnir)
    cells = (_cell(report.fmr, 1e4), *(_cell(rate, 100) for rate in percent))
    table.add_row(*names, *counts, f"{report.threshold:.3f}", *cells)


def _cell(rate: Estimate, unit: float) -> str:
    return f"{rate.value * unit:.2f}\n({rate.low * unit:.2f} to {rate.high * unit:.2f})"


def _decisions_table() -> Table:
    table = Table(title="Decisions, in % of the searches: right / wrong / held for review / refused")
    for heading in ("engine", "detector", "photos enrolled", "strangers (class as large as the data)"):
        table.add_column(heading)
    for size in CLASSES:
        table.add_column(f"students, class of {size}", justify="right")
    return table


def _add_decisions(table: Table, policy: DecisionPolicy, embedded: Embedded) -> None:
    rows, names = embedded.embeddings, embedded.identities
    for templates in TEMPLATES:
        strangers = outcomes(policy, rows, names, templates=templates, strangers=True)
        students = [
            outcomes(policy, rows, names, templates=templates, class_size=max(size, len(set(names))))
            for size in CLASSES
        ]
        cells = [_shares(result) for result in students]
        table.add_row(policy.engine, policy.detector, str(templates), _shares(strangers), *cells)


def _shares(result: Outcomes) -> str:
    shares = (result.right, result.wrong, result.held, result.refused)
    return " / ".join(f"{share * 100:.1f}" for share in shares)


if __name__ == "__main__":
    main()
