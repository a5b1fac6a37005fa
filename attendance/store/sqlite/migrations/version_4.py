"""Schema version 4 of the SQLite register: logins, second factors, rights, changes, reviews."""

from __future__ import annotations

LOGINS = """
CREATE TABLE logins (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    browser TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    proved_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
)"""

STUDENT_CHANGES = """
CREATE TABLE student_changes (
    id TEXT NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    kind TEXT NOT NULL,
    student_id TEXT REFERENCES students (id) ON DELETE CASCADE,
    course_id TEXT
)"""

USER_COLUMNS = (
    "second_factor TEXT",
    "strong_password INTEGER NOT NULL DEFAULT 0 CHECK (strong_password IN (0, 1))",
    "asked_for_factor INTEGER NOT NULL DEFAULT 0 CHECK (asked_for_factor IN (0, 1))",
    "enrols INTEGER NOT NULL DEFAULT 0 CHECK (enrols IN (0, 1))",
)

VERSION_4 = (
    LOGINS,
    "CREATE INDEX logins_by_user ON logins (user_id, created_at)",
    "CREATE INDEX logins_by_end ON logins (expires_at)",
    *(f"ALTER TABLE users ADD COLUMN {column}" for column in USER_COLUMNS),
    STUDENT_CHANGES,
    "CREATE INDEX student_changes_by_time ON student_changes (at, id)",
    "CREATE INDEX student_changes_by_student ON student_changes (student_id, at)",
    "ALTER TABLE reviews ADD COLUMN subject TEXT",  # reviews that are open already have none
    "ALTER TABLE reviews ADD COLUMN joined TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE reviews ADD COLUMN shared INTEGER NOT NULL DEFAULT 0 CHECK (shared IN (0, 1))",
    "CREATE UNIQUE INDEX reviews_by_subject ON reviews (subject)",
    "CREATE INDEX reviews_of_device ON reviews (session_id, device) WHERE decision IS NULL",
)
