"""The command consent: shows, records and withdraws a student's consent."""

from __future__ import annotations

import click

from attendance.values import Consent, Student, Withdrawal
from attendance.values.roll_numbers import same_number
from create_database.context import AdminContext
from create_database.errors import AdminError
from create_database.shell import AdminCommand, by_option, pass_admin_context
from create_database.wording import counted


@click.command(
    cls=AdminCommand,
    examples=(
        "consent 17",
        'consent 17 --given "signed form of 2 September" --by "Registrar"',
        "consent 17 --withdraw",
    ),
)
@click.argument("roll_number", metavar="ROLL")
@click.option("--given", metavar="HOW", help="Record that the student gave consent, and how.")
@click.option(
    "--withdraw",
    is_flag=True,
    help="Record that the student withdrew consent; erase the face, keep the marks.",
)
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
@by_option
@pass_admin_context
def consent(
    context: AdminContext, roll_number: str, *, given: str | None, withdraw: bool, yes: bool, by: str
) -> None:
    """Show, record or withdraw a student's consent."""
    student = context.student(roll_number)
    if given is not None and withdraw:
        raise AdminError("--given and --withdraw are opposites. Omit one of them.")
    if given is not None:
        _give(context, student, Consent(context.register.clock.now(), recorded_by=by, how=given))
    elif withdraw:
        _withdraw(context, student, by=by, ask=not yes)
    else:
        context.screen.say(_on_record(context, student))


def _give(context: AdminContext, student: Student, given: Consent) -> None:
    if student.consent is not None:
        raise AdminError(f"Nothing was changed. {_on_record(context, student)}")
    context.screen.say(_on_record(context, context.register.students.note_consent(student.id, given)))


def _withdraw(context: AdminContext, student: Student, *, by: str, ask: bool) -> None:
    if student.consent is None:
        raise AdminError(f"Nothing was changed. {_on_record(context, student)}")
    details = context.register.students.details(student.roll_number)
    templates, portraits = details.templates, int(details.has_portrait)
    erased = f"{counted(templates, 'face template')} and {counted(portraits, 'portrait')}"
    if ask:
        context.screen.note(
            f"This erases {erased} of {student.name} ({student.roll_number}). It can't be undone. "
            "Details and marks stay."
        )
        typed = click.prompt("Type the roll number to confirm", default="", show_default=False, err=True)
        if not same_number(typed, student.roll_number):
            raise AdminError(f"Nothing was changed: that is not the roll number {student.roll_number}.")
    withdrawn = context.register.students.withdraw_consent(
        student.id, Withdrawal(context.register.clock.now(), recorded_by=by)
    )
    context.screen.say(f"{_on_record(context, withdrawn)} Erased: {erased}.")


def _on_record(context: AdminContext, student: Student) -> str:
    """The recorded consent of a student, in one or two sentences."""
    who = f"{student.name} ({student.roll_number})"
    given, withdrawn = student.consent, student.withdrawn
    if given is not None:
        moment = context.local(given.given_at)
        return f"{who} gave consent: {given.how}. Recorded at {moment} by {given.recorded_by}."
    if withdrawn is not None:
        moment = context.local(withdrawn.at)
        return f"{who} withdrew consent. Recorded at {moment} by {withdrawn.recorded_by}."
    return f"{who} has not given consent."
