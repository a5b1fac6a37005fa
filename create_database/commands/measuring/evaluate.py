"""The command evaluate: measures the error rates of the enrolled students, or of a folder of photos."""

from __future__ import annotations

from pathlib import Path

import click

from attendance.evaluation.evaluations import Grouping
from attendance.evaluation.output.document import sections_of
from attendance.evaluation.output.files import write_report
from attendance.evaluation.results import Evaluation
from attendance.program import admin_command
from create_database.context import AdminContext
from create_database.shell import AdminCommand, GivenPath, pass_admin_context

FOLDER_AND_ENROLLED = "Name a FOLDER of photos or give --enrolled, one of both."
OF_A_FOLDER = "--pairs and --size go with a FOLDER of photos. --enrolled compares what is in the register."
LIST_FILE = GivenPath(path_type=Path)


@click.command(
    cls=AdminCommand,
    examples=(
        "evaluate --enrolled",
        "evaluate --enrolled --by department --output autumn",
        "evaluate photos --list groups.csv --by group",
        "evaluate lfw --pairs pairs.txt",
    ),
)
@click.argument("folder", required=False, type=GivenPath(path_type=Path))
@click.option("--enrolled", is_flag=True, help="Evaluate the enrolled students in the classes of the site.")
@click.option(
    "--by", "column", metavar="COLUMN", help="Measure each group of people with the same value there."
)
@click.option(
    "--list",
    "list_file",
    metavar="FILE",
    type=LIST_FILE,
    help="A CSV or Excel file with that column.  [default: the register]",
)
@click.option("--pairs", metavar="FILE", type=LIST_FILE, help="A list of pairs, such as LFW's pairs.txt.")
@click.option(
    "--size",
    "sizes",
    metavar="N",
    multiple=True,
    type=click.IntRange(min=2),
    help="Draw classes of N people from FOLDER; may be repeated.",
)
@click.option(
    "--output",
    metavar="DIR",
    default="evaluation",
    show_default=True,
    type=GivenPath(path_type=Path, file_okay=False),
    help="The folder for the report.",
)
@pass_admin_context
def evaluate(
    context: AdminContext,
    folder: Path | None,
    *,
    enrolled: bool,
    column: str | None,
    list_file: Path | None,
    pairs: Path | None,
    sizes: tuple[int, ...],
    output: Path,
) -> None:
    """Measure how often people are confused or not recognised, with intervals.

    FOLDER contains a folder of photos for each person; nothing of it is stored in the register. With
    --enrolled the students of the register are compared with each other. The report is written as
    evaluation.html, evaluation.md and evaluation.json. It contains names, and of a FOLDER also faces.
    """
    if enrolled is (folder is not None):
        raise click.UsageError(FOLDER_AND_ENROLLED)
    if enrolled and (pairs is not None or sizes):
        raise click.UsageError(OF_A_FOLDER)
    if list_file is not None and column is None:
        raise click.UsageError("--list needs --by COLUMN, the heading of the column to group by.")
    grouping = None if column is None else Grouping(column, list_file)
    evaluations, progress = context.register.evaluations, context.screen.bars
    if folder is None:
        found = evaluations.of_enrolled(context.register.engine(), grouping, progress)
    else:
        context.load_networks()
        found = evaluations.of_folder(folder, sizes=sizes, grouping=grouping, pairs=pairs, progress=progress)
    _show(context, found)
    for path in write_report(found, output):
        context.screen.note(f"Written: {path}")
    if enrolled and found.broken_promises:
        command = admin_command("calibrate", "--fpir", f"{found.fpir:g}", "--preview")
        context.screen.note(f"To see what setting the thresholds by your own students costs, run: {command}")


def _show(context: AdminContext, found: Evaluation) -> None:
    """Print the document, except how it was measured."""
    for section in sections_of(found)[:-1]:
        context.screen.say(section.title)
        for sentence in section.sentences:
            context.screen.say(sentence)
        if section.table is not None:
            context.screen.table(section.table.headings, section.table.rows)
        context.screen.say("")
