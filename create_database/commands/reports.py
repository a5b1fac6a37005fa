"""The commands report session, report course and report student."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from attendance.reports.content.values import Report, SessionReport
from attendance.reports.excel.workbook import report_workbook
from attendance.reports.export.csv_files import report_csv
from attendance.reports.export.moodle import MoodleAcronyms, MoodleFile, MoodleUser, moodle_file
from attendance.reports.export.noted_export import note_export
from create_database.context import AdminContext
from create_database.days import day_option
from create_database.finding.course_lookup import find_course, find_session_id
from create_database.shell import AdminCommand, AdminGroup, pass_admin_context
from create_database.spreadsheet import STANDARD_OUTPUT, put_file, put_text
from create_database.wording import counted, named

CSV, XLSX, MOODLE = "csv", "xlsx", "moodle"
DEFAULT_ACRONYMS = "P,L,E,A"

Command = Callable[..., Any]


def _output_options(*formats: str) -> Callable[[Command], Command]:
    """``--format``, ``--output`` and ``--methods``."""

    def add(command: Command) -> Command:
        command = click.option("--methods", is_flag=True, help="Add the method of each mark.")(command)
        command = click.option(
            "--output",
            metavar="FILE",
            default=STANDARD_OUTPUT,
            help="The file to write; - is standard output.",
        )(command)
        return click.option(
            "--format",
            "form",
            type=click.Choice(formats, case_sensitive=False),
            help="The format.  [default: by the extension of FILE, or else csv]",
        )(command)

    return add


def _range_options(command: Command) -> Command:
    """``--from`` and ``--to``."""
    command = day_option("--to", "last_day", "The last day, YYYY-MM-DD.  [default: today]")(command)
    return day_option("--from", "first_day", "The first day, YYYY-MM-DD.  [default: the beginning]")(command)


@click.group(
    cls=AdminGroup,
    examples=(
        "report course physics --from 2026-09-01 --output term.xlsx",
        "report student 17 --output 17.csv",
        "report session --course physics --day 2026-11-23 --format moodle --output moodle.csv",
    ),
)
def report() -> None:
    """Write a report on a session, a course or a student."""


@report.command(
    "session",
    cls=AdminCommand,
    examples=(
        "report session --course physics --output today.xlsx",
        "report session 'physics|2026-11-23|09:00' --format moodle --output moodle.csv",
    ),
)
@click.argument("session_id", metavar="[SESSION]", required=False)
@click.option("--course", metavar="COURSE", help="The course, by id or name, if SESSION is omitted.")
@day_option("--day", "day", "The day, YYYY-MM-DD, if SESSION is omitted.  [default: today]")
@_output_options(CSV, XLSX, MOODLE)
@click.option(
    "--identify-by",
    type=click.Choice([user.value for user in MoodleUser], case_sensitive=False),
    default=MoodleUser.IDNUMBER.value,
    show_default=True,
    help="How Moodle identifies students.",
)
@click.option(
    "--statuses",
    metavar="P,L,E,A",
    default=DEFAULT_ACRONYMS,
    show_default=True,
    help="Moodle's acronyms for present, late, excused and absent.",
)
@pass_admin_context
def of_session(
    context: AdminContext,
    session_id: str | None,
    *,
    course: str | None,
    day: date | None,
    form: str | None,
    output: str,
    methods: bool,
    identify_by: str,
    statuses: str,
) -> None:
    """Write who attended a session.

    SESSION is the session's id; instead you can give --course and --day.
    """
    wanted = session_id or find_session_id(context, course, day)
    form = _form(form, output)
    made = context.register.reports.of_session(wanted, methods=methods)
    if form != MOODLE:
        _write(context, made, form, output)
        return
    acronyms = MoodleAcronyms.parse(statuses)
    moodle = moodle_file(made, identify_by=MoodleUser(identify_by), acronyms=acronyms)
    note_export(context.register.audit, made, form)
    _put_csv(moodle.data, output)
    _print_moodle(context, made, moodle, output)


@report.command(
    "course",
    cls=AdminCommand,
    examples=(
        "report course physics --output term.xlsx",
        "report course Physics --from 2026-11-01 --to 2026-11-30 --format csv",
    ),
)
@click.argument("course", metavar="COURSE")
@_range_options
@_output_options(CSV, XLSX)
@pass_admin_context
def of_course(
    context: AdminContext,
    course: str,
    *,
    first_day: date | None,
    last_day: date | None,
    form: str | None,
    output: str,
    methods: bool,
) -> None:
    """Write who attended the sessions of a course.

    COURSE is its id or name.
    """
    form = _form(form, output)
    course_id = find_course(context, course).id
    made = context.register.reports.of_course(course_id, first_day, last_day, methods=methods)
    _write(context, made, form, output)


@report.command(
    "student",
    cls=AdminCommand,
    examples=(
        "report student 17 --output 17.xlsx",
        "report student 17 --course physics --from 2026-09-01",
    ),
)
@click.argument("roll_number", metavar="ROLL")
@click.option(
    "--course", "courses", metavar="COURSE", multiple=True, help="Only this course; may be repeated."
)
@_range_options
@_output_options(CSV, XLSX)
@pass_admin_context
def of_student(
    context: AdminContext,
    roll_number: str,
    *,
    courses: tuple[str, ...],
    first_day: date | None,
    last_day: date | None,
    form: str | None,
    output: str,
    methods: bool,
) -> None:
    """Write a student's attendance in each of their courses."""
    form = _form(form, output)
    student = context.student(roll_number)
    course_ids = [find_course(context, course).id for course in courses] if courses else None
    made = context.register.reports.of_student(student.id, first_day, last_day, course_ids, methods=methods)
    _write(context, made, form, output)


def _form(form: str | None, output: str) -> str:
    ending = Path(output).suffix.lower().removeprefix(".")
    if form is None and ending not in ("", CSV, XLSX):
        raise click.UsageError(
            f"{output}: .{ending} is not a format. Name the file .csv or .xlsx, or add --format."
        )
    if form is None:
        form = XLSX if ending == XLSX else CSV
    if form == XLSX and output == STANDARD_OUTPUT:
        raise click.UsageError("Excel files can't go to standard output. Name a file with --output.")
    return form


def _write(context: AdminContext, made: Report, form: str, output: str) -> None:
    note_export(context.register.audit, made, form)
    if form == XLSX:
        put_file(output, report_workbook(made), "--output")
    else:
        _put_csv(report_csv(made, bom=output != STANDARD_OUTPUT), output)
    if output != STANDARD_OUTPUT:
        context.screen.say(f"Written to {output}.")


def _put_csv(data: bytes, output: str) -> None:
    if output == STANDARD_OUTPUT:
        put_text(data.decode())
    else:
        put_file(output, data, "--output")


def _print_moodle(context: AdminContext, made: SessionReport, moodle: MoodleFile, output: str) -> None:
    """Print how many students Moodle's file contains, and which it omits and why."""
    if output != STANDARD_OUTPUT:
        context.screen.say(f"{counted(moodle.rows, 'student')} of {made.session.id} written to {output}.")
    for why, left_out in (
        ("without a mark", moodle.unmarked),
        ("in review", moodle.undecided),
        ("without this identifier", moodle.unknown),
    ):
        if left_out:
            context.screen.note(f"Not in the file, {why}: {named(left_out)}.")
