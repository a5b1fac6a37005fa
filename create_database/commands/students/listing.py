"""The command list."""

from __future__ import annotations

from collections import Counter

import click

from attendance.lists.headings import LIST_COLUMNS
from attendance.people.new_student import details_of
from attendance.people.student_details import photos_in_use
from attendance.program import admin_command
from attendance.register import Register
from attendance.values import Student
from attendance.values.roll_numbers import is_found, search_words
from create_database.context import AdminContext
from create_database.shell import AdminCommand, pass_admin_context
from create_database.spreadsheet import STANDARD_OUTPUT, write_csv
from create_database.wording import counted, named

HEADINGS = (
    "Roll number",
    "Name",
    "Email",
    "Phone",
    "Department",
    "Year",
    "Guardian",
    "Picture",
    "Photos",
    "Consent",
)


@click.command(
    "list",
    cls=AdminCommand,
    examples=("list", "list collins", "list physics 2026 --csv physics.csv", "list --csv -", "list --twins"),
)
@click.argument("search", nargs=-1)
@click.option(
    "--csv", "csv_file", metavar="FILE", help="Write the list to FILE as CSV; - is standard output."
)
@click.option(
    "--twins", is_flag=True, help="List only students with the same roll number, written differently."
)
@pass_admin_context
def list_students(
    context: AdminContext, search: tuple[str, ...], csv_file: str | None, *, twins: bool
) -> None:
    """List all students, or those whose details contain every word of SEARCH.

    The details are roll number, name, email, phone, department, year, guardian's email and picture number.
    The CSV file can serve as roster.csv.
    """
    same = context.register.students.twins()
    students = [one for each in same for one in each] if twins else context.register.students.all()
    found = [student for student in students if _matches(student, search)]
    photos, others = _recognisable(context.register)
    rows = [_row(student, photos[student.id]) for student in found]
    if csv_file is not None:
        write_csv(csv_file, LIST_COLUMNS, rows)
        if csv_file != STANDARD_OUTPUT:
            context.screen.say(f"{counted(len(rows), 'student')} written to {csv_file}.")
        return
    context.screen.table(HEADINGS, rows)
    if not twins:
        _note_unrecognisable(context, [student for student in found if not photos[student.id]], others)
    for each in same:
        context.screen.note(
            f"{' and '.join(one.roll_number for one in each)} are the same roll number, written differently. "
            f"Give one of them another one: {admin_command('rename', 'OLD', 'NEW')}"
        )
    if twins and not same:
        context.screen.note("No two students have the same roll number.")
    elif not students:
        enrol = admin_command("enrol", "FOLDER", '--consent "HOW"')
        context.screen.note(
            f"Nobody is enrolled in {context.settings.data} yet. To enrol students, run: {enrol}"
        )
    elif not found:
        context.screen.note(f"None of {counted(len(students), 'student')} matches {' '.join(search)}.")


def _recognisable(register: Register) -> tuple[Counter[str], set[str]]:
    """The number of photos by which each student can be recognised, and who has only others."""
    photos = photos_in_use(register.store)
    return photos, {each.student_id for each in register.store.templates()} - set(photos)


def _note_unrecognisable(context: AdminContext, students: list[Student], others: set[str]) -> None:
    """Print who can't be recognised, and what helps.

    Args:
        context: of the command.
        students: those without a photo by which they can be recognised.
        others: the ids of those with photos of another engine or detector.
    """
    computed = [student for student in students if student.id in others]
    without = [student for student in students if student.id not in others and student.active]
    if computed:
        context.screen.note(
            f"Can't be recognised until their photos are computed again for the engine in use: "
            f"{named(computed)}. Run: {admin_command('re-embed')}"
        )
    if without:
        context.screen.note(f"Can't be recognised without a photo: {named(without)}.")


def _matches(student: Student, words: tuple[str, ...]) -> bool:
    """Whether the student's details contain every word."""
    details = (value for value in details_of(student).values() if value)
    return is_found(search_words(" ".join(words)), details)


def _row(student: Student, photos: int) -> tuple[str, ...]:
    """A student's row in the list."""
    return (
        *(text or "" for text in details_of(student).values()),
        str(photos),
        student.consent.how if student.consent else "",
    )
