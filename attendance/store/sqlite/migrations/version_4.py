"""Schema version 4 of the SQLite register: logins that end on the server, and second factors."""

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

SECOND_FACTOR_COLUMNS = (
    "second_factor TEXT",
    "strong_password INTEGER NOT NULL DEFAULT 0 CHECK (strong_password IN (0, 1))",
    "asked_for_factor INTEGER NOT NULL DEFAULT 0 CHECK (asked_for_factor IN (0, 1))",
)

VERSION_4 = (
    LOGINS,
    "CREATE INDEX logins_by_user ON logins (user_id, created_at)",
    "CREATE INDEX logins_by_end ON logins (expires_at)",
    *(f"ALTER TABLE users ADD COLUMN {column}" for column in SECOND_FACTOR_COLUMNS),
)
