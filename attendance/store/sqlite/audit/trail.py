"""Reading the audit trail of the SQLite register."""

from __future__ import annotations

from collections.abc import Sequence

from attendance.audit.chain.encoding import SIGNED_FIELDS
from attendance.audit.chain.values import AuditEntry, AuditEvent, AuditFilter
from attendance.clock import to_milliseconds
from attendance.store.protocols.audit import AuditRow
from attendance.store.sqlite.audit.chain import append, head_of
from attendance.store.sqlite.connecting.connections import Connections

_BYTES = ", ".join(f"CAST({name} AS BLOB)" for name in (*SIGNED_FIELDS, "digest"))
_ROWS = f"SELECT {_BYTES} FROM audit WHERE number > ? ORDER BY number LIMIT ?"  # noqa: S608 - names are ours
_MISSING = b"\x00"  # for a field that somebody has emptied; no field begins like this


class SQLiteAudit:
    """The audit trail."""

    _connections: Connections

    def note_event(self, event: AuditEvent) -> None:
        """See ``Store``."""
        with self._connections.writing() as connection:
            append(connection, [event])

    def audit_head(self) -> AuditEntry | None:
        """See ``Store``."""
        with self._connections.reading() as connection:
            return head_of(connection)

    def audit_rows(self, after: int, limit: int) -> list[AuditRow]:
        """See ``Store``."""
        with self._connections.reading() as connection:
            rows = connection.execute(_ROWS, (after, limit)).fetchall()
        return [tuple(_MISSING if field is None else field for field in row) for row in rows]

    def find_audit(self, wanted: AuditFilter, limit: int) -> list[AuditEntry]:
        """See ``Store``."""
        conditions: list[str] = []
        values: list[object] = []

        def where(condition: str, *given: object) -> None:
            conditions.append(condition)
            values.extend(given)

        if wanted.actor is not None:
            where("actor = ?", wanted.actor)
        if wanted.kinds:
            where(f"kind IN ({', '.join('?' * len(wanted.kinds))})", *(kind.value for kind in wanted.kinds))
        if wanted.student is not None:
            where("student = ? AND student <> ''", wanted.student)
        if wanted.since is not None:
            where("at >= ?", to_milliseconds(wanted.since))
        if wanted.until is not None:
            where("at < ?", to_milliseconds(wanted.until))
        if wanted.below is not None:
            where("number < ?", wanted.below)
        query = (
            f"SELECT * FROM audit WHERE {' AND '.join(conditions or ['1'])} "  # noqa: S608 - values are bound
            "ORDER BY number DESC LIMIT ?"
        )
        return self._connections.read_all(AuditEntry, query, *values, limit)

    def audit_actors(self) -> list[str]:
        """See ``Store``."""
        with self._connections.reading() as connection:
            rows = connection.execute("SELECT DISTINCT actor FROM audit ORDER BY actor").fetchall()
        return [str(row[0]) for row in rows]

    def audit_keys(self, student_ids: Sequence[str] | None = None) -> dict[str, bytes]:
        """See ``Store``."""
        with self._connections.reading() as connection:
            if student_ids is None:
                rows = connection.execute("SELECT student_id, key FROM audit_keys").fetchall()
            else:
                query = "SELECT student_id, key FROM audit_keys WHERE student_id = ?"
                rows = [row for each in student_ids for row in connection.execute(query, (each,)).fetchall()]
        return {row[0]: bytes(row[1]) for row in rows}

    def chain_pending(self) -> int:
        """See ``Store``; here nothing is ever pending."""
        return 0
