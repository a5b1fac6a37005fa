"""Schema version 2 of the SQLite register: users, and new columns of courses and sessions.

``changes`` counts the changes that a board shows: of a session, of its course and of all students. Triggers
count, so that no statement can forget to.
"""

from __future__ import annotations

USERS = """
CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    password_changed_at INTEGER NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    version INTEGER NOT NULL
)"""

LOGIN_FAILURES = """
CREATE TABLE login_failures (
    key TEXT NOT NULL,
    at INTEGER NOT NULL
)"""

ONE_TIME_LINKS = """
CREATE TABLE one_time_links (
    digest TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    expires_at INTEGER NOT NULL
)"""

PEOPLE = """
CREATE TABLE people (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    changes INTEGER NOT NULL
)"""

COURSE_COLUMNS = (
    "teachers TEXT NOT NULL DEFAULT '[]'",
    "late_after_minutes INTEGER",
    "closes_after_minutes INTEGER NOT NULL DEFAULT 90",
    "code_interval INTEGER NOT NULL DEFAULT 15",
    "static_code INTEGER NOT NULL DEFAULT 0 CHECK (static_code IN (0, 1))",
    "active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))",
    "schedule TEXT NOT NULL DEFAULT '[]'",
    "version INTEGER NOT NULL DEFAULT 1",
    "changes INTEGER NOT NULL DEFAULT 0",
)

SESSION_COLUMNS = (
    "secret TEXT NOT NULL DEFAULT ''",  # FILL_SESSIONS gives each session its own
    "opened_by TEXT",
    "closed_at INTEGER",
    "planned INTEGER NOT NULL DEFAULT 0 CHECK (planned IN (0, 1))",
    "version INTEGER NOT NULL DEFAULT 1",
    "changes INTEGER NOT NULL DEFAULT 0",
)

FILL_SESSIONS = (
    "UPDATE sessions SET secret = new_session_secret()",  # a function that ``schema`` defines
    # Past sessions count as closed; closing them later would mark students absent on days long ago.
    "UPDATE sessions SET closed_at = closes_at WHERE closes_at / 1000 <= CAST(strftime('%s', 'now') AS INT)",
)


def _trigger(event: str, table: str, count: str) -> str:
    name = f"{table}_{event.split(maxsplit=1)[0].lower()}"
    return f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN UPDATE {count}; END"


OF_SESSION = "sessions SET changes = changes + 1 WHERE id = NEW.session_id"
ALL_SESSIONS = "people SET changes = changes + 1"
COUNT_CHANGED_STUDENT = _trigger("UPDATE", "students", ALL_SESSIONS)

TRIGGERS = (  # marks and reviews are only deleted with their student, which counts for all sessions
    _trigger("INSERT", "marks", OF_SESSION),
    _trigger("UPDATE", "marks", OF_SESSION),
    _trigger("INSERT", "reviews", OF_SESSION),
    _trigger("UPDATE", "reviews", OF_SESSION),
    _trigger("UPDATE OF version", "sessions", "sessions SET changes = changes + 1 WHERE id = NEW.id"),
    _trigger("INSERT", "courses", "courses SET changes = 1 WHERE id = NEW.id"),
    _trigger("UPDATE OF version", "courses", "courses SET changes = changes + 1 WHERE id = NEW.id"),
    _trigger("INSERT", "students", ALL_SESSIONS),
    COUNT_CHANGED_STUDENT,
    _trigger("DELETE", "students", ALL_SESSIONS),
)

VERSION_2 = (
    USERS,
    LOGIN_FAILURES,
    "CREATE INDEX login_failures_by_key ON login_failures (key, at)",
    "CREATE INDEX login_failures_by_time ON login_failures (at)",
    ONE_TIME_LINKS,
    PEOPLE,
    "INSERT INTO people (only_row, changes) VALUES (1, 0)",
    *(f"ALTER TABLE courses ADD COLUMN {column}" for column in COURSE_COLUMNS),
    *(f"ALTER TABLE sessions ADD COLUMN {column}" for column in SESSION_COLUMNS),
    *FILL_SESSIONS,
    "CREATE INDEX sessions_by_course ON sessions (course_id, opens_at)",
    "CREATE INDEX sessions_unclosed ON sessions (opens_at) WHERE closed_at IS NULL",
    "CREATE INDEX reviews_by_session ON reviews (session_id, created_at)",
    *TRIGGERS,
)
