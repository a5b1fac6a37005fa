"""Schema version 5 of the SQLite register."""

from __future__ import annotations

STUDENTS = ("ALTER TABLE students ADD COLUMN image_id TEXT",)

VERSION_5: tuple[str, ...] = (*STUDENTS,)
