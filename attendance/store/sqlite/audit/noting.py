"""Notes the changes of a transaction, whatever statement makes them, and chains them before its commit.

Triggers of the connection put the watched fields, before and after, into a table in memory. So no method of
the store can forget it, what a foreign key deletes is noted as well, and a statement or a transaction that is
undone takes its notes along. The triggers are temporary: other programs that write the file have none, and
leave a register that contradicts its chain.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from attendance.audit.chain.changes import ONLY_ADDED, WATCHED, RecordChange
from attendance.audit.chain.describing import removed_students
from attendance.audit.chain.hashing import new_key
from attendance.store.audited import audit_events, watched
from attendance.store.sqlite.audit.chain import append

_OLD, _NEW, _ADDED, _DELETED = range(4)  # a row that was changed, the same after, a new row, a deleted one
_MOST_FIELDS = max(map(len, WATCHED.values()))
_NOTES = "SELECT * FROM temp.audit_notes ORDER BY number"
_VALUES = ", ".join(f"v{number}" for number in range(_MOST_FIELDS))


class AuditNotes:
    """Notes and chains what the transactions of connections change."""

    def install(self, connection: sqlite3.Connection) -> None:
        """Make a connection note its changes; outside a transaction, once."""
        connection.execute("PRAGMA temp_store = MEMORY")  # personal data must not reach another file
        connection.execute(
            f"CREATE TEMP TABLE audit_notes (number INTEGER PRIMARY KEY, name TEXT, side INTEGER, {_VALUES})"
        )
        for table, fields in WATCHED.items():
            for trigger in _triggers(table, fields):
                connection.execute(trigger)

    def chain(self, connection: sqlite3.Connection) -> None:
        """Chain what the connection's transaction has changed so far, and destroy the keys of who is gone."""
        rows = connection.execute(_NOTES).fetchall()
        if not rows:
            return
        self.discard(connection)
        changes = list(_changes(rows))
        events = audit_events(changes, lambda student_id: audit_key(connection, student_id))
        append(connection, events)
        gone = [(student_id,) for student_id in removed_students(changes)]
        connection.executemany("DELETE FROM audit_keys WHERE student_id = ?", gone)

    def discard(self, connection: sqlite3.Connection) -> None:
        """Forget what the connection's transaction has changed so far."""
        connection.execute("DELETE FROM temp.audit_notes")


def audit_key(connection: sqlite3.Connection, student_id: str) -> bytes:
    """The audit key of a student, made by the first call; inside a writing transaction."""
    row = connection.execute("SELECT key FROM audit_keys WHERE student_id = ?", (student_id,)).fetchone()
    if row is not None:
        return bytes(row[0])
    key = new_key()
    connection.execute("INSERT INTO audit_keys (student_id, key) VALUES (?, ?)", (student_id, key))
    return key


def _triggers(table: str, fields: tuple[str, ...]) -> Iterator[str]:
    into = ", ".join(f"v{number}" for number, _ in enumerate(fields))

    def note(side: int, record: str) -> str:
        values = ", ".join(f"{record}.{name}" for name in fields)
        return f"INSERT INTO audit_notes (name, side, {into}) VALUES ('{table}', {side}, {values});"  # noqa: S608 - ours

    yield _trigger(table, "INSERT", note(_ADDED, "NEW"))
    if table in ONLY_ADDED:
        return
    changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in fields)
    yield _trigger(table, "UPDATE", note(_OLD, "OLD") + note(_NEW, "NEW"), f"WHEN {changed} ")
    yield _trigger(table, "DELETE", note(_DELETED, "OLD"))


def _trigger(table: str, event: str, body: str, condition: str = "") -> str:
    name = f"audit_{table}_{event.lower()}"
    return f"CREATE TEMP TRIGGER {name} AFTER {event} ON main.{table} {condition}BEGIN {body} END"


def _changes(rows: list[sqlite3.Row]) -> Iterator[RecordChange]:
    old: sqlite3.Row | None = None
    for row in rows:
        if row["side"] == _OLD:
            old = row
            continue
        table, record = row["name"], _record(row)
        if row["side"] == _DELETED:
            yield RecordChange(table, watched(table, record), None)
            continue
        before = None if row["side"] == _ADDED or old is None else _record(old)
        yield RecordChange(table, watched(table, before), watched(table, record))


def _record(row: sqlite3.Row) -> dict[str, object]:
    return dict(zip(WATCHED[row["name"]], tuple(row)[3:], strict=False))
