"""API tokens in the SQLite register."""

from __future__ import annotations

import sqlite3

from attendance.store.refusals import api_token_taken
from attendance.store.sqlite.connecting.connections import Connections
from attendance.store.sqlite.rows import exchange, insertion, to_row
from attendance.values import ApiToken


class SQLiteTokens:
    """The API tokens of other software."""

    _connections: Connections

    def add_api_token(self, token: ApiToken) -> None:
        """See ``Store``."""
        row = to_row(token)
        with self._connections.writing() as connection:
            try:
                connection.execute(insertion("api_tokens", row), row)
            except sqlite3.IntegrityError as error:
                raise api_token_taken(token) from error

    def replace_api_token(self, token: ApiToken) -> bool:
        """See ``Store``."""
        with self._connections.writing() as connection:
            try:
                return exchange(connection, "api_tokens", to_row(token))
            except sqlite3.IntegrityError as error:
                raise api_token_taken(token) from error

    def api_token(self, token_id: str) -> ApiToken | None:
        """See ``Store``."""
        query = "SELECT * FROM api_tokens WHERE id = ?"
        return self._connections.read_one(ApiToken, query, token_id)

    def api_token_by_digest(self, digest: str) -> ApiToken | None:
        """See ``Store``."""
        query = "SELECT * FROM api_tokens WHERE digest = ?"
        return self._connections.read_one(ApiToken, query, digest)

    def api_tokens(self) -> list[ApiToken]:
        """See ``Store``."""
        return self._connections.read_all(ApiToken, "SELECT * FROM api_tokens ORDER BY created_at, id")
