"""One-time codes of authenticator apps (RFC 6238), and the seal on the secrets behind them."""

from __future__ import annotations

import base64
import hmac
import secrets
from typing import Self

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken as WrongCode
from cryptography.hazmat.primitives.twofactor.totp import TOTP

DIGITS = 6
STEP = 30  # seconds
SECRET_BYTES = 20  # 160 bits, the length of the hash (RFC 4226, section 4)
DRIFT = 1  # steps that a phone's clock may be ahead or behind (RFC 6238, section 5.2)
ISSUER = "Attendance"  # what the app shows beside the username
_PURPOSE = b"attendance.second-factor.1"


def seal_key(site_secret: bytes) -> bytes:
    """The key of the seal, 32 bytes, from which nobody learns the site's secret."""
    return hmac.digest(site_secret, _PURPOSE, "sha256")


class Seal:
    """Encrypts secrets with a key that isn't in the database.

    Args:
        key: as ``seal_key`` gives it.
    """

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    @classmethod
    def of_site(cls, site_secret: bytes) -> Self:
        """The seal whose key is derived from the secret that a site signs with."""
        return cls(seal_key(site_secret))

    def seal(self, secret: bytes, owner: str) -> str:
        """The secret for the database, bound to its owner's id."""
        return self._fernet.encrypt(owner.encode() + b"|" + secret).decode()

    def open(self, sealed: str, owner: str) -> bytes | None:
        """The opposite; None where another site's secret sealed it, or it is another owner's."""
        try:
            opened = self._fernet.decrypt(sealed.encode())
        except InvalidToken:
            return None
        whose, _, secret = opened.partition(b"|")
        return secret if whose == owner.encode() else None


def new_secret() -> bytes:
    """A secret for one app."""
    return secrets.token_bytes(SECRET_BYTES)


def step_of(secret: bytes, code: str, *, now: float, after: int) -> int | None:
    """The time step that a code belongs to, or None if it fits none.

    Args:
        secret: of the app.
        code: six digits.
        now: seconds since 1970.
        after: the step that was used last; it and those before it are used up.
    """
    totp, current = _totp(secret), int(now) // STEP
    for step in range(max(after + 1, current - DRIFT), current + DRIFT + 1):
        try:
            totp.verify(code.encode(), step * STEP)
        except WrongCode:
            continue
        return step
    return None


def code_at(secret: bytes, now: float) -> str:
    """The code that an app shows.

    Args:
        secret: of the app.
        now: seconds since 1970.
    """
    return _totp(secret).generate(int(now)).decode()


def address_for_app(secret: bytes, username: str) -> str:
    """What the QR code for the app contains."""
    return _totp(secret).get_provisioning_uri(username, ISSUER)


def readable(secret: bytes) -> str:
    """The secret as it is typed into an app that can't scan, in groups of four."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP)  # noqa: S303 - what all apps use; HMAC doesn't need more
