"""A whole check-in in the SQLite register: read at one moment, and written in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from attendance.clock import to_milliseconds
from attendance.store.records import Record
from attendance.store.refusals import no_student
from attendance.store.sqlite.alarms.traces import write_trace
from attendance.store.sqlite.check_ins.grants import KEPT, bind_grant
from attendance.store.sqlite.connecting.connections import Connections
from attendance.store.sqlite.courses import OF_ONE as COURSE
from attendance.store.sqlite.marks import OF_ONE as MARK
from attendance.store.sqlite.marks import need_session, write_mark
from attendance.store.sqlite.rows import from_row, insert_once, to_row
from attendance.store.whole_check_ins import CheckInRecord, CheckInState, CheckInWritten, student_named
from attendance.values import Course, GrantAnswer, Mark, MarkStatus, Session

SESSION = "SELECT * FROM sessions WHERE id = ?"
ANSWER = f"{KEPT} AND expires_at > ?"
IS_STUDENT = "SELECT 1 FROM students WHERE id = ?"
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
        return self._connections.write(partial(_record, check_in, _Rows.of(check_in)))

    def students_of_device(self, device: str, latest: int) -> list[str]:
        """See ``Store``."""
        with self._connections.reading() as connection:
            rows = connection.execute(STUDENTS_OF_DEVICE, (device, latest)).fetchall()
        return list(dict.fromkeys(row["student_id"] for row in rows))


@dataclass(frozen=True)
class _Rows:
    """The rows of a check-in, made before others wait for it."""

    answer: Record
    mark: Record | None
    trace: Record | None

    @classmethod
    def of(cls, check_in: CheckInRecord) -> _Rows:
        mark, trace = check_in.mark, check_in.trace
        return cls(
            to_row(check_in.answer),
            None if mark is None else to_row(mark),
            None if trace is None else to_row(trace),
        )


def _record(check_in: CheckInRecord, rows: _Rows, connection: sqlite3.Connection) -> CheckInWritten:
    answer, mark = check_in.answer, check_in.mark
    kept = connection.execute(KEPT, (answer.grant_id, answer.digest)).fetchone()
    if kept is not None:
        return CheckInWritten(answer.digest, from_row(GrantAnswer, kept))
    bound_to = bind_grant(answer.grant_id, answer.digest, check_in.grant_until, connection)
    if bound_to != answer.digest or not (mark is None or _write(connection, mark, rows.mark)):
        return CheckInWritten(bound_to)
    named = student_named(answer)
    if named is not None and connection.execute(IS_STUDENT, (named,)).fetchone() is None:
        raise no_student(named)
    has_trace = rows.trace is not None and write_trace(connection, rows.trace)
    insert_once(connection, "answers", rows.answer)
    return CheckInWritten(bound_to, answer, has_mark=mark is not None, has_trace=has_trace)


def _course_of(connection: sqlite3.Connection, session: sqlite3.Row) -> Course | None:
    row = connection.execute(COURSE, (session["course_id"],)).fetchone()
    return None if row is None else from_row(Course, row)


def _named(connection: sqlite3.Connection, kept: GrantAnswer) -> Mark | None:
    """The mark of the student whom an answer names."""
    row = connection.execute(MARK, (kept.answer.get("session_id"), kept.answer.get("student_id"))).fetchone()
    return None if row is None else from_row(Mark, row)


def _write(connection: sqlite3.Connection, mark: Mark, row: Record | None) -> bool:
    assert row is not None
    try:
        return write_mark(connection, mark, row)
    except sqlite3.IntegrityError as error:
        need_session(connection, mark.session_id)
        raise no_student(mark.student_id) from error
