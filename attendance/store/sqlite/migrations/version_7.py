"""Schema version 7 of the SQLite register: what speaks for a check-in, traces of check-ins, and alarms.

Courses that are there already only note missing movements, as until now nobody was asked for one.
"""

from __future__ import annotations

NEW_COLUMNS = (
    ("marks", "evidence TEXT NOT NULL DEFAULT '{}'"),
    ("reviews", "evidence TEXT NOT NULL DEFAULT '{}'"),
    ("courses", "liveness TEXT NOT NULL DEFAULT 'flag'"),
    ("courses", "movements INTEGER NOT NULL DEFAULT 1 CHECK (movements IN (1, 2))"),
    ("courses", "spot_check INTEGER NOT NULL DEFAULT 0 CHECK (spot_check IN (0, 1))"),
    ("students", "movement_exempt INTEGER NOT NULL DEFAULT 0 CHECK (movement_exempt IN (0, 1))"),
    ("api_tokens", "photo_only INTEGER NOT NULL DEFAULT 1 CHECK (photo_only IN (0, 1))"),
    ("sessions", "room_pictures TEXT NOT NULL DEFAULT '[]'"),
    ("sessions", "spot_checks TEXT NOT NULL DEFAULT '[]'"),
)

TRACES = """
CREATE TABLE traces (
    id TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    student_id TEXT REFERENCES students (id) ON DELETE CASCADE,
    device TEXT,
    signed INTEGER NOT NULL CHECK (signed IN (0, 1)),
    address TEXT,
    digest TEXT NOT NULL,
    picture BLOB CHECK (picture IS NULL OR typeof(picture) = 'blob')
)"""

ALARMS = """
CREATE TABLE alarms (
    id TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    student_ids TEXT NOT NULL,
    at INTEGER NOT NULL,
    detail TEXT NOT NULL,
    settled_at INTEGER,
    settled_by TEXT,
    for_good INTEGER NOT NULL CHECK (for_good IN (0, 1))
)"""

INDEXES = (
    "CREATE INDEX traces_by_session ON traces (session_id, at)",
    "CREATE INDEX traces_by_student ON traces (student_id) WHERE student_id IS NOT NULL",
    "CREATE INDEX traces_by_device ON traces (device, at) WHERE device IS NOT NULL",
    "CREATE INDEX traces_by_digest ON traces (digest, at)",
    "CREATE INDEX traces_by_time ON traces (at)",
    "CREATE INDEX alarms_by_session ON alarms (session_id, at)",
    "CREATE INDEX alarms_for_good ON alarms (kind, subject) WHERE for_good",
)

# A board shows its session's alarms. They are only deleted with a student, which counts for all sessions, or
# long after their session.
COUNT_ALARM = "UPDATE sessions SET changes = changes + 1 WHERE id = NEW.session_id"
COUNT_ALARMS = (
    f"CREATE TRIGGER alarms_insert AFTER INSERT ON alarms BEGIN {COUNT_ALARM}; END",
    f"CREATE TRIGGER alarms_update AFTER UPDATE ON alarms BEGIN {COUNT_ALARM}; END",
)

VERSION_7: tuple[str, ...] = (
    *(f"ALTER TABLE {table} ADD COLUMN {column}" for table, column in NEW_COLUMNS),
    TRACES,
    ALARMS,
    *INDEXES,
    *COUNT_ALARMS,
)
