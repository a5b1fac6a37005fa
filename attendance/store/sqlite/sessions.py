"""Sessions in the SQLite register."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from attendance.clock import to_milliseconds
from attendance.store.refusals import token_taken
from attendance.store.sqlite.connecting.connections import Connections
from attendance.store.sqlite.rows import exchange, insert_once, to_row
from attendance.store.sqlite.students import known_students
from attendance.values import Session

CHANGES = """
SELECT sessions.changes + coalesce(courses.changes, 0) + people.changes
FROM sessions JOIN people LEFT JOIN courses ON courses.id = sessions.course_id
WHERE sessions.id = ?"""


class SQLiteSessions:
    """Sessions of courses."""

    _connections: Connections

    def add_session(self, session: Session) -> bool:
        """See ``Store``."""
        with self._connections.writing() as connection:
            return insert_once(connection, "sessions", to_row(session))

    def replace_session(self, session: Session) -> bool:
        """See ``Store``."""
        with self._connections.writing() as connection:
            gone = session.named - known_students(connection, session.named)
            try:
                return exchange(connection, "sessions", to_row(session.without(gone)))
            except sqlite3.IntegrityError as error:
                raise token_taken(session) from error

    def session(self, session_id: str) -> Session | None:
        """See ``Store``."""
        return next(iter(self._sessions("id = ?", session_id)), None)

    def session_by_token(self, token: str) -> Session | None:
        """See ``Store``."""
        return next(iter(self._sessions("token = ?", token)), None)

    def sessions(self, day: str | None = None) -> list[Session]:
        """See ``Store``."""
        return self._sessions("?1 IS NULL OR day = ?1", day)

    def sessions_between(self, first_day: str, last_day: str) -> list[Session]:
        """See ``Store``."""
        return self._sessions("day BETWEEN ? AND ?", first_day, last_day)

    def sessions_of(self, course_id: str) -> list[Session]:
        """See ``Store``."""
        return self._sessions("course_id = ?", course_id)

    def unclosed_sessions(self, at: datetime) -> list[Session]:
        """See ``Store``."""
        condition = "closed_at IS NULL AND cancelled_at IS NULL AND opens_at <= ?"
        return self._sessions(condition, to_milliseconds(at))

    def session_changes(self, session_id: str) -> int:
        """See ``Store``."""
        with self._connections.reading() as connection:
            row = connection.execute(CHANGES, (session_id,)).fetchone()
        return 0 if row is None else int(row[0])

    def _sessions(self, condition: str, *values: object) -> list[Session]:
        query = f"SELECT * FROM sessions WHERE {condition} ORDER BY opens_at, id"  # noqa: S608 - ours
        return self._connections.read_all(Session, query, *values)
