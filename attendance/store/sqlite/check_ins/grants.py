"""Spent grants, their answers and the engine's pin in the SQLite register."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from functools import partial

from attendance.clock import to_milliseconds
from attendance.store.records import Record
from attendance.store.sqlite.connecting.connections import Connections
from attendance.store.sqlite.rows import assignments, from_row, insert_once, insertion, to_row
from attendance.values import EnginePin, GrantAnswer

BIND = "INSERT INTO grants (id, digest, expires_at) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING"
SPENT_ON = "SELECT digest FROM grants WHERE id = ?"
KEPT = "SELECT * FROM answers WHERE grant_id = ? AND digest = ?"
PIN = "SELECT * FROM engine_pin"


class SQLiteGrants:
    """Grants, each valid for one photo; answers, one for each photo; the engine's pin."""

    _connections: Connections

    def spend_grant(self, grant_id: str, digest: str, expires_at: datetime) -> str:
        """See ``Store``."""
        return self._connections.write(partial(bind_grant, grant_id, digest, expires_at))

    def spent_on(self, grant_id: str) -> str | None:
        """See ``Store``."""
        with self._connections.reading() as connection:
            row = connection.execute(SPENT_ON, (grant_id,)).fetchone()
        return None if row is None else str(row[0])

    def keep_answer(self, answer: GrantAnswer) -> GrantAnswer:
        """See ``Store``."""
        return self._connections.write(partial(_keep, answer, to_row(answer)))

    def answer(self, grant_id: str, digest: str, now: datetime) -> GrantAnswer | None:
        """See ``Store``."""
        query = f"{KEPT} AND expires_at > ?"
        return self._connections.read_one(GrantAnswer, query, grant_id, digest, to_milliseconds(now))

    def purge_grants(self, now: datetime) -> int:
        """See ``Store``."""
        over = (to_milliseconds(now),)
        with self._connections.writing() as connection:
            grants = connection.execute("DELETE FROM grants WHERE expires_at <= ?", over).rowcount
            answers = connection.execute("DELETE FROM answers WHERE expires_at <= ?", over).rowcount
        return grants + answers

    def engine_pin(self) -> EnginePin | None:
        """See ``Store``."""
        return self._connections.read_one(EnginePin, PIN)

    def pin_engine(self, pin: EnginePin) -> EnginePin:
        """See ``Store``."""
        with self._connections.writing() as connection:
            insert_once(connection, "engine_pin", {"only_row": 1, **to_row(pin)})
            pinned = connection.execute(PIN).fetchone()
        return from_row(EnginePin, pinned)

    def repin_engine(self, pin: EnginePin) -> None:
        """See ``Store``."""
        row = {"only_row": 1, **to_row(pin)}
        statement = f"{insertion('engine_pin', row)} ON CONFLICT (only_row) DO UPDATE SET {assignments(row)}"
        with self._connections.writing() as connection:
            connection.execute(statement, row)


def _keep(answer: GrantAnswer, row: Record, connection: sqlite3.Connection) -> GrantAnswer:
    insert_once(connection, "answers", row)
    return from_row(GrantAnswer, connection.execute(KEPT, (answer.grant_id, answer.digest)).fetchone())


def bind_grant(grant_id: str, digest: str, expires_at: datetime, connection: sqlite3.Connection) -> str:
    """Bind a grant inside a writing transaction; returns the digest it is bound to."""
    values = (grant_id, digest, to_milliseconds(expires_at))
    if connection.execute(BIND, values).rowcount == 1:
        return digest
    return str(connection.execute(SPENT_ON, (grant_id,)).fetchone()[0])
