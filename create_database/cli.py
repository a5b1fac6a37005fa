"""The admin's command line: all commands under one name."""

from __future__ import annotations

import sys
from io import TextIOWrapper

import click

from attendance import __version__
from attendance.program import SERVER, admin_command
from create_database.context import Desk
from create_database.shell import LazyCommand, RootGroup

_COMMANDS = "create_database.commands"
COMMANDS = {
    "enrol": LazyCommand(f"{_COMMANDS}.enrol", "enrol", "Enrol the students of a folder."),
    "import-students": LazyCommand(
        f"{_COMMANDS}.imports", "import_students", "Take over a list of students of another system."
    ),
    "import-embeddings": LazyCommand(
        f"{_COMMANDS}.imports", "import_embeddings", "Take over the faces of another system."
    ),
    "list": LazyCommand(f"{_COMMANDS}.students", "list_students", "List the students, or find some."),
    "show": LazyCommand(f"{_COMMANDS}.students", "show", "Show all that is kept about a student."),
    "consent": LazyCommand(f"{_COMMANDS}.consents", "consent", "Record or withdraw a student's consent."),
    "rename": LazyCommand(f"{_COMMANDS}.students", "rename", "Give a student another roll number."),
    "remove": LazyCommand(f"{_COMMANDS}.students", "remove", "Erase a student with everything kept."),
    "forget": LazyCommand(
        f"{_COMMANDS}.forget", "forget", "Clean this machine's files of who was erased on another."
    ),
    "marks": LazyCommand(f"{_COMMANDS}.attendance_marks", "marks", "List the marks of a day."),
    "mark": LazyCommand(f"{_COMMANDS}.attendance_marks", "mark", "Mark a student by hand."),
    "review": LazyCommand(f"{_COMMANDS}.reviews", "review", "List and decide what is held for review."),
    "watch": LazyCommand(f"{_COMMANDS}.watch", "watch", "Mark who passes a camera, or is in a video."),
    "report": LazyCommand(
        f"{_COMMANDS}.reports", "report", "Write reports of sessions, courses and students."
    ),
    "daily-csv": LazyCommand(f"{_COMMANDS}.daily_csv", "daily_csv", "Make the daily lists anew."),
    "notices": LazyCommand(f"{_COMMANDS}.notices", "notices", "List or send e-mail about absences."),
    "add-teacher": LazyCommand(
        f"{_COMMANDS}.teachers", "add_teacher", "Give a teacher or an admin an account."
    ),
    "api-token": LazyCommand(f"{_COMMANDS}.api_tokens", "api_token", "Make, list and revoke API tokens."),
    "re-embed": LazyCommand(
        f"{_COMMANDS}.re_embed", "re_embed", "Make templates anew after a change of engine."
    ),
}


@click.group(
    cls=RootGroup,
    lazy=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    examples=(
        'enrol photos --consent "signed form, autumn 2026" --dry-run',
        "list",
        "marks --csv today.csv",
        "enrol --help",
    ),
)
@click.version_option(__version__, prog_name=SERVER, message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Enrol students, see and correct marks, and decide what is held for review.

    The settings come from the environment (README.md has the table); --data overrides ATTENDANCE_DATA.
    """
    context.call_on_close(context.ensure_object(Desk).close)


def main() -> None:
    """Run the command line as a program."""
    for stream in (sys.stdout, sys.stderr):
        # A console of another code page shows a name that it lacks letters for as \uXXXX, and goes on.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    cli(prog_name=admin_command())
