"""What goes wrong with accounts, logins and API tokens; every message is for the person to read."""

from __future__ import annotations

from attendance.errors import AttendanceError


class AccountError(AttendanceError):
    """An account can't be made or changed like this; the message gives every reason."""


class UserNotFoundError(AttendanceError):
    """No user has this id."""


class LastAdminError(AttendanceError):
    """Nobody would be left who can manage accounts."""


class LinkEndedError(AttendanceError):
    """A link that works once was used, is over, or was never given out."""


class ApiTokenError(AttendanceError):
    """An API token can't be made like this; the message gives every reason."""


class ApiTokenNotFoundError(AttendanceError):
    """No API token has this id."""


class LoginRefusedError(AttendanceError):
    """Wrong username or password; the message doesn't reveal which."""


class LoginDelayedError(AttendanceError):
    """Too many attempts failed, so the password was not checked.

    Args:
        seconds: after which another try is welcome; at least 1.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many failed attempts. Try again in {seconds} s.")
        self.seconds = seconds


class PinRefusedError(AttendanceError):
    """A PIN that is not valid; the message gives the reason."""
