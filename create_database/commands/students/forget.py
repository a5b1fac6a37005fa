"""The command forget: removes a student erased on another machine from this machine's files."""

from __future__ import annotations

import click

from attendance.program import admin_command, typed
from attendance.values import Student
from attendance.values.roll_numbers import clean_text
from create_database.context import AdminContext
from create_database.errors import AdminError
from create_database.shell import AdminCommand, pass_admin_context


@click.command(cls=AdminCommand, examples=('forget 17 "Eileen Collins"',))
@click.argument("roll_number", metavar="ROLL")
@click.argument("name", metavar="NAME")
@pass_admin_context
def forget(context: AdminContext, roll_number: str, name: str) -> None:
    """Remove a student erased on another machine from this machine's daily lists and reports folder.

    If several servers share one MongoDB, each writes its own files. The command remove cleans those of the
    machine it runs on; run this command on the others. Running it twice changes nothing.
    """
    erased = Student(id="", roll_number=clean_text(roll_number), name=clean_text(name))
    if not erased.roll_number or not erased.name:
        raise click.UsageError(
            "Give the roll number and the name of the erased student, such as: "
            + admin_command("forget", "17", '"Eileen Collins"')
        )
    present = context.register.store.student_by_roll(erased.roll_number)
    if present is not None and present.name == erased.name:
        raise AdminError(
            f"{erased.name} ({erased.roll_number}) is still in the register. To erase this student, run: "
            f"{admin_command('remove', typed(erased.roll_number))}"
        )
    reporting = context.register.reporting
    reporting.forget(erased)
    reporting.close()
    if reporting.problems:
        problems = "; ".join(reporting.problems.values())
        raise AdminError(f"Not all files could be cleaned: {problems} Fix this and run the command again.")
    parts = (reporting.daily, reporting.folder)
    folders = [str(part.folder) for part in parts if part is not None]
    if not folders:
        context.screen.say(
            "This machine writes neither daily lists nor reports, so there is nothing to clean."
        )
        return
    context.screen.say(
        f"No file of this program in {' and '.join(folders)} names {erased.name} ({erased.roll_number}) "
        "any more. If the register had another name or number, run the command again with those."
    )
