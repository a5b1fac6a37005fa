"""The commands on marks: marks, mark."""

from __future__ import annotations

from datetime import date

import click

from attendance.classes.general_course import GENERAL_COURSE
from attendance.marks.mark_list import MarkRow, mark_rows
from attendance.values import MarkStatus, Session
from create_database.context import Desk
from create_database.errors import AdminError
from create_database.shell import AdminCommand, by_option, pass_desk
from create_database.spreadsheet import STANDARD_OUTPUT, write_csv
from create_database.wording import counted

ALL_DAYS = "all"
HEADINGS = ("Day", "Course", "Roll number", "Name", "Status", "Time", "Method", "By", "Note", "Under review")
CSV_COLUMNS = tuple(heading.lower().replace(" ", "_") for heading in HEADINGS)


@click.command(
    cls=AdminCommand,
    examples=("marks", "marks --day 2026-11-20", "marks --day all --csv term.csv"),
)
@click.option("--day", metavar="D", help="A day as YYYY-MM-DD, or all.  [default: today]")
@click.option(
    "--csv", "csv_file", metavar="FILE", help="Write the marks to FILE as CSV; - is the standard output."
)
@pass_desk
def marks(desk: Desk, day: str | None, csv_file: str | None) -> None:
    """List the marks of a day: who has come, when, and how it was noted."""
    wanted = _day(desk, day)
    rows = [_row(desk, row) for row in mark_rows(desk.register.store, wanted)]
    if csv_file is not None:
        write_csv(csv_file, CSV_COLUMNS, rows)
        if csv_file != STANDARD_OUTPUT:
            desk.screen.say(f"{counted(len(rows), 'mark')} written to {csv_file}.")
        return
    desk.screen.table(HEADINGS, rows)
    if not rows:
        desk.screen.note("There are no marks yet." if wanted is None else f"There are no marks on {wanted}.")


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
@click.option("--note", default="", help="Why, for the mark's history.")
@click.option("--day", metavar="D", help="The day of the session, YYYY-MM-DD.  [default: today]")
@by_option
@pass_desk
def mark(desk: Desk, roll_number: str, status: str, *, note: str, day: str | None, by: str) -> None:
    """Mark a student by hand: present, late, absent or excused."""
    student = desk.student(roll_number)
    session = _session_on(desk, day)
    made = desk.register.marking.mark(
        student.roll_number, MarkStatus(status), by=by, note=note.strip(), session=session
    )
    desk.screen.say(f"{student.name} ({student.roll_number}) is {made.status} on {session.day}.")


def _day(desk: Desk, day: str | None) -> str | None:
    """The day as the register writes it; None for all."""
    if day is None:
        return desk.register.clock.now().astimezone(desk.settings.time_zone).date().isoformat()
    if day.strip().lower() == ALL_DAYS:
        return None
    try:
        return date.fromisoformat(day.strip()).isoformat()
    except ValueError as error:
        raise AdminError(f"{day} is no day. Write it as YYYY-MM-DD, such as 2026-11-20.") from error


def _session_on(desk: Desk, day: str | None) -> Session:
    """The General session of a day.

    Raises:
        AdminError: there was none.
    """
    if day is None:
        return desk.register.sessions.today()
    wanted = _day(desk, day)
    if wanted is None:
        raise AdminError("A mark belongs to one day. Write it as YYYY-MM-DD.")
    if wanted == _day(desk, None):
        return desk.register.sessions.today()
    for session in desk.register.sessions.on_day(wanted):
        if session.course_id == GENERAL_COURSE.id:
            return session
    raise AdminError(f"There was no session on {wanted}, so nothing can be marked for it.")


def _row(desk: Desk, row: MarkRow) -> tuple[str, ...]:
    """One mark's line."""
    last = row.mark.history[-1] if row.mark.history else None
    return (
        row.session.day,
        row.course_name,
        row.student.roll_number,
        row.student.name,
        str(row.mark.status),
        desk.local(row.mark.at),
        str(row.mark.method),
        last.by if last else "",
        last.note if last else "",
        "yes" if row.mark.under_review else "",
    )
