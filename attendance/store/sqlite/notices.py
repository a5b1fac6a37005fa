"""Notices in the SQLite register."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from attendance.clock import to_milliseconds
from attendance.store.refusals import no_student
from attendance.store.sqlite.connecting.connections import Connections
from attendance.store.sqlite.rows import exchange, insert_once, to_row
from attendance.values import Notice


class SQLiteNotices:
    """Notices to students and guardians."""

    _connections: Connections

    def claim_notice(self, notice: Notice) -> bool:
        """See ``Store``."""
        with self._connections.writing() as connection:
            try:
                return insert_once(connection, "notices", to_row(notice))
            except sqlite3.IntegrityError as error:
                raise no_student(notice.student_id) from error

    def replace_notice(self, notice: Notice) -> bool:
        """See ``Store``."""
        with self._connections.writing() as connection:
            return exchange(connection, "notices", to_row(notice))

    def forget_notice(self, notice: Notice) -> bool:
        """See ``Store``."""
        with self._connections.writing() as connection:
            seen = (notice.key, notice.version)
            return connection.execute("DELETE FROM notices WHERE id = ? AND version = ?", seen).rowcount == 1

    def notice(self, key: str) -> Notice | None:
        """See ``Store``."""
        found = self._notices("id = ?", key)
        return found[0] if found else None

    def notices(self, since: datetime | None = None) -> list[Notice]:
        """See ``Store``."""
        if since is None:
            return self._notices("1")
        return self._notices("created_at >= ?", to_milliseconds(since))

    def notices_of(self, student_id: str) -> list[Notice]:
        """See ``Store``."""
        return self._notices("student_id = ?", student_id)

    def _notices(self, condition: str, *values: object) -> list[Notice]:
        query = f"SELECT * FROM notices WHERE {condition} ORDER BY created_at, id"  # noqa: S608 - ours
        return self._connections.read_all(Notice, query, *values)
