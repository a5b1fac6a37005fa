"""Schema version 6 of the SQLite register: the feed of changes, and face crops.

``feed`` has one row for each student, session and mark, and one for each erased student. Triggers give it a
new number at each change, so that no statement can forget to. The writer of a transaction is the only one, so
numbers become visible in their order, and none is used twice.
"""

from __future__ import annotations

FEED = """
CREATE TABLE feed (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    session_id TEXT NOT NULL,
    id TEXT NOT NULL,
    is_new INTEGER NOT NULL CHECK (is_new IN (0, 1)),
    at INTEGER NOT NULL,
    UNIQUE (kind, session_id, id)
)"""
# ``session_id`` is empty except for marks, whose ``id`` is that of the student.

FEED_STATE = """
CREATE TABLE feed_state (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    name TEXT NOT NULL,
    forgotten INTEGER NOT NULL
)"""

NOW = "CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)"  # milliseconds since 1970
INTO_FEED = "INSERT INTO feed (kind, session_id, id, is_new, at)"
STUDENT = ("student", "''", "NEW.id")
SESSION = ("session", "''", "NEW.id")
MARK = ("mark", "NEW.session_id", "NEW.student_id")
ADDED, CHANGED = 1, 0


def _leave(kind: str, session_id: str, key: str) -> str:
    return f"DELETE FROM feed WHERE kind = '{kind}' AND session_id = {session_id} AND id = {key};"  # noqa: S608


def _renumber(kind: str, session_id: str, key: str, is_new: int) -> str:
    """The statements that give something the next number."""
    row = f"('{kind}', {session_id}, {key}, {is_new}, {NOW})"
    return f"{_leave(kind, session_id, key)} {INTO_FEED} VALUES {row};"


def _trigger(name: str, event: str, *statements: str) -> str:
    return f"CREATE TRIGGER feed_{name} AFTER {event} BEGIN {' '.join(statements)} END"


FEED_TRIGGERS = (
    _trigger("student_added", "INSERT ON students", _renumber(*STUDENT, ADDED)),
    _trigger("student_changed", "UPDATE ON students", _renumber(*STUDENT, CHANGED)),
    _trigger(
        "student_erased",
        "DELETE ON students",
        _leave("student", "''", "OLD.id"),
        _renumber("erased", "''", "OLD.id", CHANGED),
    ),
    _trigger("session_added", "INSERT ON sessions", _renumber(*SESSION, ADDED)),
    # Only a change of the session itself: ``changes`` is counted at each of its marks.
    _trigger("session_changed", "UPDATE OF version ON sessions", _renumber(*SESSION, CHANGED)),
    # The marks of a cancelled session count for nothing, so they change with it.
    _trigger(
        "session_cancelled",
        "UPDATE OF cancelled_at ON sessions WHEN (OLD.cancelled_at IS NULL) <> (NEW.cancelled_at IS NULL)",
        "DELETE FROM feed WHERE kind = 'mark' AND session_id = NEW.id;",
        f"{INTO_FEED} SELECT 'mark', session_id, student_id, {CHANGED}, {NOW} FROM marks "  # noqa: S608
        "WHERE session_id = NEW.id ORDER BY at, student_id;",
    ),
    _trigger("mark_added", "INSERT ON marks", _renumber(*MARK, ADDED)),
    _trigger("mark_changed", "UPDATE ON marks", _renumber(*MARK, CHANGED)),
    # Marks are only deleted with their student, whose row says so; nothing else of the student may stay.
    _trigger("mark_erased", "DELETE ON marks", _leave("mark", "OLD.session_id", "OLD.student_id")),
)

FILL_FEED = (
    f"{INTO_FEED} SELECT 'student', '', id, {ADDED}, {NOW} FROM students ORDER BY roll_number",  # noqa: S608
    f"{INTO_FEED} SELECT 'session', '', id, {ADDED}, {NOW} FROM sessions ORDER BY opens_at, id",  # noqa: S608
    f"{INTO_FEED} SELECT 'mark', session_id, student_id, {ADDED}, {NOW} FROM marks ORDER BY at",  # noqa: S608
)

CHANGE_FEED = (
    FEED,
    FEED_STATE,
    "INSERT INTO feed_state (only_row, name, forgotten) VALUES (1, new_feed_name(), 0)",  # see ``schema``
    *FILL_FEED,
    *FEED_TRIGGERS,
)

CROPS = """
CREATE TABLE crops (
    student_id TEXT NOT NULL REFERENCES students (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    detector TEXT NOT NULL,
    jpeg BLOB NOT NULL CHECK (typeof(jpeg) = 'blob'),
    box TEXT NOT NULL,
    landmarks TEXT NOT NULL,
    quality REAL NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (student_id, source)
)"""

VERSION_6: tuple[str, ...] = (*CHANGE_FEED, CROPS)
