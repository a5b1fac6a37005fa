"""Logins that the server keeps: each has an end, and can be ended from any browser."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from attendance.clock import Clock
from attendance.store.protocol import Store
from attendance.values import Login, User

IDLE = timedelta(hours=12)  # without a page view
LONGEST = timedelta(days=7)  # however much it is used
PROOF = timedelta(minutes=10)  # for which the password isn't asked for again
NOTED_EVERY = timedelta(minutes=1)  # when it was used last is written no more often than that
NUMBER_BYTES = 24  # 192 bits


class Logins:
    """Begins, finds and ends logins.

    Args:
        store: where all processes look.
        clock: the source of the time.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def begin(self, user: User, browser: str) -> str:
        """The number of a new login, for the browser's cookie; the store has only its digest."""
        # A change of the password may be a millisecond ahead of the clock.
        now = max(self._clock.now(), user.password_changed_at)
        self._store.purge_logins(now)
        number = secrets.token_urlsafe(NUMBER_BYTES)
        self._store.add_login(
            Login(
                id=login_id(number),
                user_id=user.id,
                browser=browser,
                created_at=now,
                seen_at=now,
                proved_at=now,
                expires_at=now + LONGEST,
            )
        )
        return number

    def find(self, number: str) -> tuple[Login, User] | None:
        """The login that a number belongs to and its user, or None if it has ended."""
        login = self._store.login(login_id(number))
        user = None if login is None else self._store.user(login.user_id)
        if login is None or user is None or not _is_live(login, user, self._clock.now()):
            return None
        return login, user

    def of(self, user: User) -> list[Login]:
        """The logins of a user that haven't ended, newest first."""
        now = self._clock.now()
        return [login for login in self._store.logins_of(user.id) if _is_live(login, user, now)]

    def note_seen(self, login: Login) -> None:
        """Record that a login is used, at most once a minute."""
        now = self._clock.now()
        if now - login.seen_at >= NOTED_EVERY:
            self._store.note_login_seen(login.id, now)

    def note_proof(self, login: Login) -> None:
        """Record that its user has entered the password or a code."""
        self._store.note_login_proof(login.id, self._clock.now())

    def is_proved(self, login: Login) -> bool:
        """Whether the password or a code was entered a short time ago."""
        return abs(self._clock.now() - login.proved_at) < PROOF  # a later one was given by a wrong clock

    def end(self, number: str) -> None:
        """End the login that a number belongs to."""
        self._store.end_login(login_id(number))

    def end_one(self, user: User, wanted: str) -> None:
        """End one of a user's logins by its id; another user's is left alone."""
        if any(login.id == wanted for login in self._store.logins_of(user.id)):
            self._store.end_login(wanted)

    def end_all(self, user: User, *, but: Login | None = None) -> int:
        """End all logins of a user, or all but one; returns their number."""
        return self._store.end_logins(user.id, but=None if but is None else but.id)


def login_id(number: str) -> str:
    """The id under which the register has the login with this number."""
    return hashlib.sha256(number.encode()).hexdigest()


def _is_live(login: Login, user: User, now: datetime) -> bool:
    """Whether a login hasn't ended by time, by a new password, or with its account."""
    return (
        user.active
        and login.created_at >= user.password_changed_at
        and now < login.expires_at
        and abs(now - login.seen_at) < IDLE  # a later one is from before the clock was set back
    )
