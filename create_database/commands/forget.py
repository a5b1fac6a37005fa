"""The command forget: takes an erased student out of the files of a machine that did not erase them."""

from __future__ import annotations

import click

from attendance.values import Student
from attendance.values.roll_numbers import clean_text
from create_database.context import Desk
from create_database.errors import AdminError
from create_database.shell import AdminCommand, pass_desk


@click.command(cls=AdminCommand, examples=('forget 17 "Eileen Collins"',))
@click.argument("roll_number", metavar="ROLL")
@click.argument("name", metavar="NAME")
@pass_desk
def forget(desk: Desk, roll_number: str, name: str) -> None:
    """Take a student who was erased on another machine out of this machine's daily lists and reports folder.

    Where several machines have one MongoDB, each writes its own files. Erasing cleans those of the machine
    that does it; run this on the others. Doing it twice changes nothing.
    """
    erased = Student(id="", roll_number=clean_text(roll_number), name=clean_text(name))
    if not erased.roll_number or not erased.name:
        raise AdminError(
            'Give the roll number and the name that were erased, such as: forget 17 "Eileen Collins"'
        )
    present = desk.register.store.student_by_roll(erased.roll_number)
    if present is not None and present.name == erased.name:
        raise AdminError(
            f"{erased.name} ({erased.roll_number}) is in the register; the command remove erases."
        )
    reporting = desk.register.reporting
    reporting.forget(erased)
    reporting.close()
    if reporting.problems:
        told = "; ".join(reporting.problems.values())
        raise AdminError(f"Not all files could be cleaned ({told}). Mend that and run it again.")
    parts = (reporting.daily, reporting.folder)
    folders = [str(part.folder) for part in parts if part is not None]
    if not folders:
        desk.screen.say("This machine writes neither daily lists nor reports: there is nothing to clean.")
        return
    desk.screen.say(
        f"{erased.name} ({erased.roll_number}) is in no file of {' and '.join(folders)} any more."
    )
