"""Schema version 5 of the SQLite register: picture numbers, cancelled sessions, days without classes."""

from __future__ import annotations

PICTURE_NUMBERS = ("ALTER TABLE students ADD COLUMN image_id TEXT",)

DAYS_OFF = """
CREATE TABLE days_off (
    id TEXT NOT NULL PRIMARY KEY,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    name TEXT NOT NULL,
    by TEXT NOT NULL,
    created_at INTEGER NOT NULL
)"""

CANCELLED_SESSIONS = (
    "ALTER TABLE sessions ADD COLUMN by_hand INTEGER NOT NULL DEFAULT 0 CHECK (by_hand IN (0, 1))",
    "ALTER TABLE sessions ADD COLUMN cancelled_at INTEGER",
    "ALTER TABLE sessions ADD COLUMN history TEXT NOT NULL DEFAULT '[]'",
    # Until now a session was cancelled by closing it before it opened.
    "UPDATE sessions SET cancelled_at = closed_at, closed_at = NULL WHERE closed_at < opens_at",
    "DROP INDEX sessions_unclosed",
    "CREATE INDEX sessions_unclosed ON sessions (opens_at) WHERE closed_at IS NULL AND cancelled_at IS NULL",
)

COURSE_DAYS = (
    "ALTER TABLE courses ADD COLUMN first_day TEXT",
    "ALTER TABLE courses ADD COLUMN last_day TEXT",
    DAYS_OFF,
)

VERSION_5: tuple[str, ...] = (
    *PICTURE_NUMBERS,
    *CANCELLED_SESSIONS,
    *COURSE_DAYS,
)
