"""The version number of the gallery in MongoDB, which grows even when a writer dies halfway.

Without transactions, a change and its new version are two commands. So a writer announces its change
first, and ends the announcement together with raising the version; an announcement that was never ended is
ended by whoever reads it later.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from attendance.store.mongo_connection import Register
from attendance.store.mongo_schema import GALLERY
from attendance.store.records import Record

LONGEST_CHANGE = 60.0  # seconds; announcements that are older were left by a process that died


@contextmanager
def gallery_change(register: Register) -> Iterator[None]:
    """Say that templates, or who is active, change inside the block."""
    change = f"{time.time():.3f}:{uuid.uuid4().hex}"
    register["register"].update_one({"_id": GALLERY}, {"$push": {"changes": change}})
    yield
    _end(register, change)


def gallery_version(register: Register) -> int:
    """The version, after ending what a dead process announced."""
    gallery = _gallery(register)
    dead = [change for change in gallery["changes"] if _age(change) > LONGEST_CHANGE]
    for change in dead:
        _end(register, change)
    return int((_gallery(register) if dead else gallery)["version"])


def _gallery(register: Register) -> Record:
    gallery = register["register"].find_one({"_id": GALLERY})
    return {"version": 0, "changes": []} if gallery is None else gallery


def _end(register: Register, change: str) -> None:
    register["register"].update_one({"_id": GALLERY}, {"$inc": {"version": 1}, "$pull": {"changes": change}})


def _age(change: str) -> float:
    return time.time() - float(change.partition(":")[0])
