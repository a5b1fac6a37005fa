"""Jobs of classroom photos in the MongoDB register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pymongo import ASCENDING

from attendance.clock import from_milliseconds, to_milliseconds
from attendance.store.mongo.connection import MongoConnection
from attendance.store.mongo.documents import from_document, insert_once, to_document
from attendance.store.protocols.jobs import PhotoJob
from attendance.store.records import Record

UNREAD: Record = {"reading": None, "decision": None}
LEASE = ("reader", "reader_until", "progress")


class MongoJobs:
    """Jobs of classroom photos."""

    _connection: MongoConnection

    def add_job(self, job: PhotoJob) -> bool:
        """See ``Store``."""
        with self._connection.register() as register:
            return insert_once(register["photo_jobs"], to_document(job))

    def job(self, job_id: str) -> PhotoJob | None:
        """See ``Store``."""
        return next(iter(self._jobs({"_id": job_id})), None)

    def job_ids(self) -> list[str]:
        """See ``Store``."""
        with self._connection.register() as register:
            found = list(register["photo_jobs"].find({}, {"_id": 1}).sort("_id", ASCENDING))
        return [str(document["_id"]) for document in found]

    def jobs_of_session(self, session_id: str) -> list[PhotoJob]:
        """See ``Store``."""
        return self._jobs({"session_id": session_id})

    def unread_jobs(self) -> list[PhotoJob]:
        """See ``Store``."""
        return self._jobs(UNREAD)

    def replace_job(self, job: PhotoJob) -> bool:
        """See ``Store``."""
        written = {"reading": job.reading, "decision": job.decision, "marks": job.marks}
        before = {"_id": job.id, "version": job.version - 1}
        return self._update(before, {"$set": {**written, "version": job.version}})

    def claim_job(
        self, job_id: str, reader: str, *, now: datetime, until: datetime, dead: Sequence[str] = ()
    ) -> PhotoJob | None:
        """See ``Store``."""
        job = self.job(job_id)
        if job is None or not job.is_unread:
            return None
        silent_since = job.reader_until
        if job.reader is not None and job.reader not in dead and silent_since and silent_since > now:
            return None
        claimed = replace(
            job,
            reader=reader,
            reader_until=from_milliseconds(to_milliseconds(until)),
            progress=None,
            crashes=job.crashes + (job.reader is not None),
            version=job.version + 1,
        )
        # Neither claimed nor kept meanwhile: a sign of life changes the time, and all else the version.
        before, after = to_document(job), to_document(claimed)
        unchanged = {name: before[name] for name in ("_id", "version", "reader", "reader_until")}
        changed = {name: after[name] for name in (*LEASE, "crashes", "version")}
        return claimed if self._update({**unchanged, **UNREAD}, {"$set": changed}) else None

    def keep_job(self, job_id: str, reader: str, *, until: datetime, progress: str | None = None) -> bool:
        """See ``Store``."""
        new: dict[str, Any] = {"reader_until": to_milliseconds(until)}
        if progress is not None:
            new["progress"] = progress
        return self._update({"_id": job_id, "reader": reader, **UNREAD}, {"$set": new})

    def release_job(self, job_id: str, reader: str) -> None:
        """See ``Store``."""
        free = dict.fromkeys(LEASE)
        self._update({"_id": job_id, "reader": reader}, {"$set": free, "$inc": {"version": 1}})

    def remove_job(self, job_id: str) -> None:
        """See ``Store``."""
        with self._connection.register() as register:
            register["photo_jobs"].delete_one({"_id": job_id})

    def _update(self, wanted: Record, change: Record) -> bool:
        with self._connection.register() as register:
            return register["photo_jobs"].update_one(wanted, change).matched_count == 1

    def _jobs(self, wanted: Record) -> list[PhotoJob]:
        with self._connection.register() as register:
            found = list(register["photo_jobs"].find(wanted).sort("_id", ASCENDING))
        return [from_document(PhotoJob, document) for document in found]
