"""Schema version 9 of the MongoDB register, as far as it is about the audit trail. It may run twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from pymongo import ASCENDING

from attendance.audit.chain.changes import Noted
from attendance.audit.chain.describing import event_of
from attendance.audit.chain.hashing import new_key, reference
from attendance.audit.chain.values import AuditEvent, AuditKind
from attendance.store.audited import facts_of_mark
from attendance.store.mongo.audit.chain import AUDIT, CARRIERS, EVENT, KEYS, PENDING, append
from attendance.store.mongo.connection import Register
from attendance.store.mongo.documents import from_document, insert_once
from attendance.values import Mark

_ID_DIGITS = 32


def version_9_audit(register: Register) -> None:
    """The chain, which begins with the marks from before it."""
    register[AUDIT].create_index(EVENT, unique=True)
    register[AUDIT].create_index("student")
    for name in CARRIERS:
        register[name].create_index(PENDING, sparse=True)
    append(register, _first_events(register))


def _first_events(register: Register) -> Iterator[AuditEvent]:
    """Each with an id that is the same if the migration runs again, so that it is chained once."""
    counts = {name: len(list(register[name].find({}, ("_id",)))) for name in ("students", "marks")}
    yield replace(event_of(Noted(AuditKind.BEGUN, after=counts)), id="0" * _ID_DIGITS)
    for document in list(register["marks"].find().sort([("at", ASCENDING), ("_id", ASCENDING)])):
        mark = from_document(Mark, document)
        insert_once(register[KEYS], {"_id": mark.student_id, "key": new_key()})
        found = register[KEYS].find_one({"_id": mark.student_id})
        assert found is not None
        key = bytes(found["key"])
        noted = Noted(AuditKind.CARRIED_OVER, reference(key), mark.session_id, {}, facts_of_mark(key, mark))
        digest = hashlib.sha256(f"carried|{mark.id}".encode()).hexdigest()
        yield replace(event_of(noted), id=digest[:_ID_DIGITS])
