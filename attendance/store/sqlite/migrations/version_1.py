"""Schema version 1 of the SQLite register: times are milliseconds since 1970, nested values are JSON.

It uses no ``STRICT`` tables and no ``RETURNING``, because Python 3.11 runs with versions of SQLite older than
both (RHEL 8 has 3.26). Checks on the columns prevent the most harmful mistakes.
"""

from __future__ import annotations

STUDENTS = """
CREATE TABLE students (
    id TEXT NOT NULL PRIMARY KEY,
    roll_number TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    email TEXT,
    phone TEXT,
    department TEXT,
    year TEXT,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    consent TEXT
)"""

TEMPLATES = """
CREATE TABLE templates (
    student_id TEXT NOT NULL REFERENCES students (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    engine TEXT NOT NULL,
    detector TEXT NOT NULL,
    dimension INTEGER NOT NULL,
    embedding BLOB NOT NULL CHECK (typeof(embedding) = 'blob' AND length(embedding) = 4 * dimension),
    source TEXT NOT NULL,
    quality REAL NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (student_id, id)
)"""

PORTRAITS = """
CREATE TABLE portraits (
    student_id TEXT NOT NULL PRIMARY KEY REFERENCES students (id) ON DELETE CASCADE,
    jpeg BLOB NOT NULL CHECK (typeof(jpeg) = 'blob'),
    source TEXT NOT NULL,
    created_at INTEGER NOT NULL
)"""

COURSES = """
CREATE TABLE courses (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    roster TEXT
)"""

SESSIONS = """
CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    course_id TEXT NOT NULL,
    token TEXT NOT NULL UNIQUE,
    day TEXT NOT NULL,
    opens_at INTEGER NOT NULL,
    closes_at INTEGER NOT NULL,
    late_at INTEGER
)"""

MARKS = """
CREATE TABLE marks (
    session_id TEXT NOT NULL REFERENCES sessions (id),
    student_id TEXT NOT NULL REFERENCES students (id) ON DELETE CASCADE,
    status TEXT NOT NULL,
    method TEXT NOT NULL,
    at INTEGER NOT NULL,
    score REAL,
    device TEXT,
    reviewer TEXT,
    attempt TEXT,
    under_review INTEGER NOT NULL CHECK (under_review IN (0, 1)),
    version INTEGER NOT NULL,
    history TEXT NOT NULL,
    PRIMARY KEY (session_id, student_id)
)"""

REVIEWS = """
CREATE TABLE reviews (
    id TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    reason TEXT NOT NULL,
    candidates TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    snapshot TEXT,
    device TEXT,
    decision TEXT,
    decided_for TEXT,
    decided_by TEXT,
    decided_at INTEGER
)"""

GRANTS = """
CREATE TABLE grants (
    id TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,
    expires_at INTEGER NOT NULL
)"""

ANSWERS = """
CREATE TABLE answers (
    grant_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (grant_id, digest)
)"""

ENGINE_PIN = """
CREATE TABLE engine_pin (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    engine TEXT NOT NULL,
    detector TEXT NOT NULL,
    reason TEXT NOT NULL,
    pinned_at INTEGER NOT NULL
)"""

GALLERY = """
CREATE TABLE gallery (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    version INTEGER NOT NULL
)"""

VERSION_1 = (
    STUDENTS,
    TEMPLATES,
    "CREATE INDEX templates_by_engine ON templates (engine, id)",
    PORTRAITS,
    COURSES,
    SESSIONS,
    "CREATE INDEX sessions_by_day ON sessions (day, opens_at)",
    MARKS,
    "CREATE INDEX marks_by_student ON marks (student_id)",
    REVIEWS,
    "CREATE INDEX reviews_by_decision ON reviews (decision, created_at)",
    GRANTS,
    "CREATE INDEX grants_by_end ON grants (expires_at)",
    ANSWERS,
    "CREATE INDEX answers_by_end ON answers (expires_at)",
    ENGINE_PIN,
    GALLERY,
    "INSERT INTO gallery (only_row, version) VALUES (1, 0)",
)
