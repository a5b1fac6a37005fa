"""Schema version 9 of the SQLite register, as far as it is about the audit trail.

``audit`` is only added to; the program never changes or deletes a row, and two triggers refuse it to others
who don't mean to. Whoever does can drop them: what finds that is the chain. ``audit_keys`` has the key of
each student, with which the chain's hashes of personal data are made, and which goes with the student.
"""

from __future__ import annotations

AUDIT = """
CREATE TABLE audit (
    number INTEGER NOT NULL PRIMARY KEY,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    origin TEXT NOT NULL,
    student TEXT NOT NULL,
    about TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    previous TEXT NOT NULL,
    digest TEXT NOT NULL
)"""

AUDIT_KEYS = """
CREATE TABLE audit_keys (
    student_id TEXT NOT NULL PRIMARY KEY,
    key BLOB NOT NULL CHECK (typeof(key) = 'blob')
)"""

_REFUSE = "BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END"

VERSION_9_AUDIT: tuple[str, ...] = (
    AUDIT,
    "CREATE INDEX audit_by_student ON audit (student, number) WHERE student <> ''",
    AUDIT_KEYS,
    f"CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit {_REFUSE}",
    f"CREATE TRIGGER audit_kept BEFORE DELETE ON audit {_REFUSE}",
)
