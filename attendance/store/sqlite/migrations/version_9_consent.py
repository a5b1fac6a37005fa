"""Schema version 9 of the SQLite register, as far as it is about consent.

Consents and objections of both the student and a guardian, and who the guardian is. What is there already was
given by one of the two, and the register doesn't know by which.
"""

from __future__ import annotations

VERSION_9_CONSENT: tuple[str, ...] = (
    "ALTER TABLE students ADD COLUMN other_consents TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE students ADD COLUMN other_objections TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE students ADD COLUMN guardian_name TEXT",
)
