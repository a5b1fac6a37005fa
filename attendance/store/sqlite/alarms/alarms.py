"""Alarms in the SQLite register."""

from __future__ import annotations

from datetime import datetime

from attendance.clock import to_milliseconds
from attendance.store.sqlite.connecting.connections import Connections
from attendance.store.sqlite.marks import need_session
from attendance.store.sqlite.rows import from_row, insert_once, to_row
from attendance.store.sqlite.students import known_students
from attendance.values import Alarm, AlarmKind

OF_ONE = "SELECT * FROM alarms WHERE id = ?"
SETTLE = (
    "UPDATE alarms SET settled_at = ?, settled_by = ?, for_good = ?3 "
    "WHERE id = ?4 AND (settled_at IS NULL OR for_good < ?3)"
)

REOPEN = (
    "UPDATE alarms SET settled_at = NULL, settled_by = NULL, for_good = 0 "
    "WHERE id = ? AND settled_at IS NOT NULL"
)


class SQLiteAlarms:
    """What is odd about check-ins, until a person settles it."""

    _connections: Connections

    def add_alarm(self, alarm: Alarm) -> bool:
        """See ``Store``."""
        with self._connections.writing() as connection:
            need_session(connection, alarm.session_id)
            if known_students(connection, alarm.student_ids) != {*alarm.student_ids}:
                return False
            return insert_once(connection, "alarms", to_row(alarm))

    def alarm(self, alarm_id: str) -> Alarm | None:
        """See ``Store``."""
        return self._connections.read_one(Alarm, OF_ONE, alarm_id)

    def alarms_of(self, session_id: str) -> list[Alarm]:
        """See ``Store``."""
        query = "SELECT * FROM alarms WHERE session_id = ? ORDER BY at, id"
        return self._connections.read_all(Alarm, query, session_id)

    def settle_alarm(self, alarm_id: str, *, by: str, at: datetime, for_good: bool) -> Alarm | None:
        """See ``Store``."""
        with self._connections.writing() as connection:
            values = (to_milliseconds(at), by, for_good, alarm_id)
            if connection.execute(SETTLE, values).rowcount == 0:
                return None
            return from_row(Alarm, connection.execute(OF_ONE, (alarm_id,)).fetchone())

    def reopen_alarm(self, alarm_id: str) -> Alarm | None:
        """See ``Store``."""
        with self._connections.writing() as connection:
            if connection.execute(REOPEN, (alarm_id,)).rowcount == 0:
                return None
            return from_row(Alarm, connection.execute(OF_ONE, (alarm_id,)).fetchone())

    def settled_for_good(self, kind: AlarmKind, subject: str) -> bool:
        """See ``Store``."""
        query = "SELECT 1 FROM alarms WHERE kind = ? AND subject = ? AND for_good LIMIT 1"
        with self._connections.reading() as connection:
            return connection.execute(query, (kind.value, subject)).fetchone() is not None

    def purge_alarms(self, before: datetime) -> int:
        """See ``Store``."""
        with self._connections.writing() as connection:
            statement = "DELETE FROM alarms WHERE at < ? AND NOT for_good"
            return connection.execute(statement, (to_milliseconds(before),)).rowcount
