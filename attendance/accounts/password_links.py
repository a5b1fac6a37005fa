"""Links with which users choose their passwords themselves, once."""

from __future__ import annotations

from datetime import timedelta

from attendance.accounts.accounts import Accounts
from attendance.accounts.errors import LinkEndedError
from attendance.accounts.one_time_links import ENDED, OneTimeLinks
from attendance.clock import Clock, to_milliseconds
from attendance.store.protocol import Store
from attendance.values import User

LIFETIME = timedelta(days=3)  # for a teacher to choose a password


class PasswordLinks:
    """Makes and uses them.

    Args:
        store: keeps the links.
        clock: the source of the time.
        accounts: sets the passwords.
    """

    def __init__(self, store: Store, clock: Clock, accounts: Accounts) -> None:
        self._accounts = accounts
        self._links = OneTimeLinks(store, clock)

    def new(self, user_id: str) -> str:
        """Create a link with which the user can choose a password once; returns its token.

        Raises:
            UserNotFoundError: there is no such user.
        """
        return self._links.new(_purpose(self._accounts.get(user_id)), LIFETIME)

    def check(self, user_id: str, token: str) -> User:
        """The user whose link it is.

        Raises:
            LinkEndedError: it was used, has expired, or the password was changed or the account switched off
                since.
        """
        user = self._accounts.find(user_id)
        if user is None or not user.active:
            raise LinkEndedError(ENDED)
        self._links.check(token, _purpose(user))
        return user

    def use(self, user_id: str, token: str, password: str) -> User:
        """Set the password with a link that works once.

        Raises:
            AccountError: the password is not valid; the link still works.
            LinkEndedError: the link no longer works.
        """
        user = self.check(user_id, token)
        self._accounts.check_password(user, password)
        self._links.use(token, _purpose(user))
        return self._accounts.set_password(user_id, password)


def _purpose(user: User) -> str:
    """Of the links for a user's password; those from before a change of it have ended."""
    return f"password:{user.id}:{to_milliseconds(user.password_changed_at)}"
