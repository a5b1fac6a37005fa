"""The people who run the register: admins and teachers, and their one-time links."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a user may do."""

    ADMIN = "admin"
    TEACHER = "teacher"


@dataclass(frozen=True)
class User:
    """A person with an account.

    Attributes:
        id: never changes and reveals nothing about the person; sessions, marks and courses name it.
        username: unique, lower case; what is typed at the login.
        password_hash: argon2id; empty while no password is set, so that nobody can log in.
        password_changed_at: a login from before it has ended.
        active: whether the user may log in.
        enrols: whether an admin gave them the right to enrol; admins have it without.
        version: 1 at first, one more at each change.
    """

    id: str
    username: str
    name: str
    role: Role
    password_hash: str = field(repr=False)
    created_at: datetime
    password_changed_at: datetime
    active: bool = True
    version: int = 1
    enrols: bool = False

    @property
    def may_enrol(self) -> bool:
        """Whether they may change rosters, and read and change students' details, consent and photos."""
        return self.enrols or self.role is Role.ADMIN


@dataclass(frozen=True)
class OneTimeLink:
    """A link that works once, such as the one that sets up the first admin.

    Attributes:
        digest: hex sha256 of the token in the link; the token itself is stored nowhere.
        purpose: what it allows, and for whom, if for a certain user: ``first-admin``.
            Using one link ends all others of the same purpose.
    """

    digest: str
    purpose: str
    expires_at: datetime
