"""Errors of sending e-mail."""

from __future__ import annotations

from attendance.errors import AttendanceError


class MailError(AttendanceError):
    """Base of the errors of e-mail."""


class MailServerError(MailError):
    """The server can't be reached or used for any recipient; the current message was not sent."""


class MailRefusedError(MailError):
    """The server rejected one message or its address, and accepts others.

    Attributes:
        is_temporary: whether it may accept it later.
    """

    def __init__(self, sentence: str, *, is_temporary: bool) -> None:
        super().__init__(sentence)
        self.is_temporary = is_temporary


class MailUnsureError(MailError):
    """The connection was lost after the message and before the answer: it was possibly sent."""
