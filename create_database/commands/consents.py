"""The command on consent: what is on record, recording it, withdrawing it."""

from __future__ import annotations

import click

from attendance.values import Consent, Student, Withdrawal
from create_database.context import Desk
from create_database.errors import AdminError
from create_database.shell import AdminCommand, by_option, pass_desk
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
@click.option("--given", metavar="HOW", help="Put on record that the student agreed, and how.")
@click.option(
    "--withdraw", is_flag=True, help="The student does not agree any more: erase the face, keep the marks."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@by_option
@pass_desk
def consent(desk: Desk, roll_number: str, *, given: str | None, withdraw: bool, yes: bool, by: str) -> None:
    """Say what is on record of a student's consent, put it on record, or withdraw it."""
    student = desk.student(roll_number)
    if given is not None and withdraw:
        raise AdminError("--given and --withdraw are opposites. Leave one of them away.")
    if given is not None:
        _give(desk, student, Consent(desk.register.clock.now(), recorded_by=by, how=given))
    elif withdraw:
        _withdraw(desk, student, by=by, ask=not yes)
    else:
        desk.screen.say(_on_record(desk, student))


def _give(desk: Desk, student: Student, given: Consent) -> None:
    if student.consent is not None:
        raise AdminError(f"Nothing was changed. {_on_record(desk, student)}")
    desk.screen.say(_on_record(desk, desk.register.students.note_consent(student.id, given)))


def _withdraw(desk: Desk, student: Student, *, by: str, ask: bool) -> None:
    if student.consent is None:
        raise AdminError(f"Nothing was changed. {_on_record(desk, student)}")
    details = desk.register.students.details(student.roll_number)
    templates, portraits = details.templates, int(details.has_portrait)
    erased = f"{counted(templates, 'face template')} and {counted(portraits, 'portrait')}"
    if ask:
        desk.screen.note(
            f"This erases {erased} of {student.name} ({student.roll_number}). It can't be undone. "
            "Marks and details stay."
        )
        typed = click.prompt("Type the roll number to withdraw", default="", show_default=False, err=True)
        if typed.strip() != student.roll_number:
            raise AdminError(f"Nothing was changed: the roll number is {student.roll_number}.")
    withdrawn = desk.register.students.withdraw_consent(
        student.id, Withdrawal(desk.register.clock.now(), recorded_by=by)
    )
    desk.screen.say(f"{_on_record(desk, withdrawn)} Erased: {erased}.")


def _on_record(desk: Desk, student: Student) -> str:
    """One sentence on a student's consent."""
    who = f"{student.name} ({student.roll_number})"
    given, withdrawn = student.consent, student.withdrawn
    if given is not None:
        day = desk.local(given.given_at)
        return f"{who} agreed: {given.how}. Noted on {day} by {given.recorded_by}."
    if withdrawn is not None:
        day = desk.local(withdrawn.at)
        return f"{who} withdrew consent. Noted on {day} by {withdrawn.recorded_by}."
    return f"{who} has given no consent."
