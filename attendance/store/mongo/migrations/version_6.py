"""Schema version 6 of the MongoDB register: the feed of changes, and face crops. It may run twice."""

from __future__ import annotations

from datetime import UTC, datetime

from attendance.clock import to_milliseconds
from attendance.store.mongo.connection import Register
from attendance.store.mongo.migrations.names import ERASED, FED, FEED
from attendance.values.feed import new_feed_name

BEFORE = "before version 6"  # the change of all that was there already


def version_6(register: Register) -> None:
    """The feed of changes, and face crops."""
    register["students"].update_many({"crops": {"$exists": False}}, {"$set": {"crops": []}})
    _begin_feed(register)


def _begin_feed(register: Register) -> None:
    """Count everything that is there already as created now; the first reader gives it numbers."""
    for name in (*FED, ERASED):
        register[name].create_index("changed")
        register[name].create_index("change", sparse=True)  # absent once a change has its number
    empty = {"name": new_feed_name(), "number": 0, "forgotten": 0}
    register["register"].update_one({"_id": FEED}, {"$setOnInsert": empty}, upsert=True)
    old = {"changed": {"$exists": False}, "change": {"$exists": False}}
    now = to_milliseconds(datetime.now(UTC))
    new = {"change": BEFORE, "changed_at": now, "is_new": True}
    for name in FED:
        register[name].update_many(old, {"$set": new})
