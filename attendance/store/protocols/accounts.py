"""What every database of the register can do with users and their logins (see ``protocol``)."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from attendance.values import OneTimeLink, User


class AccountStore(Protocol):
    """The part of a ``Store`` that keeps users, failed logins and links that work once."""

    def add_user(self, user: User) -> None:
        """Raises ``UsernameTakenError`` where another user has the name."""
        ...

    def replace_user(self, user: User) -> bool:
        """Write only if the stored version is ``user.version - 1``; else False.

        Raises:
            UsernameTakenError: another user has the name.
        """
        ...

    def user(self, user_id: str) -> User | None: ...

    def user_by_name(self, username: str) -> User | None: ...

    def users(self) -> list[User]:
        """All of them, in the order of their usernames (plain string order)."""
        ...

    def note_login_failure(self, key: str, at: datetime) -> None:
        """Remember a login that failed under a key, such as a username or an address.

        Who notes a try before its password is checked, and forgets it when it was right, counts those
        too that are under way in other processes.
        """
        ...

    def login_failures(self, key: str, since: datetime) -> list[datetime]:
        """When logins failed under the key, from ``since`` on, oldest first."""
        ...

    def forget_login_failures(self, key: str) -> None:
        """Forget all under the key."""
        ...

    def purge_login_failures(self, before: datetime) -> int:
        """Forget those from before that time; how many went."""
        ...

    def put_link(self, link: OneTimeLink) -> None:
        """Keep a link that works once; others of its purpose go on working."""
        ...

    def has_link(self, digest: str, purpose: str, now: datetime) -> bool:
        """Whether ``consume_link`` would be True, for showing the form behind the link."""
        ...

    def consume_link(self, digest: str, purpose: str, now: datetime) -> bool:
        """Whether the link still works; it and all others of its purpose are gone then.

        Of any number of links of one purpose, used by however many at once, one works.
        """
        ...

    def purge_links(self, now: datetime) -> int:
        """Forget links that are over; how many went."""
        ...
