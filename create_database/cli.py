"""The admin's command line: the root command and its list of commands."""

from __future__ import annotations

import sys
from io import TextIOWrapper

import click

from attendance import __version__
from attendance.program import SERVER, admin_command
from create_database.context import AdminContext
from create_database.shell import LazyCommand, RootGroup

_COMMANDS = "create_database.commands"
COMMANDS = {
    "enrol": LazyCommand(f"{_COMMANDS}.students.enrol", "enrol", "Enrol students from a folder of photos."),
    "align": LazyCommand(
        f"{_COMMANDS}.faces.align", "align", "Crop faces from a folder of photos for other FaceNet tools."
    ),
    "import-students": LazyCommand(
        f"{_COMMANDS}.students.imports", "import_students", "Import a list of students from another system."
    ),
    "import-embeddings": LazyCommand(
        f"{_COMMANDS}.students.imports", "import_embeddings", "Import face embeddings from another system."
    ),
    "list": LazyCommand(f"{_COMMANDS}.students.listing", "list_students", "List or search students."),
    "show": LazyCommand(f"{_COMMANDS}.students.details", "show", "Show the stored data of a student."),
    "photos": LazyCommand(
        f"{_COMMANDS}.faces.photos", "photos", "List a student's enrolled photos, or erase one of them."
    ),
    "consent": LazyCommand(
        f"{_COMMANDS}.students.consents", "consent", "Show, record or withdraw a student's consent."
    ),
    "data-of": LazyCommand(
        f"{_COMMANDS}.privacy.data_of", "data_of", "Write everything stored about a student into a ZIP."
    ),
    "privacy": LazyCommand(
        f"{_COMMANDS}.privacy.documents", "privacy", "Print a document for the law, such as the consent form."
    ),
    "retention": LazyCommand(
        f"{_COMMANDS}.privacy.retention", "retention", "Show what is erased next, and when."
    ),
    "rename": LazyCommand(f"{_COMMANDS}.students.details", "rename", "Change a student's roll number."),
    "remove": LazyCommand(
        f"{_COMMANDS}.students.removing", "remove", "Erase a student and all stored data about them."
    ),
    "forget": LazyCommand(
        f"{_COMMANDS}.students.forget",
        "forget",
        "Remove a student erased on another machine from this machine's files.",
    ),
    "marks": LazyCommand(f"{_COMMANDS}.attendance_marks", "marks", "List the marks of a day or of all days."),
    "mark": LazyCommand(f"{_COMMANDS}.attendance_marks", "mark", "Mark a student by hand."),
    "session": LazyCommand(f"{_COMMANDS}.sessions", "session", "List, cancel and restore class sessions."),
    "day-off": LazyCommand(f"{_COMMANDS}.days_off", "day_off", "Add, list and remove days without classes."),
    "review": LazyCommand(f"{_COMMANDS}.reviews", "review", "List and decide check-ins that need review."),
    "watch": LazyCommand(
        f"{_COMMANDS}.watch", "watch", "Mark people who pass a camera or appear in a video."
    ),
    "report": LazyCommand(
        f"{_COMMANDS}.reports", "report", "Write reports on sessions, courses and students."
    ),
    "daily-csv": LazyCommand(f"{_COMMANDS}.daily_csv", "daily_csv", "Rebuild daily lists of arrivals."),
    "evaluate": LazyCommand(
        f"{_COMMANDS}.measuring.evaluate",
        "evaluate",
        "Measure error rates of the enrolled students or of a folder.",
    ),
    "calibrate": LazyCommand(
        f"{_COMMANDS}.measuring.calibrate", "calibrate", "Set the thresholds by the enrolled students."
    ),
    "notices": LazyCommand(f"{_COMMANDS}.notices", "notices", "List or send e-mails about absences."),
    "add-teacher": LazyCommand(
        f"{_COMMANDS}.teachers", "add_teacher", "Create an account for a teacher or an admin."
    ),
    "api-token": LazyCommand(f"{_COMMANDS}.api_tokens", "api_token", "Create, list and revoke API tokens."),
    "keys": LazyCommand(
        f"{_COMMANDS}.sealing.keys",
        "keys",
        "Show, write down, restore and change the key that seals the register.",
    ),
    "train-classifier": LazyCommand(
        f"{_COMMANDS}.faces.train_classifier",
        "train_classifier_command",
        "Train a classifier on the enrolled faces.",
    ),
    "verify-audit": LazyCommand(
        f"{_COMMANDS}.proving.verify_audit",
        "verify_audit",
        "Verify the audit trail, and the marks against it.",
    ),
    "backup": LazyCommand(
        f"{_COMMANDS}.keeping.backup", "backup", "Make an encrypted backup of the running register."
    ),
    "restore": LazyCommand(
        f"{_COMMANDS}.keeping.restore", "restore", "Restore a backup where no register is."
    ),
    "export-site": LazyCommand(
        f"{_COMMANDS}.keeping.export_site",
        "export_site_command",
        "Write the whole site into one encrypted file, to move it to another database.",
    ),
    "import-site": LazyCommand(
        f"{_COMMANDS}.keeping.import_site",
        "import_site_command",
        "Fill an empty database with a site that was exported.",
    ),
    "doctor": LazyCommand(
        f"{_COMMANDS}.keeping.doctor",
        "doctor",
        "Examine the whole site and show what to do about each finding.",
    ),
    "verify-receipt": LazyCommand(
        f"{_COMMANDS}.proving.verify_receipt",
        "verify_receipt",
        "Verify a student's receipt or the certificate of an erasure.",
    ),
    "re-embed": LazyCommand(
        f"{_COMMANDS}.re_embed", "re_embed", "Recompute all templates after a change of engine."
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
def cli(ctx: click.Context) -> None:
    """Enrol students, show and correct marks, decide reviews, write reports and add teachers.

    Settings come from the environment (see docs/settings.md); --data overrides ATTENDANCE_DATA.
    """
    ctx.call_on_close(ctx.ensure_object(AdminContext).close)


def main() -> None:
    """Run the command line as a program."""
    for stream in (sys.stdout, sys.stderr):
        # A console whose code page lacks a letter shows it as \uXXXX instead of failing.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    cli(prog_name=admin_command())
