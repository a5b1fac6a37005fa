"""The commands on reports: report session, report course, report student."""

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
from attendance.values import Course, Student
from create_database.context import Desk
from create_database.days import day_option
from create_database.errors import AdminError
from create_database.shell import AdminCommand, AdminGroup, pass_desk
from create_database.spreadsheet import STANDARD_OUTPUT, put_file, put_text
from create_database.wording import counted

CSV, XLSX, MOODLE = "csv", "xlsx", "moodle"
DEFAULT_ACRONYMS = "P,L,E,A"
MOST_NAMED = 10

Command = Callable[..., Any]


def _output_options(*formats: str) -> Callable[[Command], Command]:
    """``--format``, ``--output`` and ``--methods``."""

    def add(command: Command) -> Command:
        command = click.option("--methods", is_flag=True, help="Also tell how each mark came about.")(command)
        command = click.option(
            "--output", metavar="FILE", default=STANDARD_OUTPUT, help="Where to; - is the standard output."
        )(command)
        return click.option(
            "--format",
            "form",
            type=click.Choice(formats, case_sensitive=False),
            help="What to write.  [default: by the ending of FILE, else csv]",
        )(command)

    return add


def _range_options(command: Command) -> Command:
    """``--from`` and ``--to``."""
    command = day_option("--to", "last_day", "The last day, YYYY-MM-DD.  [default: until now]")(command)
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
    """Write the report of a session, a course or a student to a file."""


@report.command(
    "session",
    cls=AdminCommand,
    examples=(
        "report session --course physics --output today.xlsx",
        "report session 'physics|2026-11-23|09:00' --format moodle --output moodle.csv",
    ),
)
@click.argument("session_id", metavar="[SESSION]", required=False)
@click.option("--course", metavar="COURSE", help="Its course, by id or name, where SESSION is not given.")
@day_option("--day", "day", "Its day, YYYY-MM-DD, where SESSION is not given.  [default: today]")
@_output_options(CSV, XLSX, MOODLE)
@click.option(
    "--identify-by",
    type=click.Choice([user.value for user in MoodleUser], case_sensitive=False),
    default=MoodleUser.IDNUMBER.value,
    show_default=True,
    help="By what Moodle knows the students.",
)
@click.option(
    "--statuses",
    metavar="P,L,E,A",
    default=DEFAULT_ACRONYMS,
    show_default=True,
    help="Moodle's acronyms of present, late, excused, absent.",
)
@pass_desk
def of_session(
    desk: Desk,
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
    """Write who was in a session: SESSION by its id, or the one of a course on a day."""
    wanted = session_id or _session_of(desk, course, day)
    form = _form(form, output)
    made = desk.register.reports.of_session(wanted, methods=methods)
    if form != MOODLE:
        _write(desk, made, form, output)
        return
    acronyms = MoodleAcronyms.parse(statuses)
    handed = moodle_file(made, identify_by=MoodleUser(identify_by), acronyms=acronyms)
    _put_csv(handed.data, output)
    _tell_moodle(desk, made, handed, output)


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
@pass_desk
def of_course(
    desk: Desk,
    course: str,
    *,
    first_day: date | None,
    last_day: date | None,
    form: str | None,
    output: str,
    methods: bool,
) -> None:
    """Write who was in the sessions of a course: COURSE by id or name."""
    form = _form(form, output)
    course_id = _course(desk, course).id
    made = desk.register.reports.of_course(course_id, first_day, last_day, methods=methods)
    _write(desk, made, form, output)


@report.command(
    "student",
    cls=AdminCommand,
    examples=(
        "report student 17 --output 17.xlsx",
        "report student 17 --course physics --from 2026-09-01",
    ),
)
@click.argument("roll_number", metavar="ROLL")
@click.option("--course", "courses", metavar="COURSE", multiple=True, help="Only this one; may be repeated.")
@_range_options
@_output_options(CSV, XLSX)
@pass_desk
def of_student(
    desk: Desk,
    roll_number: str,
    *,
    courses: tuple[str, ...],
    first_day: date | None,
    last_day: date | None,
    form: str | None,
    output: str,
    methods: bool,
) -> None:
    """Write where a student was, in each of their courses."""
    form = _form(form, output)
    student = desk.student(roll_number)
    course_ids = [_course(desk, course).id for course in courses] if courses else None
    made = desk.register.reports.of_student(student.id, first_day, last_day, course_ids, methods=methods)
    _write(desk, made, form, output)


def _form(form: str | None, output: str) -> str:
    if form is None:
        form = XLSX if Path(output).suffix.lower() == f".{XLSX}" else CSV
    if form == XLSX and output == STANDARD_OUTPUT:
        raise AdminError("An Excel file is not written to the standard output. Name a file with --output.")
    return form


def _write(desk: Desk, made: Report, form: str, output: str) -> None:
    if form == XLSX:
        put_file(output, report_workbook(made), "--output")
    else:
        _put_csv(report_csv(made, bom=output != STANDARD_OUTPUT), output)
    if output != STANDARD_OUTPUT:
        desk.screen.say(f"Written to {output}.")


def _put_csv(data: bytes, output: str) -> None:
    if output == STANDARD_OUTPUT:
        put_text(data.decode())
    else:
        put_file(output, data, "--output")


def _tell_moodle(desk: Desk, made: SessionReport, handed: MoodleFile, output: str) -> None:
    if output != STANDARD_OUTPUT:
        desk.screen.say(f"{counted(handed.rows, 'student')} of {made.session.id} written to {output}.")
    for why, left_out in (
        ("without a mark", handed.unmarked),
        ("waiting for a decision", handed.undecided),
        ("not known to Moodle by this", handed.unknown),
    ):
        if left_out:
            desk.screen.note(f"Not in the file, {why}: {_named(left_out)}.")


def _named(students: tuple[Student, ...]) -> str:
    named = ", ".join(f"{student.roll_number} ({student.name})" for student in students[:MOST_NAMED])
    more = len(students) - MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named


def _course(desk: Desk, wanted: str) -> Course:
    """The course with this id, or of this name.

    Raises:
        AdminError: there is none, or several have the name.
    """
    courses = desk.register.courses.all(hidden=True)
    found = [course for course in courses if course.id == wanted]
    found = found or [course for course in courses if course.name.casefold() == wanted.strip().casefold()]
    if len(found) == 1:
        return found[0]
    known = ", ".join(course.id for course in found or courses) or "none yet"
    what = f"Several courses are called {wanted}" if found else f"There is no course {wanted}"
    raise AdminError(f"{what}. Name one of these: {known}.")


def _session_of(desk: Desk, course: str | None, day: date | None) -> str:
    """The id of the one session of a day, of a course where it is named.

    Raises:
        AdminError: there is none, or there are several.
    """
    course_id = _course(desk, course).id if course is not None else None
    found = desk.register.class_sessions.on_day(None if day is None else day.isoformat())
    ids = [session.id for session in found if course_id is None or session.course_id == course_id]
    if len(ids) == 1:
        return ids[0]
    when = "today" if day is None else f"on {day}"
    if not ids:
        raise AdminError(f"There is no session {when}. Give another --day or --course.")
    raise AdminError(f"There are {len(ids)} sessions {when}. Name one, in quotes: {', '.join(ids)}.")
