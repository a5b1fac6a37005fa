"""Slows a login down after failures, for a name and for an address, the same in all processes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from attendance.audit.chain.changes import Noted
from attendance.audit.chain.describing import event_of
from attendance.audit.chain.values import AuditEvent, AuditKind
from attendance.clock import Clock
from attendance.store.protocol import Store
from attendance.values import User

WINDOW = timedelta(minutes=15)  # failures from before it are forgotten
SKEW = timedelta(minutes=1)  # by which machines' clocks differ at most; a later failure is of a wrong clock


@dataclass(frozen=True)
class Patience:
    """How many failures are free, and how the wait grows after them.

    Attributes:
        free: failures within ``WINDOW`` without any wait.
        longest: the wait doubles from one second up to this; it is never longer.
    """

    free: int
    longest: timedelta

    def wait_after(self, failures: int) -> timedelta:
        """How long to wait after so many."""
        if failures < self.free:
            return timedelta()
        doubled = timedelta(seconds=1 << min(failures - self.free, 16))
        return min(doubled, self.longest)


FOR_A_NAME = Patience(free=5, longest=timedelta(minutes=2))
FOR_AN_ADDRESS = Patience(free=30, longest=timedelta(minutes=1))  # a school sits behind one address


@dataclass(frozen=True)
class Visitor:
    """Who tries to log in, as far as the server can know.

    Attributes:
        address: the network address.
        trusted: identifies a visitor that others can't slow down: the server's own machine, or a browser
            that has logged in under this name before. None for all others.
    """

    address: str
    trusted: str | None = None


class LoginAttempts:
    """Counts failed attempts.

    A name has one counter for everybody, and separate ones for trusted visitors, so that guessing from
    elsewhere can't lock out the owner.

    Args:
        store: where all processes count.
        clock: the source of the time.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def seconds_to_wait(self, username: str, visitor: Visitor) -> int:
        """0, or the whole seconds until the next attempt is allowed."""
        now = self._clock.now()
        waits = [self._wait(_name_key(username, visitor), FOR_A_NAME, now)]
        if visitor.trusted is None:
            waits.append(self._wait(_address_key(visitor), FOR_AN_ADDRESS, now))
        longest = max(waits)
        return 0 if longest <= timedelta() else max(1, -(-longest // timedelta(seconds=1)))

    def begin(self, username: str, visitor: Visitor) -> int:
        """Count an attempt before its password is checked, so that concurrent ones are counted too.

        Returns:
            0 if it may continue, else the seconds to wait: another attempt came first.
        """
        wait = self.seconds_to_wait(username, visitor)
        if wait:
            return wait
        key, now = _name_key(username, visitor), self._clock.now()
        self._store.note_login_failure(key, now)
        if now in self._counted(key, FOR_A_NAME, now):
            return 0
        return self.seconds_to_wait(username, visitor) or 1

    def failed(self, visitor: Visitor) -> None:
        """The try that began was wrong: count it for the address as well."""
        now = self._clock.now()
        self._store.note_login_failure(_address_key(visitor), now)
        self._store.purge_login_failures(now - WINDOW)

    def succeeded(self, username: str, visitor: Visitor) -> None:
        """The attempt succeeded: reset the counter of the name."""
        self._store.forget_login_failures(_name_key(username, visitor))

    def _wait(self, key: str, patience: Patience, now: datetime) -> timedelta:
        counted = self._counted(key, patience, now)
        return counted[-1] + patience.wait_after(len(counted)) - now if counted else timedelta()

    def _counted(self, key: str, patience: Patience, now: datetime) -> Sequence[datetime]:
        failures = self._store.login_failures(key, now - WINDOW)
        return _checked([at for at in failures if at <= now + SKEW], patience)


def failed_login(user: User | None) -> AuditEvent:
    """What the audit trail records of a wrong password or code.

    Args:
        user: whose account it was for; None: nobody has the name, which isn't kept, as it may be a password.
    """
    return event_of(Noted(AuditKind.FAILED_LOGIN, about="" if user is None else user.id))


def _checked(failures: Iterable[datetime], patience: Patience) -> Sequence[datetime]:
    """The attempts that were checked; those that came too early don't count."""
    counted: list[datetime] = []
    for at in failures:
        if not counted or at >= counted[-1] + patience.wait_after(len(counted)):
            counted.append(at)
    return counted


def _name_key(username: str, visitor: Visitor) -> str:
    """Hashed, because people type their password into the wrong field."""
    digest = hashlib.sha256(username.encode()).hexdigest()[:32]
    return f"name:{digest}:{visitor.trusted or ''}"


def _address_key(visitor: Visitor) -> str:
    return f"address:{visitor.address}"
