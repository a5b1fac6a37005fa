"""Schema version 7 of the MongoDB register: evidence of check-ins, their traces, and alarms.

It may run twice. Courses that are there already only note missing movements, as until now nobody was asked
for one.
"""

from __future__ import annotations

from pymongo import ASCENDING

from attendance.store.mongo.connection import Register
from attendance.store.records import Record

NEW_FIELDS: dict[str, Record] = {
    "marks": {"evidence": {}},
    "reviews": {"evidence": {}},
    "courses": {"liveness": "flag", "movements": 1, "spot_check": False},
    "students": {"movement_exempt": False},
    "api_tokens": {"photo_only": True},
    "sessions": {"room_pictures": [], "spot_checks": []},
}
INDEXES = {
    "traces": (("session_id", "at"), ("student_id",), ("device", "at"), ("digest", "at"), ("at",)),
    "alarms": (("session_id", "at"), ("student_ids",), ("kind", "subject"), ("at",)),
}


def version_7(register: Register) -> None:
    """Evidence of marks and reviews, what courses ask for, traces and alarms."""
    for name, new in NEW_FIELDS.items():
        older = {next(iter(new)): {"$exists": False}}
        register[name].update_many(older, {"$set": new})
    for name, keys in INDEXES.items():
        for fields in keys:
            register[name].create_index([(field, ASCENDING) for field in fields])
