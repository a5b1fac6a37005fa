"""Schema version 5 of the SQLite register: roll numbers' keys, cancelled sessions, days off, held notices."""

from __future__ import annotations

from attendance.store.sqlite.migrations.version_2 import COUNT_CHANGED_STUDENT

PICTURE_NUMBERS = ("ALTER TABLE students ADD COLUMN image_id TEXT",)

# The key of a roll number is unique. Registers from before may have twins, such as cs-17 and CS-17: the first
# keeps an empty ``twin``, each other one has its own id there. ``number_key`` is a function that ``schema``
# defines.
NUMBER_KEYS = (
    "ALTER TABLE students ADD COLUMN number_key TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE students ADD COLUMN twin TEXT NOT NULL DEFAULT ''",
    "DROP TRIGGER students_update",  # no board shows the keys
    "UPDATE students SET number_key = number_key(roll_number)",
    "CREATE UNIQUE INDEX students_by_number ON students (number_key, twin, roll_number)",
    """
    UPDATE students SET twin = id WHERE EXISTS (
        SELECT 1 FROM students AS first
        WHERE first.number_key = students.number_key AND first.roll_number < students.roll_number
    )""",
    "DROP INDEX students_by_number",
    "CREATE UNIQUE INDEX students_by_number ON students (number_key, twin)",
    COUNT_CHANGED_STUDENT,
)

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

HELD_NOTICES = ("ALTER TABLE notices ADD COLUMN held_by TEXT",)

NOTED_RIGHTS = ("ALTER TABLE student_changes ADD COLUMN user_id TEXT",)

VERSION_5: tuple[str, ...] = (
    *PICTURE_NUMBERS,
    *NUMBER_KEYS,
    *CANCELLED_SESSIONS,
    *COURSE_DAYS,
    *HELD_NOTICES,
    *NOTED_RIGHTS,
)
