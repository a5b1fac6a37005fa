"""Traces of check-ins in the SQLite register."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from attendance.clock import to_milliseconds
from attendance.store.sqlite.connections import Connections
from attendance.store.sqlite.rows import insert_once, to_row
from attendance.values import CheckInTrace


class SQLiteTraces:
    """What check-ins leave behind for comparing them."""

    _connections: Connections

    def add_trace(self, trace: CheckInTrace) -> bool:
        """See ``Store``; the foreign key refuses a student who is gone."""
        with self._connections.writing() as connection:
            return write_trace(connection, trace)

    def traces_of_session(self, session_id: str) -> list[CheckInTrace]:
        """See ``Store``."""
        return self._traces("session_id = ?", session_id)

    def traces_of_device(self, device: str) -> list[CheckInTrace]:
        """See ``Store``."""
        return self._traces("device = ?", device)

    def traces_of_student(self, student_id: str) -> list[CheckInTrace]:
        """See ``Store``."""
        return self._traces("student_id = ?", student_id)

    def trace_with_digest(self, digest: str) -> CheckInTrace | None:
        """See ``Store``."""
        query = "SELECT * FROM traces WHERE digest = ? ORDER BY at, id LIMIT 1"
        return self._connections.read_one(CheckInTrace, query, digest)

    def forget_addresses(self, before: datetime) -> int:
        """See ``Store``."""
        statement = "UPDATE traces SET address = NULL WHERE at < ? AND address IS NOT NULL"
        return self._write(statement, before)

    def purge_traces(self, before: datetime) -> int:
        """See ``Store``."""
        return self._write("DELETE FROM traces WHERE at < ?", before)

    def _traces(self, condition: str, *values: object) -> list[CheckInTrace]:
        query = f"SELECT * FROM traces WHERE {condition} ORDER BY at, id"  # noqa: S608 - ours
        return self._connections.read_all(CheckInTrace, query, *values)

    def _write(self, statement: str, before: datetime) -> int:
        with self._connections.writing() as connection:
            return connection.execute(statement, (to_milliseconds(before),)).rowcount


def write_trace(connection: sqlite3.Connection, trace: CheckInTrace) -> bool:
    """Keep a trace inside a writing transaction, unless its id is taken or its student is gone."""
    try:
        return insert_once(connection, "traces", to_row(trace))
    except sqlite3.IntegrityError:  # undoes this statement only
        return False
