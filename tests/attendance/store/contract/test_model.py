"""Each database agrees with the model after any changes to people, courses, marks and notices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from attendance.errors import AttendanceError
from attendance.store.erasure import Erasure
from attendance.store.protocol import Store
from attendance.values import Course, Mark, Notice, Session, Student, Template
from tests.attendance.store.builders import MS, NOON, same_template, session
from tests.attendance.store.contract.model import Model
from tests.attendance.store.contract.strategies import (
    ENGINES,
    SESSIONS,
    SOURCES,
    courses,
    ids,
    marks,
    notices,
    some_ids,
    students,
    templates,
)
from tests.attendance.store.databases import MongomockPlace, NXServer, Place, SQLitePlace


class Comparison(RuleBasedStateMachine):
    """Makes the same calls on both, and compares the outcomes."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.store = place.open()
        self.model = Model()
        self.versions = [self.store.gallery_version()]
        self.numbers = [[0 for _ in SESSIONS]]

    def teardown(self) -> None:
        self.store.close()

    @initialize()
    def open_sessions(self) -> None:
        for number, key in enumerate(SESSIONS):
            self.both(partial(_add_session, session(key, opens_at=NOON + timedelta(days=number))))

    @rule(student=students)
    def add_student(self, student: Student) -> None:
        self.both(lambda register: register.add_student(student))

    @rule(student=students)
    def update_student(self, student: Student) -> None:
        self.both(lambda register: register.update_student(student))

    @rule(student_id=ids)
    def remove_student(self, student_id: str) -> None:
        self.both(lambda register: register.remove_student(student_id))

    @rule(some=st.lists(templates, max_size=4))
    def add_templates(self, some: list[Template]) -> None:
        self.both(lambda register: register.add_templates(some))

    @rule(student_id=ids, some=st.lists(templates, max_size=3))
    def replace_templates(self, student_id: str, some: list[Template]) -> None:
        own = [replace(each, student_id=student_id) for each in some]
        self.both(lambda register: register.replace_templates(student_id, own))

    @rule(student_id=ids, source=st.sampled_from(SOURCES))
    def forget_photo(self, student_id: str, source: str) -> None:
        self.both(lambda register: register.forget_photo(student_id, source))

    @rule(mark=marks)
    def insert_mark(self, mark: Mark) -> None:
        self.both(lambda register: register.insert_mark(mark))

    @rule(mark=marks)
    def replace_mark(self, mark: Mark) -> None:
        self.both(lambda register: register.replace_mark(mark))

    @rule(session_id=st.sampled_from([*SESSIONS, "unknown"]), some=st.lists(marks, max_size=4))
    def insert_marks(self, session_id: str, some: list[Mark]) -> None:
        of_session = [replace(each, session_id=session_id) for each in some]
        self.both(lambda register: register.insert_marks(of_session))

    @rule(session_id=st.sampled_from([*SESSIONS, "unknown"]), some=st.lists(marks, max_size=4))
    def replace_marks(self, session_id: str, some: list[Mark]) -> None:
        of_session = [replace(each, session_id=session_id) for each in some]
        self.both(lambda register: register.replace_marks(of_session))

    @rule(course=courses)
    def add_course(self, course: Course) -> None:
        self.both(lambda register: register.add_course(course))

    @rule(course=courses)
    def replace_course(self, course: Course) -> None:
        self.both(lambda register: register.replace_course(course))

    @rule(course_id=st.sampled_from(["general", "physics"]), some=some_ids)
    def add_to_roster(self, course_id: str, some: list[str]) -> None:
        self.both(lambda register: register.add_to_roster(course_id, some))

    @rule(course_id=st.sampled_from(["general", "physics"]), some=some_ids)
    def remove_from_roster(self, course_id: str, some: list[str]) -> None:
        self.both(lambda register: register.remove_from_roster(course_id, some))

    @rule(notice=notices, student_id=ids)
    def claim_notice(self, notice: Notice, student_id: str) -> None:
        self.both(lambda register: register.claim_notice(_notice_to(student_id, notice)))

    @rule(notice=notices, student_id=ids)
    def forget_notice(self, notice: Notice, student_id: str) -> None:
        self.both(lambda register: register.forget_notice(_notice_to(student_id, notice)))

    @rule(notice=notices, student_id=ids)
    def replace_notice(self, notice: Notice, student_id: str) -> None:
        self.both(lambda register: register.replace_notice(_notice_to(student_id, notice)))

    def both(self, change: Callable[[Any], object]) -> None:
        before = [_comparable(each) for each in self.model.templates()]
        board = self.board()
        assert _outcome(change, self.store) == _outcome(change, self.model)
        self.versions.append(self.store.gallery_version())
        if [_comparable(each) for each in self.model.templates()] != before:
            assert self.versions[-1] > self.versions[-2], "the gallery changed and its version did not"
        self.numbers.append([self.store.session_changes(key) for key in SESSIONS])
        if self.board() != board:
            assert sum(self.numbers[-1]) > sum(self.numbers[-2]), "a board changed and its number did not"

    def board(self) -> object:
        """What the boards of the sessions show."""
        return [
            self.model.students(),
            [each for each in self.model.courses() if each.id == "general"],
            [self.model.marks(key) for key in SESSIONS],
        ]

    @invariant()
    def agree(self) -> None:
        assert self.versions == sorted(self.versions)
        for numbers in zip(*self.numbers, strict=True):
            assert list(numbers) == sorted(numbers)
        assert self.store.courses() == self.model.courses()
        assert self.store.students() == self.model.students()
        for engine in (None, *ENGINES):
            assert _same(self.store.templates(engine), self.model.templates(engine))
        assert self.store.marks_of_sessions(SESSIONS) == self.model.marks_of_sessions(SESSIONS)
        assert self.store.notices(NOON + MS) == self.model.notices(NOON + MS)
        for key in ("s1", "s2", "s3"):
            assert self.store.notices_of(key) == self.model.notices_of(key)
            assert self.store.student(key) == self.model.student(key)
            assert _same(self.store.templates_of(key), self.model.templates_of(key))
            assert self.store.marks_of_student(key) == self.model.marks_of_student(key)
        for key in SESSIONS:
            assert self.store.marks(key) == self.model.marks(key)


