"""A temporary register with many students, and its check-in use case."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex

import numpy as np

from attendance.alarms.alarms import Alarms
from attendance.classes.sessions import Sessions
from attendance.clock import SystemClock
from attendance.files.snapshots import Snapshots
from attendance.marks.check_in import CheckIn
from attendance.marks.check_in_attempt import Attempt
from attendance.marks.submission import Circumstances, Submission
from attendance.marks.verdict import Verdict
from attendance.measures import Measures
from attendance.recognition.galleries import Galleries
from attendance.recognition.matcher import MatcherSource
from attendance.store.protocol import Store
from attendance.store.sqlite.store import SQLiteStore
from attendance.values import Consent, Session, Student, Template
from benchmarks.apparatus.face_folder import BenchmarkError
from benchmarks.apparatus.selfie import other_portrait_jpeg, portrait_jpeg
from face_detection.pipeline import FacePipeline
from face_detection.quality import ENROLMENT_LIMITS
from face_detection.values import Embedding
from face_matching.thresholds import policy_for

SEED = 1000
GRANT_LIFE = timedelta(minutes=5)


class ThrowawayRegister:
    """Performs check-ins with one selfie, each in another session, so that each makes a new mark.

    Args:
        folder: an empty folder.
        pipeline: reads the photos.
        students: number of enrolled students: two with real faces, the others with random templates.

    Raises:
        BenchmarkError: a portrait could not be enrolled.
    """

    def __init__(self, folder: Path, pipeline: FacePipeline, students: int) -> None:
        self._clock = SystemClock()
        self._store = SQLiteStore(folder / "benchmark.sqlite3")
        self._sessions = Sessions(self._store, self._clock, zone=None, late_after=None)
        self._today = self._sessions.today()
        self._check_in = CheckIn(
            self._store,
            self._clock,
            matcher=MatcherSource(lambda: pipeline, policy_for, Galleries(self._store)),
            sessions=self._sessions,
            snapshots=Snapshots(folder),
            alarms=Alarms(self._store, self._clock),
            tidy=lambda: None,
            measures=Measures(),
        )
        enrol_class(self._store, pipeline, students, self._clock.now())

    def fresh_session(self) -> Session:
        """A session without marks."""
        name = token_hex(8)
        session = replace(self._today, id=f"{self._today.id}|{name}", token=name)
        self._store.add_session(session)
        return session

    def check_in(self, session: Session, photo: bytes) -> Verdict:
        """Check in with a photo; the mark is on disk when this returns."""
        expires = self._clock.now() + GRANT_LIFE
        return self._check_in.submit(
            session,
            Submission(photo, circumstances=Circumstances(has_camera=False)),
            Attempt.of(token_hex(8), photo, device=None, expires_at=expires),
        )

    def close(self) -> None:
        """Close the database."""
        self._store.close()


def enrol_class(store: Store, pipeline: FacePipeline, students: int, now: datetime) -> None:
    """Enrol two real faces, and random templates for the others.

    Args:
        store: an empty store.
        pipeline: reads the portraits.
        students: total number of students.
        now: time of the enrolment.

    Raises:
        BenchmarkError: a portrait could not be enrolled.
    """
    rng = np.random.default_rng(SEED)
    rows = [_embedding(pipeline, portrait_jpeg()), _embedding(pipeline, other_portrait_jpeg())]
    noise = rng.normal(size=(students - len(rows), pipeline.dimension))
    rows += list((noise / np.linalg.norm(noise, axis=1, keepdims=True)).astype(np.float32))
    consent = Consent(given_at=now, recorded_by="benchmark", how="a public-domain portrait, or no person")
    templates = []
    for number, row in enumerate(rows):
        student = Student(f"s{number:05}", f"{number:05}", f"Student {number}", consent=consent)
        store.add_student(student)
        templates.append(_template(pipeline, student.id, row, now))
    store.add_templates(templates)


def _template(pipeline: FacePipeline, student_id: str, row: Embedding, now: datetime) -> Template:
    return Template(
        id=f"{student_id}|benchmark",
        student_id=student_id,
        engine=pipeline.engine_name,
        detector=pipeline.detector_name,
        embedding=row,
        source="0" * 64,
        quality=1.0,
        created_at=now,
    )


def _embedding(pipeline: FacePipeline, jpeg: bytes) -> Embedding:
    probe = pipeline.read(jpeg, ENROLMENT_LIMITS)
    if probe.embedding is None:
        problems = ", ".join(problem.value for problem in probe.problems)
        raise BenchmarkError(f"a portrait of the benchmark could not be enrolled: {problems}")
    return probe.embedding
