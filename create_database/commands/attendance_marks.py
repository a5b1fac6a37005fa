"""The commands marks and mark."""

from __future__ import annotations

import click

from attendance.classes.general_course import GENERAL_COURSE
from attendance.marks.mark_list import MarkRow, mark_rows
from attendance.values import MarkStatus, Session
from create_database.context import AdminContext
from create_database.days import parse_day
from create_database.errors import AdminError
from create_database.shell import AdminCommand, by_option, pass_admin_context
from create_database.spreadsheet import STANDARD_OUTPUT, write_csv
from create_database.wording import counted

ALL_DAYS = "all"
HEADINGS = ("Day", "Course", "Roll number", "Name", "Status", "Time", "Method", "By", "Note", "In review")
CSV_COLUMNS = tuple(heading.lower().replace(" ", "_") for heading in HEADINGS)


@click.command(
    cls=AdminCommand,
    examples=("marks", "marks --day 2026-11-20", "marks --day all --csv term.csv"),
)
@click.option("--day", metavar="D", help="A day, YYYY-MM-DD, or all.  [default: today]")
@click.option(
    "--csv", "csv_file", metavar="FILE", help="Write the marks to FILE as CSV; - is standard output."
)
@pass_admin_context
def marks(context: AdminContext, day: str | None, csv_file: str | None) -> None:
    """List the marks of a day with status, time and method."""
    wanted = _day(context, day)
    rows = [_row(context, row) for row in mark_rows(context.register.store, wanted)]
    if csv_file is not None:
        write_csv(csv_file, CSV_COLUMNS, rows)
        if csv_file != STANDARD_OUTPUT:
            context.screen.say(f"{counted(len(rows), 'mark')} written to {csv_file}.")
        return
    context.screen.table(HEADINGS, rows)
    if not rows:
        context.screen.note(
            "There are no marks yet." if wanted is None else f"There are no marks on {wanted}."
        )


@click.command(
    cls=AdminCommand,
    examples=(
        "mark 17 present",
        'mark 17 excused --note "doctor\'s letter"',
        "mark 17 late --day 2026-11-20",
    ),
)
@click.argument("roll_number", metavar="ROLL")
@click.argument("status", type=click.Choice([status.value for status in MarkStatus], case_sensitive=False))
@click.option("--note", default="", help="The reason, for the mark's history.")
@click.option("--day", metavar="D", help="The day of the session, YYYY-MM-DD.  [default: today]")
@by_option
@pass_admin_context
def mark(
    context: AdminContext, roll_number: str, status: str, *, note: str, day: str | None, by: str
) -> None:
    """Mark a student by hand: present, late, absent or excused."""
    student = context.student(roll_number)
    session = _session_on(context, day)
    made = context.register.marking.mark(
        student.roll_number, MarkStatus(status), by=by, note=note.strip(), session=session
    )
    context.screen.say(f"{student.name} ({student.roll_number}) is {made.status} on {session.day}.")


def _day(context: AdminContext, day: str | None) -> str | None:
    """The day in the register's form, YYYY-MM-DD; None for all days."""
    if day is None:
        return context.register.clock.now().astimezone(context.settings.time_zone).date().isoformat()
    if day.strip().lower() == ALL_DAYS:
        return None
    try:
        return parse_day(day).isoformat()
    except ValueError as error:
        raise AdminError(str(error)) from error


def _session_on(context: AdminContext, day: str | None) -> Session:
    """The General session of a day.

    Raises:
        AdminError: there was no such session, or no single day is given.
    """
    if day is None:
        return context.register.sessions.today()
    wanted = _day(context, day)
    if wanted is None:
        raise AdminError("A mark belongs to one day. Give it as YYYY-MM-DD.")
    if wanted == _day(context, None):
        return context.register.sessions.today()
    for session in context.register.sessions.on_day(wanted):
        if session.course_id == GENERAL_COURSE.id:
            return session
    raise AdminError(f"There was no General session on {wanted}, so nobody can be marked.")


def _row(context: AdminContext, row: MarkRow) -> tuple[str, ...]:
    """A mark's row in the list."""
    last = row.mark.history[-1] if row.mark.history else None
    return (
        row.session.day,
        row.course_name,
        row.student.roll_number,
        row.student.name,
        str(row.mark.status),
        context.local(row.mark.at),
        str(row.mark.method),
        last.by if last else "",
        last.note if last else "",
        "yes" if row.mark.under_review else "",
    )
