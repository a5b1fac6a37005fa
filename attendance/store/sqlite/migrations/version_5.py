"""Schema version 5 of the SQLite register: roll numbers that are written differently and are the same."""

from __future__ import annotations

from attendance.store.sqlite.migrations.version_2 import COUNT_CHANGED_STUDENT

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

VERSION_5: tuple[str, ...] = (*NUMBER_KEYS,)
