"""Creates the first admin by a link that works once, while no admin exists."""

from __future__ import annotations

from datetime import timedelta

from attendance.accounts.accounts import Accounts
from attendance.accounts.errors import LinkEndedError
from attendance.accounts.one_time_links import OneTimeLinks
from attendance.clock import Clock
from attendance.store.protocol import Store
from attendance.values import Role, User

PURPOSE = "first-admin"
LIFETIME = timedelta(days=1)  # the next start of the server makes another one


class FirstAdmin:
    """Sets up the first admin.

    Args:
        store: keeps the link.
        clock: the source of the time.
        accounts: makes the account.
    """

    def __init__(self, store: Store, clock: Clock, accounts: Accounts) -> None:
        self._accounts = accounts
        self._links = OneTimeLinks(store, clock)

    @property
    def is_wanted(self) -> bool:
        """Whether nobody can manage accounts yet."""
        return not any(user.manages_accounts for user in self._accounts.all())

    def new_link(self) -> str | None:
        """The token of a new link, or None where there is an admin."""
        return self._links.new(PURPOSE, LIFETIME) if self.is_wanted else None

    def check(self, token: str) -> None:
        """Raises ``LinkEndedError`` where there is an admin by now, or the link does not work."""
        self._refuse_a_second()
        try:
            self._links.check(token, PURPOSE)
        except LinkEndedError as error:
            raise LinkEndedError(
                "This link has expired. Restart the server: it prints a new one while there is no admin."
            ) from error

    def set_up(self, token: str, *, username: str, name: str, password: str) -> User:
        """Make the first admin; of any number who try at once, one succeeds.

        Raises:
            AccountError: the name or the password is not valid; the link still works.
            UsernameTakenError: another user has the name; the link still works.
            LinkEndedError: the link no longer works.
        """
        self.check(token)
        self._accounts.check_new(username, name, password)
        self._links.use(token, PURPOSE)
        self._refuse_a_second()
        return self._accounts.add(username, name, Role.ADMIN, password=password)

    def _refuse_a_second(self) -> None:
        if not self.is_wanted:
            raise LinkEndedError("An admin exists already. Log in, or ask them for an account.")
