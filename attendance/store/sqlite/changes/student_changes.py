"""Changes of students in the SQLite register."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attendance.clock import to_milliseconds
from attendance.store.sqlite.connecting.connections import Connections
from attendance.store.sqlite.rows import insertion, to_row
from attendance.values import NotedChange

NEWEST_FIRST = "ORDER BY at DESC, id LIMIT ?"


class SQLiteStudentChanges:
    """What was changed about students, by whom."""

    _connections: Connections

    def note_student_changes(self, changes: Sequence[NotedChange]) -> None:
        """See ``Store``."""
        with self._connections.writing() as connection:
            present = {row[0] for row in connection.execute("SELECT id FROM students")}
            for row in (to_row(change) for change in changes):
                if row["student_id"] is None or row["student_id"] in present:
                    connection.execute(insertion("student_changes", row), row)

    def student_changes(self, limit: int, student_id: str | None = None) -> list[NotedChange]:
        """See ``Store``."""
        if student_id is None:
            query = f"SELECT * FROM student_changes {NEWEST_FIRST}"  # noqa: S608 - ours
            return self._connections.read_all(NotedChange, query, limit)
        query = f"SELECT * FROM student_changes WHERE student_id = ? {NEWEST_FIRST}"  # noqa: S608 - ours
        return self._connections.read_all(NotedChange, query, student_id, limit)

    def purge_student_changes(self, before: datetime) -> int:
        """See ``Store``."""
        with self._connections.writing() as connection:
            statement = "DELETE FROM student_changes WHERE at < ?"
            return connection.execute(statement, (to_milliseconds(before),)).rowcount
