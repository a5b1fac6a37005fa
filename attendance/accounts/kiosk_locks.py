"""Locks a login to the kiosk until its PIN is typed; the same in all processes."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from attendance.accounts.errors import LoginDelayedError, LoginRefusedError, PinRefusedError
from attendance.accounts.login_attempts import LoginAttempts, Visitor
from attendance.clock import Clock
from attendance.store.protocol import Store
from attendance.values import OneTimeLink

SHORTEST_PIN, LONGEST_PIN = 4, 8  # digits
LIFETIME = timedelta(days=3650)  # of a lock that nobody opens: longer than any login
_ROWS = ("01234567890", "09876543210")
_HERE = Visitor(address="kiosk", trusted="pin")  # tries count for this lock, and for no address


class KioskLocks:
    """Locks logins and opens them again.

    A lock consists of two one-time links of one purpose: one is found by the login and shows that there is
    a lock, the other by login and PIN together. Using either removes both, in one step.

    Args:
        store: where all processes look.
        clock: the source of the time.
        secret: part of the PIN's digest, so that four digits can't be found by trying, even with the
            database.
    """

    def __init__(self, store: Store, clock: Clock, secret: bytes) -> None:
        self._store = store
        self._clock = clock
        self._secret = secret
        self._attempts = LoginAttempts(store, clock)

    def lock(self, login: str, pin: str) -> None:
        """Lock a login; one that is locked already keeps the PIN that it has.

        Raises:
            PinRefusedError: the PIN is not valid.
        """
        fault = pin_fault(pin)
        if fault:
            raise PinRefusedError(fault)
        if self.holds(login):
            return
        until = self._clock.now() + LIFETIME
        # The PIN first: after a crash in between there is no lock, and never a lock without a PIN.
        for key in (self._pin_digest(login, pin), self._lock_digest(login)):
            self._store.put_link(OneTimeLink(key, _purpose(login), until))

    def holds(self, login: str) -> bool:
        """Whether a login is locked."""
        return self._store.has_link(self._lock_digest(login), _purpose(login), self._clock.now())

    def open(self, login: str, pin: str) -> None:
        """Open the lock with its PIN.

        Raises:
            LoginRefusedError: the PIN is wrong.
            LoginDelayedError: too many attempts failed; the PIN was not checked.
        """
        wait = self._attempts.begin(_name(login), _HERE)
        if wait:
            raise LoginDelayedError(wait)
        if not self._store.consume_link(self._pin_digest(login, pin), _purpose(login), self._clock.now()):
            raise LoginRefusedError("Wrong PIN. Try again.")
        self._attempts.succeeded(_name(login), _HERE)

    def release(self, login: str) -> None:
        """Open the lock without its PIN, for a user who entered the password."""
        self._store.consume_link(self._lock_digest(login), _purpose(login), self._clock.now())
        self._attempts.succeeded(_name(login), _HERE)

    def _lock_digest(self, login: str) -> str:
        return self._digest(f"lock|{login}")

    def _pin_digest(self, login: str, pin: str) -> str:
        return self._digest(f"pin|{login}|{pin}")

    def _digest(self, text: str) -> str:
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()


def pin_fault(pin: str) -> str:
    """What speaks against a new PIN, as a sentence; empty means nothing."""
    if not (pin.isascii() and pin.isdigit() and SHORTEST_PIN <= len(pin) <= LONGEST_PIN):
        return f"A PIN has {SHORTEST_PIN} to {LONGEST_PIN} digits and nothing else."
    if len(set(pin)) == 1 or any(pin in row for row in _ROWS):
        return "This PIN is easy to guess. Choose another one."
    return ""


def _purpose(login: str) -> str:
    return f"kiosk:{hashlib.sha256(login.encode()).hexdigest()}"


def _name(login: str) -> str:
    return f"kiosk {login}"
