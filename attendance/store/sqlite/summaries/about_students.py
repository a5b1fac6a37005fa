"""What records of the SQLite register say about a student among others."""

from __future__ import annotations

from attendance.store.sqlite.connecting.connections import Connections
from attendance.store.sqlite.rows import to_json
from attendance.values import Alarm, Review, Session

REVIEWS = """
SELECT * FROM reviews WHERE decided_for = ? OR instr(candidates, ?) ORDER BY created_at, id"""
ALARMS = "SELECT * FROM alarms WHERE instr(student_ids, ?) ORDER BY at, id"
SESSIONS = """
SELECT * FROM sessions WHERE instr(room_pictures, ?1) OR instr(spot_checks, ?1) ORDER BY opens_at, id"""
ANSWERS = """
SELECT grant_id, digest FROM answers WHERE (grant_id, digest) > (?, ?) ORDER BY grant_id, digest LIMIT ?"""
BEFORE_ALL = ("", "")


class SQLiteAboutStudents:
    """Records of a session or a check-in that name a student among others."""

    _connections: Connections

    def reviews_about(self, student_id: str) -> list[Review]:
        """See ``Store``."""
        return self._connections.read_all(Review, REVIEWS, student_id, to_json(student_id))

    def alarms_about(self, student_id: str) -> list[Alarm]:
        """See ``Store``."""
        return self._connections.read_all(Alarm, ALARMS, to_json(student_id))

    def sessions_naming(self, student_id: str) -> list[Session]:
        """See ``Store``."""
        return self._connections.read_all(Session, SESSIONS, to_json(student_id))

    def answer_keys(self, after: tuple[str, str] | None, limit: int) -> list[tuple[str, str]]:
        """See ``Store``."""
        with self._connections.reading() as connection:
            found = connection.execute(ANSWERS, (*(after or BEFORE_ALL), limit)).fetchall()
        return [(row["grant_id"], row["digest"]) for row in found]
