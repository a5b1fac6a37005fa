"""A register in a throwaway folder with many students, and its check-in use case."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from secrets import token_hex

import numpy as np

from attendance.attempt import Attempt
from attendance.check_in import CheckIn
from attendance.clock import SystemClock
from attendance.galleries import Galleries
from attendance.sessions import Sessions
from attendance.snapshots import Snapshots
from attendance.store.sqlite_store import SQLiteStore
from attendance.values import Consent, Session, Student, Template
from attendance.verdict import Verdict
from benchmarks.face_folder import BenchmarkError
from benchmarks.selfie import other_portrait_jpeg, portrait_jpeg
from face_detection.pipeline import FacePipeline
from face_detection.quality import ENROLMENT_LIMITS
from face_detection.values import Embedding
from face_matching.thresholds import policy_for

SEED = 1000
GRANT_LIFE = timedelta(minutes=5)


class ThrowawayRegister:
    """Checks one selfie in again and again, each time to a session of its own, so that each is a new mark.

    Args:
        folder: an empty folder.
        pipeline: reads the photos.
        students: how many are enrolled; two are real faces, the others random directions.

    Raises:
        BenchmarkError: a portrait could not be enrolled.
    """

    def __init__(self, folder: Path, pipeline: FacePipeline, students: int) -> None:
        self._clock = SystemClock()
        self._store = SQLiteStore(folder / "benchmark.sqlite3")
        self._pipeline = pipeline
        self._sessions = Sessions(self._store, self._clock, zone=None, late_after=None)
        self._today = self._sessions.today()
        self._check_in = CheckIn(
            self._store,
            self._clock,
            pipeline=lambda: pipeline,
            policy=policy_for,
            sessions=self._sessions,
            galleries=Galleries(self._store),
            snapshots=Snapshots(folder),
            tidy=lambda: None,
        )
        self._enrol(students)

    def fresh_session(self) -> Session:
        """A session that nobody is marked in yet."""
        name = token_hex(8)
        session = replace(self._today, id=f"{self._today.id}|{name}", token=name)
        self._store.add_session(session)
        return session

    def check_in(self, session: Session, photo: bytes) -> Verdict:
        """From the bytes of a photo to a verdict, with the mark on the disk."""
        expires = self._clock.now() + GRANT_LIFE
        return self._check_in.submit(
            session, photo, Attempt.of(token_hex(8), photo, device=None, expires_at=expires)
        )

    def close(self) -> None:
        """Give the database back."""
        self._store.close()

    def _enrol(self, students: int) -> None:
        rng = np.random.default_rng(SEED)
        rows = [self._embedding(portrait_jpeg()), self._embedding(other_portrait_jpeg())]
        noise = rng.normal(size=(students - len(rows), self._pipeline.dimension))
        rows += list((noise / np.linalg.norm(noise, axis=1, keepdims=True)).astype(np.float32))
        now = self._clock.now()
        consent = Consent(given_at=now, recorded_by="benchmark", how="a public-domain portrait, or no person")
        templates = []
        for number, row in enumerate(rows):
            student = Student(f"s{number:05}", f"{number:05}", f"Student {number}", consent=consent)
            self._store.add_student(student)
            templates.append(self._template(student.id, row))
        self._store.add_templates(templates)

    def _template(self, student_id: str, row: Embedding) -> Template:
        return Template(
            id=f"{student_id}|benchmark",
            student_id=student_id,
            engine=self._pipeline.engine_name,
            detector=self._pipeline.detector_name,
            embedding=row,
            source="0" * 64,
            quality=1.0,
            created_at=self._clock.now(),
        )

    def _embedding(self, jpeg: bytes) -> Embedding:
        probe = self._pipeline.read(jpeg, ENROLMENT_LIMITS)
        if probe.embedding is None:
            problems = ", ".join(problem.value for problem in probe.problems)
            raise BenchmarkError(f"a portrait of the benchmark could not be enrolled: {problems}")
        return probe.embedding
