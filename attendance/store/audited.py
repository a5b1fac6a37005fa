"""What both databases do to make changed records into events of the audit trail."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from attendance.audit.chain.changes import NESTED, WATCHED, Facts, RecordChange
from attendance.audit.chain.describing import events_of
from attendance.audit.chain.hashing import KeyOf
from attendance.audit.chain.of_people import mark_facts
from attendance.audit.chain.values import AuditEvent
from attendance.store.records import from_record, to_record
from attendance.values import Mark


def watched(table: str, record: Mapping[str, Any] | None) -> Facts | None:
    """The fields of a record that the chain watches, as both databases have them.

    Args:
        table: one of ``WATCHED``.
        record: a document of MongoDB, or a row of SQLite; it may have other fields, too.
    """
    if record is None:
        return None
    fields = {name: _plain(name, record.get(name)) for name in WATCHED[table]}
    if table == "marks":  # as this version writes it, since the chain proves marks as a whole
        return to_record(from_record(Mark, fields))
    return fields


def audit_events(changes: Sequence[RecordChange], key_of: KeyOf) -> list[AuditEvent]:
    """The events that watched changes become; see ``events_of``."""
    return events_of(changes, key_of) if changes else []


def facts_of_mark(key: bytes, mark: Mark) -> Facts:
    """What the chain's last entry about a mark says of it, if nobody changed it behind the chain's back.

    Args:
        key: the audit key of its student.
        mark: as the store returns it.
    """
    return mark_facts(key, to_record(mark))


def _plain(name: str, value: Any) -> Any:
    if name in NESTED and isinstance(value, str):
        return json.loads(value)
    return int(value) if isinstance(value, bool) else value
