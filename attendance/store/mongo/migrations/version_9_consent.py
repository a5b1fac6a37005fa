"""Schema version 9 of the MongoDB register, as far as it is about consent. It may run twice."""

from __future__ import annotations

from attendance.store.mongo.connection import Register
from attendance.store.mongo.migrations.names import LISTS, lists_of
from attendance.store.records import Record

_NONE: Record = {"other_consents": [], "other_objections": []}
NEW_FIELDS: Record = {**_NONE, "guardian_name": None, LISTS: lists_of(_NONE)}


def version_9_consent(register: Register) -> None:
    """Consents and objections of both the student and a guardian, and who the guardian is."""
    register["students"].update_many({LISTS: {"$exists": False}}, {"$set": NEW_FIELDS})