def _add_session(opened: Session, register: Store | Model) -> bool:
    return register.add_session(opened)


def _notice_to(student_id: str, notice: Notice) -> Notice:
    """A notice's key tells its student, who never changes."""
    return replace(notice, student_id=student_id, key=f"{notice.key}|{student_id}")


def _outcome(change: Callable[[Any], object], register: Store | Model) -> object:
    """What a call returned, or the type of the error that it raised."""
    try:
        returned = change(register)
    except AttendanceError as error:
        return type(error)
    return replace(returned, audit_keys=0) if isinstance(returned, Erasure) else returned


def _same(found: list[Template], expected: list[Template]) -> bool:
    return len(found) == len(expected) and all(map(same_template, found, expected))


def _comparable(template: Template) -> tuple[str, str, bytes, str]:
    return (template.student_id, template.id, template.embedding.tobytes(), template.engine)


def compare(new_place: Callable[[], Place], examples: int) -> None:
    class OnNewPlaces(Comparison):
        def __init__(self) -> None:
            super().__init__(new_place())

    run_state_machine_as_test(
        OnNewPlaces,
        settings=settings(
            max_examples=examples,
            stateful_step_count=15,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_sqlite_agrees_with_the_model(tmp_path: Path) -> None:
    names = iter(range(10**6))
    compare(lambda: SQLitePlace(tmp_path / f"{next(names)}.sqlite3"), examples=20)


def test_mongodb_by_mongomock_agrees_with_the_model() -> None:
    compare(MongomockPlace, examples=30)


@pytest.mark.timeout(600)
def test_mongodb_by_nx27017_agrees_with_the_model(nx_server: NXServer) -> None:
    compare(nx_server.place, examples=8)
