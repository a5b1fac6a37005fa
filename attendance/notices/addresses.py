"""Whom a notice about a student goes to."""

from __future__ import annotations

from dataclasses import dataclass

from attendance.notices.values import Obstacle
from attendance.settings.mail_settings import NoticesTo
from attendance.values import Student
from attendance.values.email_address import is_email_address


@dataclass(frozen=True)
class Recipient:
    """An address, or why there is none.

    Attributes:
        address: with its part after the ``@`` in ASCII.
        is_guardian: whether it is a guardian's.
    """

    address: str | None
    is_guardian: bool
    obstacle: Obstacle | None = None


def recipient_of(student: Student, wanted: NoticesTo) -> Recipient:
    """Whom a notice about this student goes to.

    Args:
        student: whom it is about.
        wanted: the guardian, and the student where there is none; or always the student.
    """
    is_guardian = wanted is NoticesTo.GUARDIAN and bool(student.guardian_email)
    text = student.guardian_email if is_guardian else student.email
    if not text:
        return Recipient(None, is_guardian, Obstacle.NO_ADDRESS)
    address = _on_the_wire(text)
    return Recipient(address, is_guardian, None if address else Obstacle.BAD_ADDRESS)


def _on_the_wire(text: str) -> str | None:
    """The address in the form for mail servers; None if it is not valid.

    Other characters after the ``@`` have a form in ASCII (IDNA); those before it have none, and not every
    mail server accepts them: the one in use decides.
    """
    if not is_email_address(text):
        return None
    name, _, domain = text.rpartition("@")
    try:
        return f"{name}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return None
