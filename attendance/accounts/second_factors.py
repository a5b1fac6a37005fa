"""The second factor of a login: an authenticator app, and recovery codes for the day when it is lost."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from attendance.accounts.errors import (
    AccountError,
    LoginDelayedError,
    LoginRefusedError,
    UserNotFoundError,
)
from attendance.accounts.login_attempts import LoginAttempts, Visitor, failed_login
from attendance.clock import Clock
from attendance.store.protocol import Store
from attendance.values import SecondFactor, User

if TYPE_CHECKING:
    from attendance.accounts.totp import Seal

APP_DIGITS = 6  # of an app's code; no recovery code and no password is so short
RECOVERY_CODES = 10
RECOVERY_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # without those that look alike
RECOVERY_LENGTH = 16  # 79 bits: not guessable, so a plain SHA-256 protects it as well as a slow hash would
GROUP = 4


@dataclass(frozen=True)
class NewFactor:
    """What a user's authenticator app is given, before its first code confirms it.

    Attributes:
        sealed: the secret as the page carries it to the next request.
        address: what the QR code contains.
        typed: the secret for apps that can't scan.
    """

    sealed: str = field(repr=False)
    address: str = field(repr=False)
    typed: str = field(repr=False)


class SecondFactors:
    """Adds, checks and removes second factors.

    Args:
        store: the register's database.
        clock: the source of the time.
        site_secret: returns the secret that the site signs with; called when a factor is added or checked.
    """

    def __init__(self, store: Store, clock: Clock, site_secret: Callable[[], bytes]) -> None:
        self._store = store
        self._clock = clock
        self._site_secret = site_secret
        self._attempts = LoginAttempts(store, clock)

    def offer(self, user: User, sealed: str = "") -> NewFactor:
        """A new secret for a user's app, or the one that was offered before."""
        from attendance.accounts import totp  # noqa: PLC0415 - only second factors need it

        seal = self._seal()
        secret = seal.open(sealed, user.id) or totp.new_secret()
        return NewFactor(
            seal.seal(secret, user.id), totp.address_for_app(secret, user.username), totp.readable(secret)
        )

    def add(self, user_id: str, sealed: str, code: str) -> list[str]:
        """Add the offered app after its first code, in place of an earlier one.

        Returns:
            The recovery codes, which can't be shown again.

        Raises:
            AccountError: the code doesn't belong to the app, or the offer is another user's.
            UserNotFoundError: there is no such user.
        """
        from attendance.accounts import totp  # noqa: PLC0415 - likewise

        secret = self._seal().open(sealed, user_id)
        now = self._clock.now()
        step = secret and totp.step_of(secret, _typed(code), now=now.timestamp(), after=0)
        if not secret or not step:
            raise AccountError(
                "This code doesn't match. Enter the six digits that the app shows now, and check that the "
                "clock of the phone is right."
            )
        codes, digests = _recovery_codes()
        factor = SecondFactor(self._seal().seal(secret, user_id), step, digests, now)
        self._change(user_id, lambda _: factor)
        return codes

    def check(self, user_id: str, code: str, visitor: Visitor) -> User:
        """The user whose app shows a code, or who has it among the recovery codes; either works once.

        Raises:
            LoginRefusedError: the code is wrong or used up, or the user has no second factor.
            LoginDelayedError: too many attempts failed; the code was not checked.
            UserNotFoundError: there is no such user.
        """
        name = f"code {user_id}"
        wait = self._attempts.begin(name, visitor)
        if wait:
            raise LoginDelayedError(wait)
        while True:
            user = self._get(user_id)
            used = user.second_factor and self._used(user, user.second_factor, _typed(code))
            if used is None:
                self._attempts.failed(visitor)
                self._store.note_event(failed_login(user))
                raise LoginRefusedError("Wrong code. Try again.")
            changed = replace(user, second_factor=used, version=user.version + 1)
            if self._store.replace_user(changed):
                self._attempts.succeeded(name, visitor)
                return changed

    def new_recovery_codes(self, user_id: str) -> list[str]:
        """New recovery codes in place of the earlier ones.

        Raises:
            AccountError: the user has no second factor.
            UserNotFoundError: there is no such user.
        """
        codes, digests = _recovery_codes()

        def renewed(factor: SecondFactor | None) -> SecondFactor:
            if factor is None:
                raise AccountError("There is no second factor. Add one first.")
            return replace(factor, recovery=digests)

        self._change(user_id, renewed)
        return codes

    def remove(self, user_id: str) -> User:
        """Remove a user's second factor, if there is one; where it was needed, the next page asks for more.

        Raises:
            UserNotFoundError: there is no such user.
        """
        return self._change(user_id, lambda _: None)

    def _used(self, user: User, factor: SecondFactor, code: str) -> SecondFactor | None:
        """The factor after a code was used, or None if the code is not valid."""
        from attendance.accounts import totp  # noqa: PLC0415 - likewise

        if is_code(code):
            secret = self._seal().open(factor.sealed, user.id)
            now = self._clock.now().timestamp()
            step = secret and totp.step_of(secret, code, now=now, after=factor.last_step)
            return replace(factor, last_step=step) if step else None
        digest = _digest(code)
        if digest not in factor.recovery:
            return None
        return replace(factor, recovery=tuple(each for each in factor.recovery if each != digest))

    def _change(self, user_id: str, change: Callable[[SecondFactor | None], SecondFactor | None]) -> User:
        while True:
            user = self._get(user_id)
            changed = replace(
                user,
                second_factor=change(user.second_factor),
                asked_for_factor=True,
                version=user.version + 1,
            )
            if self._store.replace_user(changed):
                return changed

    def _get(self, user_id: str) -> User:
        user = self._store.user(user_id)
        if user is None:
            raise UserNotFoundError("There is no such account.")
        return user

    def _seal(self) -> Seal:
        from attendance.accounts import totp  # noqa: PLC0415 - likewise

        return totp.Seal.of_site(self._site_secret())


def is_code(text: str) -> bool:
    """Whether something typed could be a code of an app and not a password, which is longer."""
    code = _typed(text)
    return code.isascii() and code.isdigit() and len(code) == APP_DIGITS


def _recovery_codes() -> tuple[list[str], tuple[str, ...]]:
    """New codes as they are shown, and the digests to store."""
    codes = [
        "".join(secrets.choice(RECOVERY_LETTERS) for _ in range(RECOVERY_LENGTH))
        for _ in range(RECOVERY_CODES)
    ]
    shown = ["-".join(code[at : at + GROUP] for at in range(0, RECOVERY_LENGTH, GROUP)) for code in codes]
    return shown, tuple(map(_digest, codes))


def _typed(code: str) -> str:
    """A code without the spaces and dashes that make it readable."""
    return "".join(code.replace("-", "").split()).casefold()


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
