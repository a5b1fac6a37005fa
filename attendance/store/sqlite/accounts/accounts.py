"""Users, their logins, failed logins and one-time links in the SQLite register."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from attendance.clock import from_milliseconds, to_milliseconds
from attendance.store.refusals import username_taken
from attendance.store.sqlite.connecting.connections import Connections
from attendance.store.sqlite.rows import exchange, insertion, to_row
from attendance.values import Login, OneTimeLink, User

LIVE_LINK = "SELECT 1 FROM one_time_links WHERE digest = ? AND purpose = ? AND expires_at > ?"


class SQLiteAccounts:
    """Users, their logins, failed logins and one-time links."""

    _connections: Connections

    def add_user(self, user: User) -> None:
        """See ``Store``."""
        row = to_row(user)
        with self._connections.writing() as connection:
            try:
                connection.execute(insertion("users", row), row)
            except sqlite3.IntegrityError as error:
                raise username_taken(user) from error

    def replace_user(self, user: User) -> bool:
        """See ``Store``."""
        with self._connections.writing() as connection:
            try:
                return exchange(connection, "users", to_row(user))
            except sqlite3.IntegrityError as error:
                raise username_taken(user) from error

    def user(self, user_id: str) -> User | None:
        """See ``Store``."""
        return self._connections.read_one(User, "SELECT * FROM users WHERE id = ?", user_id)

    def user_by_name(self, username: str) -> User | None:
        """See ``Store``."""
        query = "SELECT * FROM users WHERE username = ?"
        return self._connections.read_one(User, query, username)

    def users(self) -> list[User]:
        """See ``Store``."""
        return self._connections.read_all(User, "SELECT * FROM users ORDER BY username")

    def add_login(self, login: Login) -> None:
        """See ``Store``."""
        row = to_row(login)
        with self._connections.writing() as connection:
            connection.execute(insertion("logins", row), row)

    def login(self, login_id: str) -> Login | None:
        """See ``Store``."""
        return self._connections.read_one(Login, "SELECT * FROM logins WHERE id = ?", login_id)

    def logins_of(self, user_id: str) -> list[Login]:
        """See ``Store``."""
        query = "SELECT * FROM logins WHERE user_id = ? ORDER BY created_at DESC, id"
        return self._connections.read_all(Login, query, user_id)

    def note_login_seen(self, login_id: str, at: datetime) -> None:
        """See ``Store``."""
        with self._connections.writing() as connection:
            connection.execute("UPDATE logins SET seen_at = ? WHERE id = ?", (to_milliseconds(at), login_id))

    def note_login_proof(self, login_id: str, at: datetime) -> None:
        """See ``Store``."""
        with self._connections.writing() as connection:
            connection.execute(
                "UPDATE logins SET proved_at = ? WHERE id = ?", (to_milliseconds(at), login_id)
            )

    def end_login(self, login_id: str) -> None:
        """See ``Store``."""
        with self._connections.writing() as connection:
            connection.execute("DELETE FROM logins WHERE id = ?", (login_id,))

    def end_logins(self, user_id: str, *, but: str | None = None) -> int:
        """See ``Store``."""
        statement = "DELETE FROM logins WHERE user_id = ? AND id IS NOT ?"
        with self._connections.writing() as connection:
            return connection.execute(statement, (user_id, but)).rowcount

    def purge_logins(self, now: datetime) -> int:
        """See ``Store``."""
        statement = "DELETE FROM logins WHERE expires_at <= ?"
        with self._connections.writing() as connection:
            return connection.execute(statement, (to_milliseconds(now),)).rowcount

    def note_login_failure(self, key: str, at: datetime) -> None:
        """See ``Store``."""
        with self._connections.writing() as connection:
            connection.execute(
                "INSERT INTO login_failures (key, at) VALUES (?, ?)", (key, to_milliseconds(at))
            )

    def login_failures(self, key: str, since: datetime) -> list[datetime]:
        """See ``Store``."""
        query = "SELECT at FROM login_failures WHERE key = ? AND at >= ? ORDER BY at"
        with self._connections.reading() as connection:
            rows = connection.execute(query, (key, to_milliseconds(since))).fetchall()
        return [from_milliseconds(row[0]) for row in rows]

    def forget_login_failures(self, key: str) -> None:
        """See ``Store``."""
        with self._connections.writing() as connection:
            connection.execute("DELETE FROM login_failures WHERE key = ?", (key,))

    def purge_login_failures(self, before: datetime) -> int:
        """See ``Store``."""
        statement = "DELETE FROM login_failures WHERE at < ?"
        with self._connections.writing() as connection:
            return connection.execute(statement, (to_milliseconds(before),)).rowcount

    def put_link(self, link: OneTimeLink) -> None:
        """See ``Store``."""
        row = to_row(link)
        with self._connections.writing() as connection:
            connection.execute(insertion("one_time_links", row), row)

    def has_link(self, digest: str, purpose: str, now: datetime) -> bool:
        """See ``Store``."""
        with self._connections.reading() as connection:
            found = connection.execute(LIVE_LINK, (digest, purpose, to_milliseconds(now))).fetchone()
        return found is not None

    def consume_link(self, digest: str, purpose: str, now: datetime) -> bool:
        """See ``Store``."""
        with self._connections.writing() as connection:
            found = connection.execute(LIVE_LINK, (digest, purpose, to_milliseconds(now))).fetchone()
            if found is None:
                return False
            connection.execute("DELETE FROM one_time_links WHERE purpose = ?", (purpose,))
        return True

    def purge_links(self, now: datetime) -> int:
        """See ``Store``."""
        statement = "DELETE FROM one_time_links WHERE expires_at <= ?"
        with self._connections.writing() as connection:
            return connection.execute(statement, (to_milliseconds(now),)).rowcount
