"""What goes wrong with accounts, logins and API tokens; every message is for the person to read."""

from __future__ import annotations

from attendance.errors import AttendanceError


class AccountError(AttendanceError):
    """An account can't be created or changed like this; the message gives every reason."""


class UserNotFoundError(AttendanceError):
    """No user has this id."""


class LastAdminError(AttendanceError):
    """No admin would be left to manage accounts."""


class LinkEndedError(AttendanceError):
    """A one-time link was used, has expired, or never existed."""


class ApiTokenError(AttendanceError):
    """An API token can't be created like this; the message gives every reason."""


class ApiTokenNotFoundError(AttendanceError):
    """No API token has this id."""


class LoginRefusedError(AttendanceError):
    """Wrong username or password; the message doesn't reveal which."""


class LoginDelayedError(AttendanceError):
    """Too many logins failed, so the password was not checked.

    Args:
        seconds: until the next try; at least 1.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many failed attempts. Try again in {seconds} s.")
        self.seconds = seconds


class PinRefusedError(AttendanceError):
    """Not a valid PIN; the message says why."""
