"""The command remove."""

from __future__ import annotations

import click

from attendance.register import Register
from attendance.values import Review, Student
from attendance.values.roll_numbers import same_number
from create_database.context import AdminContext
from create_database.errors import AdminError
from create_database.shell import AdminCommand, pass_admin_context
from create_database.spreadsheet import STANDARD_OUTPUT, put_file, put_text
from create_database.wording import counted


@click.command(cls=AdminCommand, examples=("remove 17", "remove 17 --yes --certificate erased.txt"))
@click.argument("roll_number", metavar="ROLL")
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
@click.option(
    "--certificate",
    metavar="FILE",
    help="Write the certificate to FILE instead of showing it.",
)
@pass_admin_context
def remove(context: AdminContext, roll_number: str, *, yes: bool, certificate: str | None) -> None:
    """Erase a student and all stored data about them. It can't be undone.

    The certificate proves it: it lists what was deleted, is signed, and names nobody.
    """
    student = context.student(roll_number)
    stored = _stored(context.register, student)
    if not yes:
        context.screen.note(
            f"This erases {student.name} ({student.roll_number}) with {stored}. It can't be undone."
        )
        typed = click.prompt("Type the roll number to confirm", default="", show_default=False, err=True)
        if not same_number(typed, student.roll_number):
            raise AdminError(f"Nothing was erased: that is not the roll number {student.roll_number}.")
    receipts = context.register.receipts
    assert receipts.keys  # read before anything is erased, which says what is wrong with them
    text = receipts.certificate(context.register.students.remove(student.roll_number))
    context.screen.say(f"Erased: {student.name} ({student.roll_number}) with {stored}.")
    _hand_out(context, text, certificate)


def _hand_out(context: AdminContext, certificate: str, file: str | None) -> None:
    """Write a certificate to a file, or show it, also where the file can't be written: there is no other."""
    if file is None or file == STANDARD_OUTPUT:
        put_text(certificate)
        return
    try:
        put_file(file, certificate.encode(), "--certificate")
    except AdminError:
        put_text(certificate)
        raise
    context.screen.say(f"The certificate is in {file}.")


def _stored(register: Register, student: Student) -> str:
    """The stored data of a student, counted."""
    details = register.students.details(student.roll_number)
    held = [one for one in register.reviews.held() if _is_about(one.review, student)]
    return ", ".join(
        (
            counted(details.templates, "face template"),
            counted(details.faces, "stored face"),
            counted(int(details.has_portrait), "portrait"),
            counted(len(register.store.marks_of_student(student.id)), "mark"),
            counted(len(held), "check-in") + " in review",
            counted(sum(one.snapshot is not None for one in held), "snapshot"),
        )
    )


def _is_about(review: Review, student: Student) -> bool:
    """Whether a check-in in review is erased with the student, as its first candidate."""
    return bool(review.candidates) and review.candidates[0].student_id == student.id
