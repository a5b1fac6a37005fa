"""Schema version 5 of the SQLite register."""

from __future__ import annotations

VERSION_5: tuple[str, ...] = ()
