"""Measure the error rates of recognition.

    python -m benchmarks.accuracy FOLDER [FOLDER ...] [--half 1] [--engine facenet] [--detector mtcnn]

A FOLDER contains a folder for each person, whose photos show that person in the middle. Everything is
computed in f32, or in bf16 with ``--precision bf16``. ``--half 1`` uses only half of the people. Decisions in
classes are measured by ``benchmarks.open_set`` and ``benchmarks.groups``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import click
from rich.console import Console
from rich.table import Table

from benchmarks.apparatus.accuracy_report import AccuracyReport, accuracy_report
from benchmarks.apparatus.face_folder import Embedded, labelled_photos
from benchmarks.apparatus.recognition import detector_option, embed_with, engine_option, plain_errors
from face_detection.runtime.openvino_runtime import Precision
from face_matching.decision import DecisionPolicy
from face_matching.evaluation.bootstrap import Estimate
from face_matching.thresholds import policy_for

CLASS = 60
"""Size of the class whose threshold is used for FMR and FNMR."""


WIDTH = 110
"""Columns of the output, so that numbers are not truncated without a terminal."""

METRICS: tuple[tuple[str, Callable[[AccuracyReport], Estimate], float], ...] = (
    (f"FMR x 1e4, class of {CLASS}", lambda report: report.fmr, 1e4),
    (f"FNMR %, class of {CLASS}", lambda report: report.fnmr, 100),
    ("EER %", lambda report: report.eer, 100),
    ("TAR % at FAR 1e-2", lambda report: report.tar_at_1e2, 100),
    ("TAR % at FAR 1e-3", lambda report: report.tar_at_1e3, 100),
    ("FNIR % at FPIR 1 %", lambda report: report.fnir, 100),
)


@dataclass(frozen=True, eq=False)
class AccuracyRun:
    """The results of one engine and detector."""

    policy: DecisionPolicy
    embedded: Embedded
    report: AccuracyReport


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--half", type=click.IntRange(0, 1), help="Use only this half of the people.")
@click.option("--precision", type=click.Choice(get_args(Precision)), default="f32", show_default=True)
@click.option("--grey", is_flag=True, help="Convert the photos to greyscale first.")
@engine_option
@detector_option
def main(
    *,
    folders: tuple[Path, ...],
    half: int | None,
    precision: Precision,
    grey: bool,
    engines: tuple[str, ...],
    detectors: tuple[str, ...],
) -> None:
    """Measure and print the tables."""
    console = Console(width=WIDTH)
    measured = []
    with plain_errors():
        photos = labelled_photos(folders, half)
        for detector in detectors:
            found = embed_with(console, photos, engines, detector, grey=grey, precision=precision)
            for engine, embedded in found.items():
                policy = policy_for(engine, detector)
                threshold = policy.search_threshold(CLASS)
                report = accuracy_report(embedded.embeddings, embedded.identities, threshold)
                measured.append(AccuracyRun(policy, embedded, report))
    console.print(_rates_table(measured))
    console.print("In brackets: 95 % bootstrap confidence intervals over people.")


def _rates_table(measured: Sequence[AccuracyRun]) -> Table:
    table = Table("", title="Error rates")
    for one in measured:
        table.add_column(_name(one.policy), justify="right")
    reports = [one.report for one in measured]
    table.add_row("people", *(str(report.people) for report in reports))
    table.add_row("photos", *(str(report.photos) for report in reports))
    table.add_row("no face found", *(str(len(one.embedded.missed)) for one in measured))
    table.add_row("pairs of one person", *(str(report.genuine) for report in reports))
    table.add_row("pairs of two people", *(str(report.impostor) for report in reports))
    table.add_row(f"threshold, class of {CLASS}", *(f"{report.threshold:.3f}" for report in reports))
    for name, rate, unit in METRICS:
        table.add_row(name, *(_cell(rate(report), unit) for report in reports))
    return table


def _cell(rate: Estimate, unit: float) -> str:
    return f"{rate.value * unit:.2f}\n({rate.low * unit:.2f} to {rate.high * unit:.2f})"


def _name(policy: DecisionPolicy) -> str:
    return f"{policy.engine}, {policy.detector}"


if __name__ == "__main__":
    main()
