"""Jobs of classroom photos in the SQLite register."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attendance.clock import to_milliseconds
from attendance.store.protocols.jobs import PhotoJob
from attendance.store.sqlite.connecting.connections import Connections
from attendance.store.sqlite.rows import from_row, insert_once, to_row

UNREAD = "reading IS NULL AND decision IS NULL"


class SQLiteJobs:
    """Jobs of classroom photos."""

    _connections: Connections

    def add_job(self, job: PhotoJob) -> bool:
        """See ``Store``."""
        with self._connections.writing() as connection:
            return insert_once(connection, "photo_jobs", to_row(job))

    def job(self, job_id: str) -> PhotoJob | None:
        """See ``Store``."""
        return self._connections.read_one(PhotoJob, "SELECT * FROM photo_jobs WHERE id = ?", job_id)

    def job_ids(self) -> list[str]:
        """See ``Store``."""
        with self._connections.reading() as connection:
            rows = connection.execute("SELECT id FROM photo_jobs ORDER BY id").fetchall()
        return [row["id"] for row in rows]

    def jobs_of_session(self, session_id: str) -> list[PhotoJob]:
        """See ``Store``."""
        query = "SELECT * FROM photo_jobs WHERE session_id = ? ORDER BY id"
        return self._connections.read_all(PhotoJob, query, session_id)

    def unread_jobs(self) -> list[PhotoJob]:
        """See ``Store``."""
        query = f"SELECT * FROM photo_jobs WHERE {UNREAD} ORDER BY id"  # noqa: S608 - ours
        return self._connections.read_all(PhotoJob, query)

    def replace_job(self, job: PhotoJob) -> bool:
        """See ``Store``."""
        statement = (
            "UPDATE photo_jobs SET reading = ?, decision = ?, marks = ?, version = ? "
            "WHERE id = ? AND version = ? - 1"
        )
        values = (job.reading, job.decision, job.marks, job.version, job.id, job.version)
        before = self.job(job.id)
        overwrites = before is not None and any(
            old is not None and old != new
            for old, new in zip((before.reading, before.decision, before.marks), values, strict=False)
        )
        # What is taken out, such as a student who was erased, is to be in no file any more.
        changing = self._connections.erasing if overwrites else self._connections.writing
        with changing() as connection:
            return connection.execute(statement, values).rowcount == 1

    def claim_job(
        self, job_id: str, reader: str, *, now: datetime, until: datetime, dead: Sequence[str] = ()
    ) -> PhotoJob | None:
        """See ``Store``."""
        gone = ", ".join("?" * len(dead))
        statement = (
            "UPDATE photo_jobs SET crashes = crashes + (reader IS NOT NULL), reader = ?, reader_until = ?, "  # noqa: S608 - ours
            f"progress = NULL, version = version + 1 WHERE id = ? AND {UNREAD} "
            f"AND (reader IS NULL OR reader_until <= ? OR reader IN ({gone}))"
        )
        values = (reader, to_milliseconds(until), job_id, to_milliseconds(now), *dead)
        with self._connections.writing() as connection:
            if connection.execute(statement, values).rowcount == 0:
                return None
            found = connection.execute("SELECT * FROM photo_jobs WHERE id = ?", [job_id]).fetchone()
        return from_row(PhotoJob, found)

    def keep_job(self, job_id: str, reader: str, *, until: datetime, progress: str | None = None) -> bool:
        """See ``Store``."""
        statement = (
            "UPDATE photo_jobs SET reader_until = ?, progress = coalesce(?, progress) "  # noqa: S608 - ours
            f"WHERE id = ? AND reader = ? AND {UNREAD}"
        )
        values = (to_milliseconds(until), progress, job_id, reader)
        with self._connections.writing() as connection:
            return connection.execute(statement, values).rowcount == 1

    def release_job(self, job_id: str, reader: str) -> None:
        """See ``Store``."""
        statement = (
            "UPDATE photo_jobs SET reader = NULL, reader_until = NULL, progress = NULL, "
            "version = version + 1 WHERE id = ? AND reader = ?"
        )
        with self._connections.writing() as connection:
            connection.execute(statement, (job_id, reader))

    def remove_job(self, job_id: str) -> None:
        """See ``Store``."""
        with self._connections.erasing() as connection:
            connection.execute("DELETE FROM photo_jobs WHERE id = ?", (job_id,))
