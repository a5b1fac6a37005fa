"""The chain in MongoDB: an entry is inserted under the number after the last one, by whoever is first.

There are no transactions. A changed document carries its events in ``PENDING``, put there by the command
that changes it, until somebody chains them. Any process may do that, and several at once: an entry's key is
its number, so that only one gets it, and an event's id is unique, so that it is chained once. Whoever comes
second reads the last entry again. A process that dies leaves events pending, or chained and still pending;
the next one goes on from there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from pymongo import DESCENDING
from pymongo.errors import DuplicateKeyError

from attendance.audit.chain.changes import WATCHED
from attendance.audit.chain.encoding import NOTHING_BEFORE, chained
from attendance.audit.chain.values import AuditEntry, AuditEvent
from attendance.errors import StoreUnavailableError
from attendance.store.mongo.connection import Register
from attendance.store.records import Record, from_record, to_record

AUDIT, KEYS = "audit", "audit_keys"
PENDING = "audit_pending"  # a field of changed documents: events as JSON, oldest first
CHANGE = "audit_change"  # another one: random, new with each change that the chain records
EVENT = "event"  # the field of an entry's document that is its event's id
CARRIERS = (*(name for name in WATCHED if name not in ("templates", "engine_pin")), "register")
KEY_DIGITS = 15
LATEST_FIRST = [("_id", DESCENDING)]
AT_ONCE = 500  # documents
MOST_ATTEMPTS = 1000  # to be the first with a number; each failure is another process's success


def packed(event: AuditEvent) -> str:
    """An event as a changed document carries it."""
    return json.dumps(to_record(event), separators=(",", ":"), sort_keys=True)


def append(register: Register, events: Iterable[AuditEvent]) -> None:
    """Chain events in their order, except those that are chained already.

    Raises:
        StoreUnavailableError: others were quicker all the time.
    """
    last = None
    for event in events:
        for _ in range(MOST_ATTEMPTS):
            last = last or head_of(register)
            number, digest = (0, NOTHING_BEFORE) if last is None else (last.number, last.digest)
            entry = chained(event, number + 1, digest)
            try:
                register[AUDIT].insert_one(_document(entry))
            except DuplicateKeyError:
                last = None
                if register[AUDIT].find_one({EVENT: event.id}, ("_id",)) is not None:
                    break
            else:
                last = entry
                break
        else:
            raise StoreUnavailableError("Too many programs write the audit trail at once. Try again.")


def head_of(register: Register) -> AuditEntry | None:
    """The last entry."""
    document = register[AUDIT].find_one({}, sort=LATEST_FIRST)
    return None if document is None else entry_of(document)


def entry_of(document: Record) -> AuditEntry:
    """The entry in a document."""
    return from_record(AuditEntry, entry_record(document))


def entry_record(document: Record) -> Record:
    """The record of an entry in a document, whatever it has."""
    key = document.get("_id")
    number = int(key) if isinstance(key, str) and len(key) == KEY_DIGITS and key.isdigit() else key
    return {**document, "number": number, "id": document.get(EVENT)}


def key_of(number: int) -> str:
    """The key of the entry with a number: its digits, so many that text sorts as numbers do."""
    return f"{number:0{KEY_DIGITS}}"


def settle(register: Register) -> int:
    """Chain all events that documents carry, in the order of their times; returns their number.

    Args:
        register: the database itself, not one that notes changes.
    """
    total = 0
    while True:
        found = [
            (name, document)
            for name in CARRIERS
            for document in register[name]
            .find({PENDING: {"$exists": True}}, (PENDING, CHANGE))
            .limit(AT_ONCE)
        ]
        events = [unpacked(text) for _, document in found for text in document[PENDING]]
        append(register, sorted(events, key=lambda event: event.at))
        for name, document in found:
            unchanged = {"_id": document["_id"], CHANGE: document.get(CHANGE)}
            register[name].update_one(unchanged, {"$unset": {PENDING: ""}})
        total += len(events)
        if len(found) < AT_ONCE:
            return total


def _document(entry: AuditEntry) -> Record:
    record = to_record(entry)
    return {"_id": key_of(record.pop("number")), EVENT: record.pop("id"), **record}


def unpacked(text: str) -> AuditEvent:
    """The opposite of ``packed``."""
    return from_record(AuditEvent, json.loads(text))
