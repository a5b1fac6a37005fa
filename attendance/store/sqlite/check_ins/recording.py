"""A whole check-in in the SQLite register: read at one moment, and written in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from datetime import datetime

from attendance.clock import to_milliseconds
from attendance.store.refusals import no_student
from attendance.store.sqlite.alarms.traces import write_trace
from attendance.store.sqlite.check_ins.grants import KEPT, bind_grant
from attendance.store.sqlite.connections import Connections
from attendance.store.sqlite.courses import OF_ONE as COURSE
from attendance.store.sqlite.marks import OF_ONE as MARK
from attendance.store.sqlite.marks import need_session, write_mark
from attendance.store.sqlite.rows import from_row, insert_once, to_row
from attendance.store.whole_check_ins import CheckInRecord, CheckInState, CheckInWritten
from attendance.values import Course, GrantAnswer, Mark, MarkStatus, Session

SESSION = "SELECT * FROM sessions WHERE id = ?"
ANSWER = f"{KEPT} AND expires_at > ?"
STUDENTS_OF_DEVICE = f"""
SELECT latest.student_id FROM (
    SELECT id, at, session_id, student_id FROM traces WHERE device = ? ORDER BY at DESC, id DESC LIMIT ?
) AS latest
JOIN marks ON marks.session_id = latest.session_id AND marks.student_id = latest.student_id
WHERE marks.status IN ({", ".join(f"'{status}'" for status in MarkStatus if status.is_there)})
AND NOT marks.under_review
ORDER BY latest.at DESC, latest.id DESC"""  # noqa: S608 - the statuses are ours


class SQLiteCheckIns:
    """Check-ins as a whole."""

    _connections: Connections

    def check_in_state(
        self, session_id: str, grant_ids: Collection[str], digest: str, now: datetime
    ) -> CheckInState:
        """See ``Store``."""
        grant_id = next(iter(grant_ids))
        with self._connections.reading_at_once() as connection:
            answer = connection.execute(ANSWER, (grant_id, digest, to_milliseconds(now))).fetchone()
            kept = None if answer is None else from_row(GrantAnswer, answer)
            among = ", ".join("?" * len(grant_ids))
            spent = connection.execute(f"SELECT id, digest FROM grants WHERE id IN ({among})", [*grant_ids])  # noqa: S608
            spent_on = {row["id"]: row["digest"] for row in spent.fetchall()}
            session = connection.execute(SESSION, (session_id,)).fetchone()
            course = None if session is None else _course_of(connection, session)
            named = None if kept is None else _named(connection, kept)
        found = None if session is None else from_row(Session, session)
        return CheckInState(found, course, kept, named, spent_on)

    def record_check_in(self, check_in: CheckInRecord) -> CheckInWritten:
        """See ``Store``."""
        answer, mark = check_in.answer, check_in.mark
        with self._connections.writing() as connection:
            kept = connection.execute(KEPT, (answer.grant_id, answer.digest)).fetchone()
            if kept is not None:
                return CheckInWritten(answer.digest, from_row(GrantAnswer, kept))
            bound_to = bind_grant(connection, answer.grant_id, answer.digest, check_in.grant_until)
            if bound_to != answer.digest or not (mark is None or _write(connection, mark)):
                return CheckInWritten(bound_to)
            has_trace = check_in.trace is not None and write_trace(connection, check_in.trace)
            insert_once(connection, "answers", to_row(answer))
        return CheckInWritten(bound_to, answer, has_mark=mark is not None, has_trace=has_trace)

    def students_of_device(self, device: str, latest: int) -> list[str]:
        """See ``Store``."""
        with self._connections.reading() as connection:
            rows = connection.execute(STUDENTS_OF_DEVICE, (device, latest)).fetchall()
        return list(dict.fromkeys(row["student_id"] for row in rows))


def _course_of(connection: sqlite3.Connection, session: sqlite3.Row) -> Course | None:
    row = connection.execute(COURSE, (session["course_id"],)).fetchone()
    return None if row is None else from_row(Course, row)


def _named(connection: sqlite3.Connection, kept: GrantAnswer) -> Mark | None:
    """The mark of the student whom an answer names."""
    row = connection.execute(MARK, (kept.answer.get("session_id"), kept.answer.get("student_id"))).fetchone()
    return None if row is None else from_row(Mark, row)


def _write(connection: sqlite3.Connection, mark: Mark) -> bool:
    try:
        return write_mark(connection, mark)
    except sqlite3.IntegrityError as error:
        need_session(connection, mark.session_id)
        raise no_student(mark.student_id) from error
