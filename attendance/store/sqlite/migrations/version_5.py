"""Schema version 5 of the SQLite register: notices that are held back."""

from __future__ import annotations

HELD_NOTICES = "ALTER TABLE notices ADD COLUMN held_by TEXT"

VERSION_5: tuple[str, ...] = (HELD_NOTICES,)
