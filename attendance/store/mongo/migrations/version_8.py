"""Schema version 8 of the MongoDB register: jobs of classroom photos, which were files until then.

It may run twice. Jobs that are there are moved when the register is opened: their folder is not known here.
"""

from __future__ import annotations

from pymongo import ASCENDING

from attendance.store.mongo.connection import Register


def version_8(register: Register) -> None:
    """Jobs of classroom photos."""
    jobs = register["photo_jobs"]
    jobs.create_index("session_id")
    jobs.create_index([("reading", ASCENDING), ("decision", ASCENDING)])
