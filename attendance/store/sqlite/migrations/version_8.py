"""Schema version 8 of the SQLite register: jobs of classroom photos, which were files until then.

Those that are there are moved when the register is opened, as their folder is not known here.
"""

from __future__ import annotations

PHOTO_JOBS = """
CREATE TABLE photo_jobs (
    id TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    wanted TEXT NOT NULL,
    reading TEXT,
    decision TEXT,
    marks TEXT,
    progress TEXT,
    reader TEXT,
    reader_until INTEGER,
    crashes INTEGER NOT NULL,
    version INTEGER NOT NULL
)"""

VERSION_8: tuple[str, ...] = (
    PHOTO_JOBS,
    "CREATE INDEX photo_jobs_by_session ON photo_jobs (session_id, id)",
    "CREATE INDEX photo_jobs_unread ON photo_jobs (id) WHERE reading IS NULL AND decision IS NULL",
)
