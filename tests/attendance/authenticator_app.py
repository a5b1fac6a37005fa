"""The authenticator app on the phone of somebody with a second factor."""

from __future__ import annotations

import base64

from attendance.accounts import totp
from attendance.clock import Clock


class AuthenticatorApp:
    """Set up by hand, with the key that the page shows.

    Args:
        typed: the key.
        clock: of the phone.
    """

    def __init__(self, typed: str, clock: Clock) -> None:
        self._secret = base64.b32decode(typed.replace(" ", ""))
        self._clock = clock

    def shows(self, *, ahead: float = 0) -> str:
        """The code, as if the phone's clock were so many seconds ahead."""
        return totp.code_at(self._secret, self._clock.now().timestamp() + ahead)
