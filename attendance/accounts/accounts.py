"""Accounts of admins and teachers: creating, changing, logging in."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from attendance.accounts.account_names import clean_username, name_faults
from attendance.accounts.errors import (
    AccountError,
    LastAdminError,
    LoginDelayedError,
    LoginRefusedError,
    UserNotFoundError,
)
from attendance.accounts.login_attempts import LoginAttempts, Visitor, failed_login
from attendance.accounts.passwords import Passwords, password_faults
from attendance.clock import Clock
from attendance.errors import UsernameTakenError
from attendance.store.protocol import Store
from attendance.values import Role, User

_A_MOMENT = timedelta(milliseconds=1)


class Accounts:
    """The people who run the register.

    Args:
        store: the register's database.
        clock: the source of the time.
        passwords: makes and checks hashes.
    """

    def __init__(self, store: Store, clock: Clock, passwords: Passwords | None = None) -> None:
        self._store = store
        self._clock = clock
        self._passwords = passwords or Passwords()
        self._attempts = LoginAttempts(store, clock)

    def all(self) -> list[User]:
        """All users, sorted by username."""
        return self._store.users()

    def get(self, user_id: str) -> User:
        """The user with this id.

        Raises:
            UserNotFoundError: there is none.
        """
        user = self._store.user(user_id)
        if user is None:
            raise UserNotFoundError("There is no such account.")
        return user

    def find(self, user_id: str) -> User | None:
        """The user with this id, or None."""
        return self._store.user(user_id)

    def by_name(self, username: str) -> User | None:
        """The user who logs in under this name, or None."""
        return self._store.user_by_name(clean_username(username))

    def add(
        self, username: str, name: str, role: Role, *, password: str | None = None, enrols: bool = False
    ) -> User:
        """A new account; without a password nobody can log in to it until a link sets one.

        Raises:
            AccountError: the name or the password is not valid.
            UsernameTakenError: another user has the name.
        """
        username, name = clean_username(username), " ".join(name.split())
        self.check_new(username, name, password)
        now = self._clock.now()
        user = User(
            id=secrets.token_hex(8),
            username=username,
            name=name,
            role=role,
            password_hash="" if password is None else self._passwords.hash(password),
            created_at=now,
            password_changed_at=now,
            strong_password=password is not None,
            enrols=enrols,
        )
        self._store.add_user(user)
        return user

    def check_new(self, username: str, name: str, password: str | None) -> None:
        """Raise what ``add`` would raise, without creating anything."""
        username, name = clean_username(username), " ".join(name.split())
        faults = name_faults(username, name)
        if password is not None:
            faults += password_faults(password, username=username, name=name)
        _refuse(faults)
        if self._store.user_by_name(username) is not None:
            raise UsernameTakenError(f"The username {username} is taken. Choose another one.")

    def change(
        self,
        user_id: str,
        *,
        name: str | None = None,
        role: Role | None = None,
        active: bool | None = None,
        enrols: bool | None = None,
    ) -> User:
        """Change the given fields; a user who becomes inactive is logged out everywhere.

        Raises:
            AccountError: the name is not valid.
            LastAdminError: it would leave no admin who can log in.
            UserNotFoundError: there is no such user.
        """
        changes: dict[str, Any] = {"role": role, "active": active, "enrols": enrols}
        if name is not None:
            changes["name"] = " ".join(name.split())
            _refuse(name_faults("ok", changes["name"]))
        changes = {field: value for field, value in changes.items() if value is not None}
        while True:
            user = self.get(user_id)
            changed = replace(user, **changes, version=user.version + 1)
            resigns = user.manages_accounts and not changed.manages_accounts
            if resigns:
                self._require_another_admin(user)
            if user.active and not changed.active:
                changed = replace(changed, password_changed_at=self._after(user))
            if self._store.replace_user(changed):
                if resigns:
                    self._return_if_last(user)
                if not changed.active:
                    self._store.end_logins(user_id)
                return changed

    def log_in(self, username: str, password: str, visitor: Visitor) -> User:
        """The user behind name and password; the second factor, if there is one, is still to be checked.

        Raises:
            LoginRefusedError: they don't match, or the account is inactive.
            LoginDelayedError: too many attempts failed; the password was not checked.
        """
        username = clean_username(username)
        wait = self._attempts.begin(username, visitor)
        if wait:
            raise LoginDelayedError(wait)
        user = self._store.user_by_name(username)
        fits = self._passwords.fits(password, user.password_hash if user else "")
        if user is None or not fits or not user.active:
            self._attempts.failed(visitor)
            self._store.note_event(failed_login(user))
            raise LoginRefusedError("Wrong username or password. Try again.")
        self._attempts.succeeded(username, visitor)
        return self._refreshed(user, password)

    def change_password(self, user_id: str, old: str, new: str, visitor: Visitor) -> User:
        """Replace the password; earlier logins end.

        Raises:
            LoginRefusedError: the old one is wrong.
            LoginDelayedError: too many attempts failed.
            AccountError: the new one is not valid.
        """
        user = self.log_in(self.get(user_id).username, old, visitor)
        return self.set_password(user.id, new)

    def set_password(self, user_id: str, password: str) -> User:
        """Set a new password; earlier logins end.

        Raises:
            AccountError: the password is not valid.
            UserNotFoundError: there is no such user.
        """
        kept = None
        while True:
            user = self.get(user_id)
            self.check_password(user, password)
            kept = kept or self._passwords.hash(password)
            changed = replace(
                user,
                password_hash=kept,
                password_changed_at=self._after(user),
                strong_password=_is_strong(user, password),
                version=user.version + 1,
            )
            if self._store.replace_user(changed):
                self._store.end_logins(user_id)
                return changed

    @staticmethod
    def check_password(user: User, password: str) -> None:
        """Raise ``AccountError`` if ``set_password`` would not accept it."""
        has_factor = user.second_factor is not None
        _refuse(password_faults(password, username=user.username, name=user.name, second_factor=has_factor))

    def put_off_factor(self, user_id: str) -> User:
        """Record that an admin was asked for a second factor and wants none now.

        Raises:
            UserNotFoundError: there is no such user.
        """
        while True:
            user = self.get(user_id)
            decided = replace(user, asked_for_factor=True, version=user.version + 1)
            if user.asked_for_factor or self._store.replace_user(decided):
                return decided

    def _refreshed(self, user: User, password: str) -> User:
        """The user whose right password was just typed, with what only that shows brought up to date."""
        outdated = self._passwords.is_outdated(user.password_hash)
        strong = _is_strong(user, password)
        if not outdated and strong is user.strong_password:
            return user
        kept = self._passwords.hash(password) if outdated else user.password_hash
        better = replace(user, password_hash=kept, strong_password=strong, version=user.version + 1)
        return better if self._store.replace_user(better) else self.get(user.id)

    def _require_another_admin(self, user: User) -> None:
        if not any(other.manages_accounts for other in self._store.users() if other.id != user.id):
            raise LastAdminError(
                "This is the last admin who can log in. Make another user with a password an admin first."
            )

    def _return_if_last(self, user: User) -> None:
        """Make a user who has just resigned an admin again, if the others resigned at the same moment."""
        try:
            self._require_another_admin(user)
        except LastAdminError:
            self.change(user.id, role=user.role, active=user.active)
            raise

    def _after(self, user: User) -> datetime:
        """Now, but always later than the last change, since a login carries that moment."""
        return max(self._clock.now(), user.password_changed_at + _A_MOMENT)


def _is_strong(user: User, password: str) -> bool:
    """Whether a password is good enough without a second factor."""
    return not password_faults(password, username=user.username, name=user.name)


def _refuse(faults: list[str]) -> None:
    if faults:
        raise AccountError(" ".join(faults))
