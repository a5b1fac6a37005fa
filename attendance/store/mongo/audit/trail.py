"""Reading the audit trail of the MongoDB register, after chaining what is pending."""

from __future__ import annotations

from collections.abc import Sequence

from pymongo import ASCENDING

from attendance.audit.chain.encoding import SIGNED_FIELDS
from attendance.audit.chain.values import AuditEntry, AuditEvent, AuditFilter
from attendance.clock import to_milliseconds
from attendance.store.mongo.audit.chain import (
    AUDIT,
    KEYS,
    LATEST_FIRST,
    append,
    entry_of,
    entry_record,
    head_of,
    key_of,
    settle,
)
from attendance.store.mongo.audit.watching import unwatched
from attendance.store.mongo.connection import MongoConnection
from attendance.store.protocols.audit import AuditRow
from attendance.store.records import Record

_MISSING = "\x00"  # for a field that somebody has removed; no field begins like this


class MongoAudit:
    """The audit trail."""

    _connection: MongoConnection

    def note_event(self, event: AuditEvent) -> None:
        """See ``Store``."""
        with self._connection.register() as register:
            append(unwatched(register), [event])

    def audit_head(self) -> AuditEntry | None:
        """See ``Store``."""
        with self._connection.register() as register:
            settle(unwatched(register))
            return head_of(register)

    def audit_rows(self, after: int, limit: int) -> list[AuditRow]:
        """See ``Store``; what is pending is chained with the first of them."""
        with self._connection.register() as register:
            if after <= 0:
                settle(unwatched(register))
            which = {"_id": {"$gt": key_of(after)}} if after > 0 else {}
            order = [("_id", ASCENDING)]
            found = list(register[AUDIT].find(which).sort(order).limit(limit))
        return [audit_row(document) for document in found]

    def find_audit(self, wanted: AuditFilter, limit: int) -> list[AuditEntry]:
        """See ``Store``."""
        query: Record = {}
        if wanted.actor is not None:
            query["actor"] = wanted.actor
        if wanted.kinds:
            query["kind"] = {"$in": [kind.value for kind in wanted.kinds]}
        if wanted.student is not None:
            query["student"] = wanted.student
        if wanted.since is not None:
            query["at"] = {"$gte": to_milliseconds(wanted.since)}
        if wanted.until is not None:
            query["at"] = query.get("at", {}) | {"$lt": to_milliseconds(wanted.until)}
        if wanted.below is not None:
            query["_id"] = {"$lt": key_of(wanted.below)}
        with self._connection.register() as register:
            settle(unwatched(register))
            found = list(register[AUDIT].find(query).sort(LATEST_FIRST).limit(limit))
        return [entry_of(document) for document in found]

    def audit_actors(self) -> list[str]:
        """See ``Store``."""
        with self._connection.register() as register:
            return sorted(str(actor) for actor in register[AUDIT].distinct("actor"))

    def audit_keys(self, student_ids: Sequence[str] | None = None) -> dict[str, bytes]:
        """See ``Store``."""
        which: Record = {} if student_ids is None else {"_id": {"$in": list(student_ids)}}
        with self._connection.register() as register:
            return {document["_id"]: bytes(document["key"]) for document in register[KEYS].find(which)}

    def chain_pending(self) -> int:
        """See ``Store``."""
        with self._connection.register() as register:
            return settle(unwatched(register))


def audit_row(document: Record) -> AuditRow:
    """A document of the trail as its bytes are hashed."""
    record = entry_record(document)
    fields = (record.get(name) for name in (*SIGNED_FIELDS, "digest"))
    return tuple(
        (_MISSING if each is None else str(each)).encode("utf-8", "surrogatepass") for each in fields
    )
