"""The commands marks and mark."""

from __future__ import annotations

from datetime import date

import click

from attendance.marks.last_word import change_of
from attendance.marks.mark_list import MarkRow, mark_rows
from attendance.values import MarkStatus
from create_database.context import AdminContext, person_named
from create_database.days import parse_day
from create_database.errors import AdminError
from create_database.finding.session_lookup import course_name, find_session, find_session_of, on_roster
from create_database.shell import AdminCommand, by_option, pass_admin_context
from create_database.spreadsheet import STANDARD_OUTPUT, write_csv
from create_database.wording import counted

ALL_DAYS = "all"
LONGEST_NOTE = 500  # characters
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
        "mark 17 late --day 2026-11-20 --course Physics",
        'mark 17 present --session "physics|2026-11-20|09:00"',
    ),
)
@click.argument("roll_number", metavar="ROLL")
@click.argument(
    "status",
    metavar="STATUS",
    type=click.Choice([status.value for status in MarkStatus], case_sensitive=False),
)
@click.option("--note", default="", help="The reason, for the mark's history.")
@click.option("--day", metavar="D", help="The day of the session, YYYY-MM-DD.  [default: today]")
@click.option("--course", metavar="C", help="The session's course: its id or name.")
@click.option("--session", "session_id", metavar="ID", help="The session's id, instead of day and course.")
@by_option
@pass_admin_context
def mark(
    context: AdminContext,
    roll_number: str,
    status: str,
    *,
    note: str,
    day: str | None,
    course: str | None,
    session_id: str | None,
    by: str,
) -> None:
    """Mark a student by hand: STATUS is present, late, absent, excused, or withdrawn to take the mark back.

    Without --course and --session it is the only session of the student's courses on that day.
    """
    student = context.student(roll_number)
    if len(note) > LONGEST_NOTE:
        raise AdminError(f"The note has {len(note)} characters; at most {LONGEST_NOTE} are kept. Shorten it.")
    if session_id is not None:
        if day is not None or course is not None:
            raise click.UsageError("--session names the session. Omit --day and --course.")
        session = find_session(context, session_id)
    else:
        session = find_session_of(context, student, course=course, day=_one_day(context, day))
    made = context.register.marking.mark(
        student.roll_number, MarkStatus(status), by=by, note=note.strip(), session=session
    )
    name = course_name(context, session)
    context.screen.say(f"{student.name} ({student.roll_number}) is {made.status} in {name} on {session.day}.")
    if made.status is not MarkStatus.WITHDRAWN and not on_roster(context, session, student):
        context.screen.note(f"{student.name} is not on the roster of {name}, and counts as a guest.")


def _day(context: AdminContext, day: str | None) -> str | None:
    """The day in the register's form, YYYY-MM-DD; None for all days."""
    if day is None:
        return context.today.isoformat()
    if day.strip().lower() == ALL_DAYS:
        return None
    try:
        return parse_day(day).isoformat()
    except ValueError as error:
        raise AdminError(str(error)) from error


def _one_day(context: AdminContext, day: str | None) -> date:
    """The one day that was given, or today.

    Raises:
        click.UsageError: it is no single day.
    """
    wanted = _day(context, day)
    if wanted is None:
        raise click.UsageError("A mark belongs to one day. Give it as YYYY-MM-DD.")
    return date.fromisoformat(wanted)


def _row(context: AdminContext, row: MarkRow) -> tuple[str, ...]:
    """A mark's row in the list."""
    last = change_of(row.mark)
    return (
        row.session.day,
        row.course_name,
        row.student.roll_number,
        row.student.name,
        str(row.mark.status),
        context.local(row.mark.at),
        str(row.mark.method),
        person_named(context, last.by) if last else "",
        last.note if last else "",
        "yes" if row.mark.under_review else "",
    )
