"""Sealing in schema version 9 of the SQLite register: sealed embeddings, and the state of sealing.

A sealed embedding is 33 bytes longer than a plain one (``attendance.sealing.cipher``). What is there is
sealed when the register is opened with its key, as no key is known here.
"""

from __future__ import annotations

WIDER_TEMPLATES = """
CREATE TABLE wider_templates (
    student_id TEXT NOT NULL REFERENCES students (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    engine TEXT NOT NULL,
    detector TEXT NOT NULL,
    dimension INTEGER NOT NULL,
    embedding BLOB NOT NULL
        CHECK (typeof(embedding) = 'blob' AND length(embedding) IN (4 * dimension, 4 * dimension + 33)),
    source TEXT NOT NULL,
    quality REAL NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (student_id, id)
)"""

COLUMNS = "student_id, id, engine, detector, dimension, embedding, source, quality, created_at"

SEALING = """
CREATE TABLE sealing (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    register_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    stage TEXT NOT NULL,
    key_check TEXT NOT NULL,
    confirmed TEXT NOT NULL,
    version INTEGER NOT NULL
)"""

VERSION_9_SEALED: tuple[str, ...] = (
    WIDER_TEMPLATES,
    f"INSERT INTO wider_templates ({COLUMNS}) SELECT {COLUMNS} FROM templates",  # noqa: S608 - names are ours
    "DROP TABLE templates",
    "ALTER TABLE wider_templates RENAME TO templates",
    "CREATE INDEX templates_by_engine ON templates (engine, id)",
    SEALING,
)
