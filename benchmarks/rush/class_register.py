"""The register of a rush: a class with real faces, sessions to check in to, and what is in it afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_urlsafe
from typing import Self

import numpy as np

from attendance.classes.new_session import new_session
from attendance.clock import local_day
from attendance.enrolment.enrolment_result import EnrolmentStatus
from attendance.open_register import open_register
from attendance.people.new_student import NewStudent
from attendance.settings.settings import Settings
from attendance.values import Consent, LivenessMode, Role, Session, Student, Template
from benchmarks.apparatus.face_folder import BenchmarkError
from benchmarks.rush.faces import RushPerson

USERNAME = "rush"
OPEN_FOR = timedelta(hours=8)
SEED = 7
LOST_MARK, DOUBLED_MARK = "was shown as marked, and is not.", "times."
"""How the sentences about these faults end."""
MOST_COURSE_SESSIONS = 12  # as many as a course has in half a term


@dataclass(frozen=True)
class ClassMember:
    """A student with a real face.

    Attributes:
        student_id: in the register.
        picture: an encoded picture that is not the enrolled one.
    """

    student_id: str
    picture: bytes


class ClassRegister:
    """A register that nobody uses but one run of the benchmark.

    Args:
        settings: where it is; its database has to be empty.

    Attributes:
        members: those with real faces.
        password: of ``USERNAME``, an admin.

    Raises:
        BenchmarkError: somebody is enrolled already.
    """

    def __init__(self, settings: Settings) -> None:
        self.register = open_register(settings)
        self.members: list[ClassMember] = []
        self.password = token_urlsafe(24)
        self._courses = 0
        if self.register.students.all():
            self.close()
            raise BenchmarkError("The register is in use. Name an empty folder, or an empty database.")
        self.register.engine()
        self.register.accounts.add(USERNAME, "A teacher of the rush", Role.ADMIN, password=self.password)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self.register.close()

    def enrol(self, people: Iterable[RushPerson], students: int) -> None:
        """Enrol people with their portraits, and fill the class up with students without a real face.

        Args:
            people: whose portraits are refused are left out.
            students: in the class.

        Raises:
            BenchmarkError: nobody could be enrolled.
        """
        consent = Consent(self.register.clock.now(), "benchmark", "photos of a public data set")
        for number, person in enumerate(people):
            new = NewStudent(f"{number:05}", person.name)
            result = self.register.enrolment.enrol(new, {"portrait.jpg": person.portrait}, consent)
            student = self.register.store.student_by_roll(new.roll_number)
            if result.status is EnrolmentStatus.ENROLLED and student is not None:
                self.members.append(ClassMember(student.id, person.other))
        if not self.members:
            raise BenchmarkError("None of the portraits could be enrolled.")
        self._fill(students - len(self.members), consent)

    def open_sessions(self, count: int, *, liveness: LivenessMode) -> list[Session]:
        """Open sessions for the whole class.

        Args:
            count: how many.
            liveness: what becomes of the movement there.
        """
        store = self.register.store
        opened: list[Session] = []
        roster = [student.roll_number for student in self.register.students.all()]
        now = self.register.clock.now()
        today = local_day(now, self.register.settings.time_zone).isoformat()
        while len(opened) < count:
            self._courses += 1
            course = self.register.courses.add(f"Rush {self._courses}", roster=roster, liveness=liveness)
            for number in range(min(MOST_COURSE_SESSIONS, count - len(opened))):
                name = f"{course.id}|{today}|{number + 1}"
                session = new_session(course, name, today, now, now + OPEN_FOR, opened_by=None)
                store.add_session(session)
                opened.append(session)
        return opened

    def faults(
        self,
        sessions: Sequence[Session],
        acknowledged: Iterable[tuple[str, str]],
        unknown: Collection[tuple[str, str]] = (),
    ) -> list[str]:
        """What is wrong with the marks of sessions, as sentences; none means that all is right.

        Args:
            sessions: all in which somebody checked in.
            acknowledged: session and student of each mark that a phone showed.
            unknown: of those whose phones gave up, so that they may be marked or not.
        """
        shown = Counter(acknowledged)
        marks = self.register.store.marks_of_sessions([session.id for session in sessions])
        there = Counter((mark.session_id, mark.student_id) for mark in marks if mark.counts_as_there)
        entries = Counter(
            {(mark.session_id, mark.student_id): sum(not e.noted for e in mark.history) for mark in marks}
        )
        return [
            *(f"{who} {LOST_MARK}" for who in shown if not there[who]),
            *(
                f"{who} is marked, and no phone showed it."
                for who in there
                if not shown[who] and who not in unknown
            ),
            *(f"{who} is marked {entries[who]} {DOUBLED_MARK}" for who in there if entries[who] != 1),
        ]

    def _fill(self, count: int, consent: Consent) -> None:
        """Add students with random templates."""
        if count <= 0:
            return
        store, pin = self.register.store, self.register.engine()
        dimension = len(store.templates_of(self.members[0].student_id)[0].embedding)
        noise = np.random.default_rng(SEED).normal(size=(count, dimension)).astype(np.float32)
        templates = []
        for number, row in enumerate(noise / np.linalg.norm(noise, axis=1, keepdims=True)):
            student = Student(f"filled{number:06}", f"F{number:06}", f"Student {number}", consent=consent)
            store.add_student(student)
            templates.append(
                Template(
                    id=f"{student.id}|benchmark",
                    student_id=student.id,
                    engine=pin.engine,
                    detector=pin.detector,
                    embedding=row,
                    source=f"{number:064}",
                    quality=1.0,
                    created_at=consent.given_at,
                )
            )
        store.add_templates(templates)
