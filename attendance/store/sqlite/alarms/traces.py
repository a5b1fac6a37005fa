"""Traces of check-ins in the SQLite register."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from attendance.clock import to_milliseconds
from attendance.store.records import Record
from attendance.store.sqlite.connecting.connections import Connections
from attendance.store.sqlite.rows import insert_once, to_row
from attendance.values import CheckInTrace

ADDRESSES = """
SELECT student_id, address FROM traces
WHERE session_id = ? AND student_id IS NOT NULL AND address IS NOT NULL ORDER BY at, id"""


class SQLiteTraces:
    """What check-ins leave behind for comparing them."""

    _connections: Connections

    def add_trace(self, trace: CheckInTrace) -> bool:
        """See ``Store``; the foreign key refuses a student who is gone."""
        row = to_row(trace)
        return self._connections.write(lambda connection: write_trace(connection, row))

    def traces_of_session(self, session_id: str) -> list[CheckInTrace]:
        """See ``Store``."""
        return self._traces("session_id = ?", session_id)

    def addresses_of_session(self, session_id: str) -> list[tuple[str, str]]:
        """See ``Store``."""
        with self._connections.reading() as connection:
            return [(row[0], row[1]) for row in connection.execute(ADDRESSES, (session_id,))]

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


def write_trace(connection: sqlite3.Connection, row: Record) -> bool:
    """Keep a trace's row inside a writing transaction, unless its id is taken or its student is gone."""
    try:
        return insert_once(connection, "traces", row)
    except sqlite3.IntegrityError:  # undoes this statement only
        return False
