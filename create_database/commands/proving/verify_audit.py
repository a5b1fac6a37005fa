"""The command verify-audit: checks the audit trail, printed heads, and the marks against the trail."""

from __future__ import annotations

import click

from attendance.audit.marks_check import MarkFault, MarkFinding
from attendance.audit.verifying import BadEntry, Fault
from create_database.context import AdminContext
from create_database.errors import AdminError
from create_database.shell import AdminCommand, pass_admin_context
from create_database.wording import counted

MOST_SHOWN = 20  # marks
_OF_ENTRY = {
    Fault.MISSING: "Entry {number} is missing: it was deleted, or its number was changed.",
    Fault.CHANGED: "Entry {number} was changed after it was written.",
    Fault.UNCONNECTED: (
        "Entry {number} doesn't follow the entry before it: one of the two was exchanged, inserted or moved."
    ),
    Fault.OTHER_HEAD: (
        "Entry {number} isn't the one that was printed: the trail was written again, from there or before."
    ),
    Fault.CUT_OFF: "The trail ends before entry {number}, which was printed: its end was cut off.",
}
_OF_MARK = {
    MarkFault.CHANGED: "was changed outside the program after entry {number}",
    MarkFault.UNKNOWN: "was written outside the program: the trail has no entry about it",
    MarkFault.GONE: "was deleted outside the program after entry {number}",
}


@click.command(cls=AdminCommand, examples=("verify-audit", "verify-audit --head 1234-0A1B-2C3D-4E5F-6789"))
@click.option(
    "--head",
    "heads",
    metavar="HEAD",
    multiple=True,
    help="A head that was printed or mailed; may be given several times.",
)
@pass_admin_context
def verify_audit(context: AdminContext, heads: tuple[str, ...]) -> None:
    """Verify the audit trail, and compare all marks with it.

    Names the first entry that was changed, deleted, inserted or moved, and the marks that are not as the
    trail says. The heads in the file beside the daily lists are checked as well. Nothing is changed.
    """
    daily = context.register.reporting.daily
    kept = [] if daily is None else daily.heads.read()
    try:
        report = context.register.audit.verify([*heads, *kept])
    except ValueError as error:
        raise AdminError(str(error)) from error
    if report.bad is not None:
        raise AdminError(f"{_sentence(report.bad)} Good before it: {_entries(report.entries)}.")
    if report.marks:
        shown = [_line(context, finding) for finding in report.marks[:MOST_SHOWN]]
        more = len(report.marks) - len(shown)
        rest = [f"{more} more."] if more else []
        raise AdminError("\n".join([*shown, *rest, f"The trail itself is good. Its head is {report.head}."]))
    checked = len({*heads, *kept})
    context.screen.say(
        f"The audit trail is good: {_entries(report.entries)}, "
        f"{counted(checked, 'head')} checked, and every mark is as the trail says."
    )
    context.screen.say(f"Head: {report.head}")


def _entries(number: int) -> str:
    return f"{number} {'entry' if number == 1 else 'entries'}"


def _sentence(bad: BadEntry) -> str:
    return _OF_ENTRY[bad.fault].format(number=bad.number)


def _line(context: AdminContext, finding: MarkFinding) -> str:
    student = context.register.store.student(finding.student_id) if finding.student_id else None
    who = f"student {finding.student}" if student is None else f"{student.name} ({student.roll_number})"
    what = _OF_MARK[finding.fault].format(number=finding.number)
    return f"The mark of {who} in session {finding.session_id} {what}."
