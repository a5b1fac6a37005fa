"""The part of the SQLite register that keeps API tokens."""

from __future__ import annotations

import sqlite3

from attendance.store.refusals import api_token_taken
from attendance.store.sqlite_connections import Connections
from attendance.store.sqlite_rows import assignments, insertion, to_record, to_row
from attendance.store.token_records import api_token_from, api_token_record
from attendance.values import ApiToken


class SQLiteTokens:
    """What other software comes in with."""

    _connections: Connections

    def add_api_token(self, token: ApiToken) -> None:
        """See ``Store``."""
        row = to_row(api_token_record(token))
        with self._connections.writing() as connection:
            try:
                connection.execute(insertion("api_tokens", row), row)
            except sqlite3.IntegrityError as error:
                raise api_token_taken(token) from error

    def replace_api_token(self, token: ApiToken) -> bool:
        """See ``Store``."""
        row = to_row(api_token_record(token))
        statement = f"UPDATE api_tokens SET {assignments(row)} WHERE id = :id AND version = :version - 1"  # noqa: S608
        with self._connections.writing() as connection:
            try:
                return connection.execute(statement, row).rowcount == 1
            except sqlite3.IntegrityError as error:
                raise api_token_taken(token) from error

    def api_token(self, token_id: str) -> ApiToken | None:
        """See ``Store``."""
        return self._one_api_token("SELECT * FROM api_tokens WHERE id = ?", token_id)

    def api_token_by_digest(self, digest: str) -> ApiToken | None:
        """See ``Store``."""
        return self._one_api_token("SELECT * FROM api_tokens WHERE digest = ?", digest)

    def api_tokens(self) -> list[ApiToken]:
        """See ``Store``."""
        with self._connections.reading() as connection:
            rows = connection.execute("SELECT * FROM api_tokens ORDER BY created_at, id").fetchall()
        return [api_token_from(to_record(row)) for row in rows]

    def _one_api_token(self, query: str, key: str) -> ApiToken | None:
        with self._connections.reading() as connection:
            row = connection.execute(query, (key,)).fetchone()
        return None if row is None else api_token_from(to_record(row))
