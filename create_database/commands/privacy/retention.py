"""The command retention: shows what the retention clock erases next."""

from __future__ import annotations

from datetime import timedelta

import click

from attendance.privacy.retention import Due, DueKind
from create_database.context import AdminContext
from create_database.shell import AdminCommand, pass_admin_context

HEADINGS = ("When", "What", "Of")
_WHAT = {
    DueKind.STUDENT: "a student who left, with everything",
    DueKind.CONSENT: "the face, because consent ends",
    DueKind.PHOTO: "an enrolled photo",
    DueKind.FILE: "a file",
}
MOST_DAYS = 36_525  # a hundred years


@click.command(cls=AdminCommand, examples=("retention", "retention --days 365"))
@click.option(
    "--days",
    type=click.IntRange(1, MOST_DAYS),
    default=30,
    show_default=True,
    help="How many days to look ahead.",
)
@pass_admin_context
def retention(context: AdminContext, *, days: int) -> None:
    """Show what is erased in the next days, and when. Nothing that isn't due yet is changed.

    How long data is stored is set by ATTENDANCE_KEEP_LEFT, ATTENDANCE_KEEP_FACES and ATTENDANCE_KEEP_FILES.
    """
    register = context.register
    found = register.retention.due(register.clock.now() + timedelta(days=days))
    context.screen.table(HEADINGS, [_row(context, each) for each in found])
    if not found:
        context.screen.note(f"Nothing is erased in the next {days} days.")


def _row(context: AdminContext, due: Due) -> tuple[str, str, str]:
    student = due.student
    of = str(due.path) if student is None else f"{student.name} ({student.roll_number})"
    return context.local(due.at), _WHAT[due.kind], of
