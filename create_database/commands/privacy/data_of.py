"""The command data-of: writes everything that is stored about a student into a ZIP."""

from __future__ import annotations

from pathlib import Path

import click

from attendance.files.whole_file import new_file
from create_database.context import AdminContext
from create_database.errors import AdminError
from create_database.shell import AdminCommand, GivenPath, pass_admin_context
from create_database.wording import counted


@click.command("data-of", cls=AdminCommand, examples=("data-of 17 --to collins.zip",))
@click.argument("roll_number", metavar="ROLL")
@click.option(
    "--to",
    "target",
    metavar="FILE",
    required=True,
    type=GivenPath(path_type=Path),
    help="The ZIP to write; it must not exist yet.",
)
@pass_admin_context
def data_of(context: AdminContext, roll_number: str, target: Path) -> None:
    """Write everything that is stored about a student into a ZIP that a person can read.

    It has pages, the same as JSON, and pictures, and nothing about other students. The file is readable by
    you alone; that it was written is in the audit trail.
    """
    student = context.student(roll_number)
    try:
        with new_file(target) as file:
            counts = context.register.data_of.write(student, file)
    except FileExistsError as error:
        raise AdminError(f"{target} is there already. Name a new file with --to.") from error
    context.screen.say(
        f"Written: {counted(sum(counts.values()), 'record')} about {student.name} ({student.roll_number}) "
        f"in {target}. Open index.html in it."
    )
