"""The people who run the register: admins and teachers, their logins and one-time links."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a user may do."""

    ADMIN = "admin"
    TEACHER = "teacher"


@dataclass(frozen=True)
class SecondFactor:
    """The authenticator app of a user, and the codes for the day when it is lost.

    Attributes:
        sealed: the app's secret, encrypted with a key that isn't in the database.
        last_step: the time step of the code that was used last; that code and earlier ones are used up.
        recovery: hex sha256 of each recovery code that wasn't used yet.
        added_at: when the user confirmed the app with its first code.
    """

    sealed: str = field(repr=False)
    last_step: int
    recovery: tuple[str, ...] = field(repr=False)
    added_at: datetime


@dataclass(frozen=True)
class User:
    """A person with an account.

    Attributes:
        id: never changes and reveals nothing about the person; sessions, marks and courses name it.
        username: unique, lower case; what is typed at the login.
        password_hash: argon2id; empty while no password is set, so that nobody can log in.
        password_changed_at: a login from before it has ended.
        active: whether the user may log in.
        second_factor: asked for after the password; None while the user has none.
        strong_password: whether the password was found good enough without a second factor. False until the
            next login for passwords from before that was checked.
        asked_for_factor: whether an admin has decided about a second factor, if only to do it later.
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
    second_factor: SecondFactor | None = None
    strong_password: bool = False
    asked_for_factor: bool = False
    version: int = 1
    enrols: bool = False

    @property
    def may_enrol(self) -> bool:
        """Whether they may change rosters, and read and change students' details, consent and photos."""
        return self.enrols or self.role is Role.ADMIN

    @property
    def manages_accounts(self) -> bool:
        """Whether they are an admin who can log in: not switched off, and with a password."""
        return self.role is Role.ADMIN and self.active and bool(self.password_hash)

    @property
    def is_weak(self) -> bool:
        """Whether the user has to choose a better password or add a second factor before anything else."""
        return not self.strong_password and self.second_factor is None


@dataclass(frozen=True)
class Login:
    """A browser that is logged in.

    Attributes:
        id: hex sha256 of the number in the browser's cookie; the number itself is stored nowhere.
        browser: what the user recognises it by, such as ``Firefox on Windows``.
        seen_at: about when it was used last.
        proved_at: when its user last entered the password or a code.
        expires_at: from when on it has ended, however much it is used.
    """

    id: str
    user_id: str
    browser: str
    created_at: datetime
    seen_at: datetime
    proved_at: datetime
    expires_at: datetime


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
