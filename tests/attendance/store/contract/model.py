"""A plain model of the register's promises about people, courses and marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from attendance.errors import (
    ConsentMissingError,
    CourseNotFoundError,
    RollNumberTakenError,
    SessionNotFoundError,
    StudentExistsError,
    StudentNotFoundError,
)
from attendance.store.erasure import Erasure
from attendance.values import Course, Mark, Notice, Session, Student, Template
from attendance.values.roll_numbers import number_key


class Model:
    """Stores values as they are; their times must be whole milliseconds in UTC."""

    def __init__(self) -> None:
        self._students: dict[str, Student] = {}
        self._templates: dict[tuple[str, str], Template] = {}  # by student and id
        self._courses: dict[str, Course] = {}
        self._sessions: dict[str, Session] = {}
        self._marks: dict[tuple[str, str], Mark] = {}  # by session and student
        self._notices: dict[str, Notice] = {}

    def add_student(self, student: Student) -> None:
        if student.id in self._students:
            raise StudentExistsError
        self._keep(student)

    def update_student(self, student: Student) -> bool:
        if student.id not in self._students:
            raise StudentNotFoundError
        self._keep(student)
        if student.consent is None:
            self._forget_templates(student.id)
        return True

    def _keep(self, student: Student) -> None:
        holder = self.student_by_roll(student.roll_number)
        if holder is not None and holder.id != student.id:
            raise RollNumberTakenError
        self._students[student.id] = student

    def remove_student(self, student_id: str) -> Erasure:
        """Counts only what the model has, without keys."""
        students = self._students.pop(student_id, None) is not None
        templates = len(self._templates)
        self._forget_templates(student_id)
        marks = {key: mark for key, mark in self._marks.items() if key[1] != student_id}
        notices = {key: each for key, each in self._notices.items() if each.student_id != student_id}
        rosters = [key for key, course in self._courses.items() if student_id in (course.roster or ())]
        for course_id in rosters:
            self.remove_from_roster(course_id, [student_id])
        erasure = Erasure(
            students=int(students),
            templates=templates - len(self._templates),
            marks=len(self._marks) - len(marks),
            notices=len(self._notices) - len(notices),
            rosters=len(rosters),
        )
        self._marks, self._notices = marks, notices
        return erasure

    def student(self, student_id: str) -> Student | None:
        return self._students.get(student_id)

    def student_by_roll(self, roll_number: str) -> Student | None:
        key = number_key(roll_number)
        return next((each for each in self._students.values() if number_key(each.roll_number) == key), None)

    def students(self) -> list[Student]:
        return sorted(self._students.values(), key=lambda student: student.roll_number)

    def add_templates(self, templates: Sequence[Template]) -> int:
        self._need_consent(templates)
        before = len(self._templates)
        for template in templates:
            self._templates.setdefault((template.student_id, template.id), template)
        return len(self._templates) - before

    def replace_templates(self, student_id: str, templates: Sequence[Template]) -> None:
        self._need_consent(templates)
        self._forget_templates(student_id)
        self.add_templates(templates)

    def forget_photo(self, student_id: str, source: str) -> bool:
        gone = [key for key, each in self._templates.items() if (key[0], each.source) == (student_id, source)]
        for key in gone:
            del self._templates[key]
        return bool(gone)

    def _need_consent(self, templates: Sequence[Template]) -> None:
        for template in templates:
            student = self._students.get(template.student_id)
            if student is None or student.consent is None:
                raise ConsentMissingError

    def _forget_templates(self, student_id: str) -> None:
        self._templates = {key: each for key, each in self._templates.items() if key[0] != student_id}

    def templates(self, engine: str | None = None) -> list[Template]:
        chosen = [
            each
            for each in self._templates.values()
            if engine in (None, each.engine) and self._students[each.student_id].active
        ]
        return sorted(chosen, key=lambda template: (template.id, template.student_id))

    def templates_of(self, student_id: str) -> list[Template]:
        chosen = [each for each in self._templates.values() if each.student_id == student_id]
        return sorted(chosen, key=lambda template: template.id)

    def add_course(self, course: Course) -> bool:
        return self._courses.setdefault(course.id, course) is course

    def replace_course(self, course: Course) -> bool:
        if course.id not in self._courses or self._courses[course.id].version != course.version - 1:
            return False
        self._courses[course.id] = course
        return True

    def courses(self) -> list[Course]:
        return sorted(self._courses.values(), key=lambda course: course.id)

    def add_to_roster(self, course_id: str, student_ids: Sequence[str]) -> Course:
        roster = self._course(course_id).roster
        if not set(student_ids) <= self._students.keys():
            raise StudentNotFoundError
        missing = dict.fromkeys(each for each in student_ids if each not in (roster or ()))
        return self._with_roster(course_id, None if roster is None else (*roster, *missing))

    def remove_from_roster(self, course_id: str, student_ids: Sequence[str]) -> Course:
        roster = self._course(course_id).roster
        staying = tuple(each for each in roster or () if each not in student_ids)
        return self._with_roster(course_id, None if roster is None else staying)

    def _course(self, course_id: str) -> Course:
        if course_id not in self._courses:
            raise CourseNotFoundError
        return self._courses[course_id]

    def _with_roster(self, course_id: str, roster: tuple[str, ...] | None) -> Course:
        course = self._courses[course_id]
        if roster != course.roster:
            self._courses[course_id] = replace(course, roster=roster, version=course.version + 1)
        return self._courses[course_id]

    def add_session(self, session: Session) -> bool:
        return self._sessions.setdefault(session.id, session) is session

    def insert_mark(self, mark: Mark) -> bool:
        if mark.session_id not in self._sessions:
            raise SessionNotFoundError
        if mark.student_id not in self._students:
            raise StudentNotFoundError
        return self._marks.setdefault((mark.session_id, mark.student_id), mark) is mark

    def replace_mark(self, mark: Mark) -> bool:
        key = (mark.session_id, mark.student_id)
        if key not in self._marks or self._marks[key].version != mark.version - 1:
            return False
        self._marks[key] = mark
        return True

    def insert_marks(self, marks: Sequence[Mark]) -> list[Mark]:
        if any(mark.session_id not in self._sessions for mark in marks):
            raise SessionNotFoundError
        return [mark for mark in marks if mark.student_id in self._students and self.insert_mark(mark)]

    def replace_marks(self, marks: Sequence[Mark]) -> list[Mark]:
        return [mark for mark in marks if self.replace_mark(mark)]

    def mark(self, session_id: str, student_id: str) -> Mark | None:
        return self._marks.get((session_id, student_id))

    def marks(self, session_id: str) -> list[Mark]:
        chosen = [each for each in self._marks.values() if each.session_id == session_id]
        return sorted(chosen, key=lambda mark: (mark.at, mark.student_id))

    def marks_of_student(self, student_id: str) -> list[Mark]:
        chosen = [each for each in self._marks.values() if each.student_id == student_id]
        return sorted(chosen, key=lambda mark: (mark.at, mark.session_id))

    def marks_of_sessions(self, session_ids: Sequence[str]) -> list[Mark]:
        return [mark for key in sorted({*session_ids}) for mark in self.marks(key)]

    def claim_notice(self, notice: Notice) -> bool:
        if notice.student_id not in self._students:
            raise StudentNotFoundError
        return self._notices.setdefault(notice.key, notice) is notice

    def replace_notice(self, notice: Notice) -> bool:
        if notice.key not in self._notices or self._notices[notice.key].version != notice.version - 1:
            return False
        self._notices[notice.key] = notice
        return True

    def forget_notice(self, notice: Notice) -> bool:
        if notice.key not in self._notices or self._notices[notice.key].version != notice.version:
            return False
        del self._notices[notice.key]
        return True

    def notices(self, since: datetime | None = None) -> list[Notice]:
        chosen = [each for each in self._notices.values() if since is None or each.created_at >= since]
        return sorted(chosen, key=lambda notice: (notice.created_at, notice.key))

    def notices_of(self, student_id: str) -> list[Notice]:
        return [each for each in self.notices() if each.student_id == student_id]
