"""Schema version 4 of the SQLite register: one open review on each subject."""

from __future__ import annotations

VERSION_4 = (
    "ALTER TABLE reviews ADD COLUMN subject TEXT",  # reviews that are open already have none
    "ALTER TABLE reviews ADD COLUMN joined TEXT NOT NULL DEFAULT '[]'",
    "CREATE UNIQUE INDEX reviews_by_subject ON reviews (subject)",
    "CREATE INDEX reviews_of_device ON reviews (session_id, device) WHERE decision IS NULL",
)
