"""Schema version 5 of the SQLite register: notices that are held back, and who was given rights."""

from __future__ import annotations

HELD_NOTICES = "ALTER TABLE notices ADD COLUMN held_by TEXT"

NOTED_RIGHTS = "ALTER TABLE student_changes ADD COLUMN user_id TEXT"

VERSION_5: tuple[str, ...] = (HELD_NOTICES, NOTED_RIGHTS)
