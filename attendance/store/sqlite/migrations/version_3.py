"""Schema version 3 of the SQLite register: guardians, withdrawn consent, notices and API tokens."""

from __future__ import annotations

NOTICES = """
CREATE TABLE notices (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    student_id TEXT NOT NULL REFERENCES students (id) ON DELETE CASCADE,
    course_id TEXT NOT NULL,
    session_id TEXT,
    day TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    sent_at INTEGER,
    problem TEXT,
    version INTEGER NOT NULL
)"""

API_TOKENS = """
CREATE TABLE api_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    last_used_at INTEGER,
    version INTEGER NOT NULL
)"""

VERSION_3 = (
    "ALTER TABLE students ADD COLUMN guardian_email TEXT",
    "ALTER TABLE students ADD COLUMN withdrawn TEXT",
    NOTICES,
    "CREATE INDEX notices_by_time ON notices (created_at)",
    "CREATE INDEX notices_by_student ON notices (student_id, created_at)",
    API_TOKENS,
)
