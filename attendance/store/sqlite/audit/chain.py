"""The chain in the SQLite register: appended to inside the transaction of what it records."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from attendance.audit.chain.encoding import NOTHING_BEFORE, chained
from attendance.audit.chain.values import AuditEntry, AuditEvent
from attendance.store.sqlite.rows import from_row, insertion, to_row

HEAD = "SELECT * FROM audit ORDER BY number DESC LIMIT 1"
_LAST = "SELECT number, digest FROM audit ORDER BY number DESC LIMIT 1"


def append(connection: sqlite3.Connection, events: Iterable[AuditEvent]) -> None:
    """Chain events in their order; inside a writing transaction, so that nobody else appends."""
    last = connection.execute(_LAST).fetchone()
    number, digest = (0, NOTHING_BEFORE) if last is None else (last[0], last[1])
    for event in events:
        entry = chained(event, number + 1, digest)
        row = to_row(entry)
        connection.execute(insertion("audit", row), row)
        number, digest = entry.number, entry.digest


def head_of(connection: sqlite3.Connection) -> AuditEntry | None:
    """The last entry."""
    row = connection.execute(HEAD).fetchone()
    return None if row is None else from_row(AuditEntry, row)
