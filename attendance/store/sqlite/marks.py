"""Marks in the SQLite register."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from attendance.store.records import Record
from attendance.store.refusals import no_session, no_student, session_of_all
from attendance.store.sqlite.connecting.connections import Connections
from attendance.store.sqlite.rows import exchange, from_row, insert_once, to_row
from attendance.values import Mark

OF_ONE = "SELECT * FROM marks WHERE session_id = ? AND student_id = ?"
KEY = ("session_id", "student_id")
MOST_VALUES = 900  # in one statement; SQLite before 3.32 allows 999


class SQLiteMarks:
    """Marks: written once, and changed only on top of the version that was read."""

    _connections: Connections

    def insert_mark(self, mark: Mark) -> bool:
        """See ``Store``."""
        with self._connections.writing() as connection:
            try:
                return _insert(connection, mark)
            except sqlite3.IntegrityError as error:
                need_session(connection, mark.session_id)
                raise no_student(mark.student_id) from error

    def insert_marks(self, marks: Sequence[Mark]) -> list[Mark]:
        """See ``Store``; all are written in one transaction."""
        session_id = session_of_all(marks)
        if session_id is None:
            return []
        with self._connections.writing() as connection:
            need_session(connection, session_id)
            return [mark for mark in marks if _insert_if_student(connection, mark)]

    def replace_mark(self, mark: Mark) -> bool:
        """See ``Store``."""
        with self._connections.writing() as connection:
            return _replace(connection, mark)

    def replace_marks(self, marks: Sequence[Mark]) -> list[Mark]:
        """See ``Store``; all are written in one transaction."""
        session_of_all(marks)
        with self._connections.writing() as connection:
            return [mark for mark in marks if _replace(connection, mark)]

    def mark(self, session_id: str, student_id: str) -> Mark | None:
        """See ``Store``."""
        return self._connections.read_one(Mark, OF_ONE, session_id, student_id)

    def marks(self, session_id: str) -> list[Mark]:
        """See ``Store``."""
        query = "SELECT * FROM marks WHERE session_id = ? ORDER BY at, student_id"
        return self._connections.read_all(Mark, query, session_id)

    def marks_of_sessions(self, session_ids: Sequence[str]) -> list[Mark]:
        """See ``Store``."""
        wanted = sorted(set(session_ids))
        rows: list[sqlite3.Row] = []
        with self._connections.reading() as connection:
            for begin in range(0, len(wanted), MOST_VALUES):
                some = wanted[begin : begin + MOST_VALUES]
                among = ", ".join("?" * len(some))
                query = (
                    f"SELECT * FROM marks WHERE session_id IN ({among}) ORDER BY session_id, at, student_id"  # noqa: S608
                )
                rows += connection.execute(query, some).fetchall()
        return [from_row(Mark, row) for row in rows]

    def marks_of_student(self, student_id: str) -> list[Mark]:
        """See ``Store``."""
        query = "SELECT * FROM marks WHERE student_id = ? ORDER BY at, session_id"
        return self._connections.read_all(Mark, query, student_id)


def need_session(connection: sqlite3.Connection, session_id: str) -> None:
    """Raise ``SessionNotFoundError`` if there is no session with this id."""
    if connection.execute("SELECT 1 FROM sessions WHERE id = ?", (session_id,)).fetchone() is None:
        raise no_session(session_id)


def write_mark(connection: sqlite3.Connection, mark: Mark, row: Record) -> bool:
    """Insert a first version, or replace the version before it; whether it was written.

    Args:
        connection: inside a writing transaction.
        mark: the mark.
        row: its row.

    Raises:
        sqlite3.IntegrityError: the session or the student is unknown.
    """
    return (
        insert_once(connection, "marks", row)
        if mark.version == 1
        else exchange(connection, "marks", row, KEY)
    )


def _insert(connection: sqlite3.Connection, mark: Mark) -> bool:
    return insert_once(connection, "marks", to_row(mark))


def _insert_if_student(connection: sqlite3.Connection, mark: Mark) -> bool:
    try:
        return _insert(connection, mark)
    except sqlite3.IntegrityError:  # undoes this statement only
        return False


def _replace(connection: sqlite3.Connection, mark: Mark) -> bool:
    return exchange(connection, "marks", to_row(mark), KEY)
