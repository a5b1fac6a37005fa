"""Schema version 4 of the SQLite register: the right to enrol, and changes of students."""

from __future__ import annotations

STUDENT_CHANGES = """
CREATE TABLE student_changes (
    id TEXT NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    kind TEXT NOT NULL,
    student_id TEXT REFERENCES students (id) ON DELETE CASCADE,
    course_id TEXT
)"""

VERSION_4 = (
    "ALTER TABLE users ADD COLUMN enrols INTEGER NOT NULL DEFAULT 0",
    STUDENT_CHANGES,
    "CREATE INDEX student_changes_by_time ON student_changes (at, id)",
    "CREATE INDEX student_changes_by_student ON student_changes (student_id, at)",
)
