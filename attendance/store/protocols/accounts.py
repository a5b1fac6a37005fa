"""The part of the `Store` protocol about users, their logins, failed logins and one-time links."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from attendance.values import Login, OneTimeLink, User


class AccountStore(Protocol):
    """Users, their logins, failed logins and one-time links."""

    def add_user(self, user: User) -> None:
        """Add a user; raises ``UsernameTakenError`` if another user has the name."""
        ...

    def replace_user(self, user: User) -> bool:
        """Write a user if the stored version is ``user.version - 1``; returns whether it was written.

        Raises:
            UsernameTakenError: another user has the name.
        """
        ...

    def user(self, user_id: str) -> User | None: ...

    def user_by_name(self, username: str) -> User | None: ...

    def users(self) -> list[User]:
        """All users, ordered by username (plain string order)."""
        ...

    def add_login(self, login: Login) -> None:
        """Store a login; its id is random, so it is never taken."""
        ...

    def login(self, login_id: str) -> Login | None:
        """The login with an id, whatever its state: the caller checks whether it has ended."""
        ...

    def logins_of(self, user_id: str) -> list[Login]:
        """The stored logins of a user, newest first, then by id."""
        ...

    def note_login_seen(self, login_id: str, at: datetime) -> None:
        """Record when a login was used; does nothing if it was ended meanwhile."""
        ...

    def note_login_proof(self, login_id: str, at: datetime) -> None:
        """Record when a login's user entered the password; does nothing if it was ended meanwhile."""
        ...

    def end_login(self, login_id: str) -> None:
        """Delete a login; there may be none."""
        ...

    def end_logins(self, user_id: str, *, but: str | None = None) -> int:
        """Delete the logins of a user, except the one with the id ``but``; returns their number."""
        ...

    def purge_logins(self, now: datetime) -> int:
        """Delete the logins that have expired; returns their number."""
        ...

    def note_login_failure(self, key: str, at: datetime) -> None:
        """Record a failed login under a key, such as a username or an address.

        Record an attempt before checking its password, and forget it if the password was right: this counts
        simultaneous attempts in other processes, too.
        """
        ...

    def login_failures(self, key: str, since: datetime) -> list[datetime]:
        """The times of failed logins under a key from ``since`` on, oldest first."""
        ...

    def forget_login_failures(self, key: str) -> None:
        """Delete all failed logins under a key."""
        ...

    def purge_login_failures(self, before: datetime) -> int:
        """Delete the failed logins before a time; returns their number."""
        ...

    def put_link(self, link: OneTimeLink) -> None:
        """Store a one-time link; other links of its purpose remain valid."""
        ...

    def has_link(self, digest: str, purpose: str, now: datetime) -> bool:
        """Whether ``consume_link`` would return True, so that the form behind the link can be shown."""
        ...

    def consume_link(self, digest: str, purpose: str, now: datetime) -> bool:
        """Use a link if it is valid, and delete all links of its purpose; returns whether it was valid.

        However many links of one purpose are used at the same time, exactly one works.
        """
        ...

    def purge_links(self, now: datetime) -> int:
        """Delete expired links; returns their number."""
        ...
