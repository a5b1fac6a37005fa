"""The first entries of a chain: that it begins, and the marks from before it."""

from __future__ import annotations

import sqlite3

from attendance.audit.chain.changes import Noted
from attendance.audit.chain.describing import event_of
from attendance.audit.chain.hashing import reference
from attendance.audit.chain.values import AuditKind
from attendance.store.audited import facts_of_mark
from attendance.store.sqlite.audit.chain import append
from attendance.store.sqlite.audit.noting import audit_key
from attendance.store.sqlite.rows import from_row
from attendance.values import Mark


def begin_chain(connection: sqlite3.Connection) -> None:
    """Begin the chain of a register that has none, inside a writing transaction."""
    students, marks = (
        connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - ours
        for table in ("students", "marks")
    )
    append(connection, [event_of(Noted(AuditKind.BEGUN, after={"students": students, "marks": marks}))])
    rows = connection.execute("SELECT * FROM marks ORDER BY at, session_id, student_id")
    for row in rows.fetchall():
        mark = from_row(Mark, row)
        key = audit_key(connection, mark.student_id)
        carried = Noted(AuditKind.CARRIED_OVER, reference(key), mark.session_id, {}, facts_of_mark(key, mark))
        append(connection, [event_of(carried)])
