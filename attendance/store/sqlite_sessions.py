"""The part of the SQLite register that keeps courses and sessions."""

from __future__ import annotations

from attendance.store.records import Record
from attendance.store.session_records import course_from, course_record, session_from, session_record
from attendance.store.sqlite_connections import Connections
from attendance.store.sqlite_rows import insertion, to_record, to_row
from attendance.values import Course, Session


class SQLiteSessions:
    """Courses and their sessions."""

    _connections: Connections

    def add_course(self, course: Course) -> bool:
        """See ``Store``."""
        return self._insert_once("courses", course_record(course))

    def course(self, course_id: str) -> Course | None:
        """See ``Store``."""
        with self._connections.reading() as connection:
            row = connection.execute("SELECT * FROM courses WHERE id = ?", (course_id,)).fetchone()
        return None if row is None else course_from(to_record(row))

    def add_session(self, session: Session) -> bool:
        """See ``Store``."""
        return self._insert_once("sessions", session_record(session))

    def session(self, session_id: str) -> Session | None:
        """See ``Store``."""
        return self._one_session("SELECT * FROM sessions WHERE id = ?", session_id)

    def session_by_token(self, token: str) -> Session | None:
        """See ``Store``."""
        return self._one_session("SELECT * FROM sessions WHERE token = ?", token)

    def sessions(self, day: str | None = None) -> list[Session]:
        """See ``Store``."""
        query = "SELECT * FROM sessions WHERE ?1 IS NULL OR day = ?1 ORDER BY opens_at, id"
        with self._connections.reading() as connection:
            rows = connection.execute(query, (day,)).fetchall()
        return [session_from(to_record(row)) for row in rows]

    def _one_session(self, query: str, key: str) -> Session | None:
        with self._connections.reading() as connection:
            row = connection.execute(query, (key,)).fetchone()
        return None if row is None else session_from(to_record(row))

    def _insert_once(self, table: str, record: Record) -> bool:
        row = to_row(record)
        with self._connections.writing() as connection:
            statement = f"{insertion(table, row)} ON CONFLICT DO NOTHING"
            return connection.execute(statement, row).rowcount == 1
