"""Writes the register of a large school: students with templates, courses with sessions, a year of marks."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID

import numpy as np

from attendance.store.sqlite.connecting.opening import connect, transaction
from attendance.store.sqlite.rows import insertion, to_row
from attendance.store.sqlite.schema import prepare
from attendance.values import (
    Consent,
    Course,
    EnginePin,
    Mark,
    MarkEvent,
    MarkMethod,
    MarkStatus,
    Review,
    ReviewCandidate,
    ReviewDecision,
    ReviewReason,
    Session,
    Student,
    Template,
)
from attendance.values.roll_numbers import number_key

ENGINE, DETECTOR, DIMENSION = "retail-1", "mtcnn", 256
EACH = 2  # templates of a student
CLUSTERS = 50
LARGEST = "lecture"  # the id of the course that everybody attends
GENERAL_OFF = Course("general", "General", None, active=False)
STATUSES = (MarkStatus.PRESENT, MarkStatus.LATE, MarkStatus.ABSENT, MarkStatus.EXCUSED)
WEIGHTS = (80, 6, 10, 4)
SEED = 5
AT_ONCE = 10_000  # rows in one statement
OPEN_REVIEWS = 40


@dataclass(frozen=True)
class SchoolSize:
    """How large the school is.

    Attributes:
        students: all of them are on the roster of the largest course.
        courses: the largest one included.
        class_size: students on the roster of each other course.
        sessions: of each course, over a year.
    """

    students: int = 10_000
    courses: int = 200
    class_size: int = 51
    sessions: int = 100

    @property
    def marks(self) -> int:
        """The number of marks, one of each student in each session of their courses."""
        return self.sessions * (self.students + (self.courses - 1) * self.class_size)


SMALL = SchoolSize(students=60, courses=4, class_size=12, sessions=3)


def write_school(path: Path, size: SchoolSize, now: datetime, teacher: str) -> None:
    """Write the register in one transaction; the triggers of the register count as they always do.

    Args:
        path: where the SQLite file is created.
        size: how large the school is.
        now: the end of the year.
        teacher: id of the user who teaches every tenth course and the largest one.
    """
    prepare(path)
    draw = random.Random(SEED)  # noqa: S311 - no secret
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")  # a crash would only cost the benchmark
        with transaction(connection):
            students = [_student(number, now, draw) for number in range(size.students)]
            keys = ({"number_key": number_key(each.roll_number), "twin": ""} for each in students)
            rows = (to_row(student) | key for student, key in zip(students, keys, strict=True))
            _insert(connection, "students", rows)
            _insert(connection, "templates", map(to_row, _templates(students, now)))
            courses = list(_courses(size, [student.id for student in students], teacher, draw))
            _insert(connection, "courses", map(to_row, [GENERAL_OFF, *courses]))
            for course in courses:
                sessions = list(_sessions(course, size.sessions, now))
                _insert(connection, "sessions", map(to_row, sessions))
                _insert(connection, "marks", _mark_rows(course, sessions, draw))
                _insert(connection, "reviews", map(to_row, _reviews(course, sessions, now)))
            pin = EnginePin(ENGINE, DETECTOR, "best", now)
            _insert(connection, "engine_pin", [to_row(pin) | {"only_row": 1}])
            connection.execute("UPDATE gallery SET version = version + 1")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[dict[str, object]]) -> None:
    coming = iter(rows)
    while some := list(islice(coming, AT_ONCE)):
        connection.executemany(insertion(table, some[0]), some)


def _student(number: int, now: datetime, draw: random.Random) -> Student:
    return Student(
        id=UUID(int=draw.getrandbits(128)).hex,
        roll_number=f"R{number:06}",
        name=f"Student {number:06}",
        email=f"student{number}@school.example",
        department=f"Department {number % 20}",
        year=str(1 + number % 4),
        consent=Consent(now - timedelta(days=300), "office", "form"),
        guardian_email=f"guardian{number}@school.example",
    )


def _templates(students: list[Student], now: datetime) -> Iterator[Template]:
    """Unit vectors around a person's own direction, which is around that of one of some clusters."""
    rng = np.random.default_rng(SEED)
    centres = rng.normal(size=(CLUSTERS, DIMENSION))
    for number, student in enumerate(students):
        person = centres[number % CLUSTERS] + rng.normal(size=DIMENSION)
        rows = person + 0.5 * rng.normal(size=(EACH, DIMENSION))
        for photo, row in enumerate(rows):
            yield Template(
                id=f"{student.id}|{photo}",
                student_id=student.id,
                engine=ENGINE,
                detector=DETECTOR,
                embedding=(row / np.linalg.norm(row)).astype(np.float32),
                source=f"{number:060x}{photo:04x}",
                quality=0.9,
                created_at=now,
            )


def _courses(size: SchoolSize, ids: list[str], teacher: str, draw: random.Random) -> Iterator[Course]:
    yield Course(LARGEST, "Lecture for everybody", tuple(ids), teachers=(teacher,))
    for number in range(1, size.courses):
        roster = tuple(draw.sample(ids, size.class_size))
        own = (teacher,) if number % 10 == 0 else ()
        yield Course(f"course-{number:03}", f"Course {number:03}", roster, teachers=own, static_code=True)


def _sessions(course: Course, count: int, now: datetime) -> Iterator[Session]:
    begin = now.astimezone(UTC).replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=364)
    for number in range(count):
        opens_at = begin + timedelta(days=number * 363 // count)
        closes_at, day = opens_at + timedelta(minutes=90), opens_at.date().isoformat()
        key = f"{course.id}|{day}|0900"
        yield Session(key, course.id, f"token {key}", day, opens_at, closes_at, closed_at=closes_at)


def _mark_rows(course: Course, sessions: list[Session], draw: random.Random) -> Iterator[dict[str, object]]:
    """The rows of everybody's marks; only what differs between students is made for each."""
    for session in sessions:
        kinds = [_mark_row(session, status) for status in STATUSES]
        chosen = draw.choices(kinds, WEIGHTS, k=len(course.roster or ()))
        for student_id, row in zip(course.roster or (), chosen, strict=True):
            yield row | {"student_id": student_id}


def _mark_row(session: Session, status: MarkStatus) -> dict[str, object]:
    is_there = status.is_there
    method = MarkMethod.FACE if is_there else MarkMethod.CLOSING
    at = session.opens_at + timedelta(minutes=5) if is_there else session.closes_at
    event = MarkEvent(at, status, method, "student")
    score = 0.7 if is_there else None
    return to_row(Mark(session.id, "", status, method, at, score, history=(event,)))


def _reviews(course: Course, sessions: list[Session], now: datetime) -> Iterator[Review]:
    """A decided review in each session, and open ones in the last session of the largest course."""
    for session in sessions:
        yield Review(
            id=f"{session.id}|decided",
            session_id=session.id,
            reason=ReviewReason.UNPROVEN,
            candidates=(ReviewCandidate((course.roster or ("",))[0], 0.5),),
            created_at=session.opens_at,
            decision=ReviewDecision.ACCEPTED,
            decided_for=(course.roster or ("",))[0],
            decided_by="office",
            decided_at=session.closes_at,
        )
    for number in range(OPEN_REVIEWS if course.id == LARGEST else 0):
        candidates = (ReviewCandidate((course.roster or ())[number], 0.0),)
        code = ReviewReason.CODE
        yield Review(f"open {number}", sessions[-1].id, code, candidates, now, subject=f"open {number}")
