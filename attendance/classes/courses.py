"""Courses: who is on the roster, who teaches, and the rules of their sessions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import count
from typing import Any, TypedDict, Unpack

from attendance.classes.course_rules import check_course
from attendance.classes.general_course import GENERAL_COURSE, general_runs, switch_general_off
from attendance.errors import CourseNotFoundError, RollNumberError, StudentNotFoundError
from attendance.store.protocol import Store
from attendance.values import Course, LivenessMode, ScheduleRule, Student
from attendance.values.roll_numbers import clean_text, roll_number_for_name

UNNAMED = "course"  # start of a course's id if its name contains no letter


class CourseFields(TypedDict, total=False):
    """The fields of a course that can be set; omitted ones keep their value (see ``Course``).

    ``roster`` holds students or their roll numbers; None means every active student.
    """

    roster: Iterable[str | Student] | None
    teachers: Sequence[str]
    late_after_minutes: int | None
    closes_after_minutes: int
    code_interval: int
    static_code: bool
    active: bool
    schedule: Sequence[ScheduleRule]
    first_day: str | None
    last_day: str | None
    liveness: LivenessMode
    movements: int
    spot_check: bool


class Courses:
    """The courses of the register.

    Args:
        store: the register's database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self, *, hidden: bool = False) -> list[Course]:
        """The courses by name.

        Args:
            hidden: also those that are not active, and General where it does not run.
        """
        courses = self._store.courses()
        shown = courses if hidden else [course for course in courses if _is_shown(course, courses)]
        return sorted(shown, key=lambda course: (course.name.casefold(), course.id))

    def get(self, course_id: str) -> Course:
        """The course with this id.

        Raises:
            CourseNotFoundError: there is none.
        """
        course = self._store.course(course_id)
        if course is None:
            raise CourseNotFoundError(f"There is no course {course_id!r}.")
        return course

    def general_runs(self) -> bool:
        """Whether General's session opens automatically."""
        return general_runs(self._store.courses())

    def add(self, name: str, **fields: Unpack[CourseFields]) -> Course:
        """Set up a course; with the first one General stops.

        Args:
            name: what people call it; the id is made from it.
            fields: everything else; without a roster nobody is on it.

        Raises:
            CourseError: it can't be so; a line for each reason.
            StudentNotFoundError: a student on the roster is not in the register.
        """
        draft = self._with(Course(id="", name=clean_text(name), roster=()), fields)
        check_course(draft)
        if not any(course.active for course in self._store.courses() if course.id != GENERAL_COURSE.id):
            # General is changed first: after a crash in between it keeps running, without another course.
            switch_general_off(self._store)
        for number in count(1):
            course = replace(draft, id=_id_for(draft.name, number))
            if self._store.add_course(course):
                break
        return course

    def change(self, course_id: str, *, name: str | None = None, **fields: Unpack[CourseFields]) -> Course:
        """Change a course; what others change at the same moment stays.

        Sessions that exist keep the times that they were made with.

        Args:
            course_id: which course.
            name: what people call it from now on; None leaves it.
            fields: what else changes.

        Raises:
            CourseNotFoundError: there is none.
            CourseError: it can't be so; a line for each reason.
            StudentNotFoundError: a student on the roster is not in the register.
        """
        while True:
            before = self.get(course_id)
            after = self._with(before if name is None else replace(before, name=clean_text(name)), fields)
            check_course(after)
            if after == before:
                return before
            after = replace(after, version=before.version + 1)
            if self._store.replace_course(after):
                return after

    def add_to_roster(self, course_id: str, students: Iterable[str | Student]) -> Course:
        """Put students on the roster.

        Args:
            course_id: of which course.
            students: they, or their roll numbers.

        Raises:
            CourseNotFoundError: there is no such course.
            StudentNotFoundError: roll numbers that nobody has, all of them; nobody was added.
        """
        return self._store.add_to_roster(course_id, self._ids(students))

    def remove_from_roster(self, course_id: str, students: Iterable[str | Student]) -> Course:
        """Take students off the roster; their marks stay.

        Args:
            course_id: of which course.
            students: they, or their roll numbers.

        Raises:
            CourseNotFoundError: there is no such course.
            StudentNotFoundError: roll numbers that nobody has, all of them; nobody was taken off.
        """
        return self._store.remove_from_roster(course_id, self._ids(students))

    def members(self, course: Course) -> list[Student]:
        """The active students of the roster, in the order of roll numbers."""
        roster = None if course.roster is None else frozenset(course.roster)
        active = (student for student in self._store.students() if student.active)
        return [student for student in active if roster is None or student.id in roster]

    def sizes(self, courses: Iterable[Course]) -> dict[str, int]:
        """How many active students each course has, by its id, with one reading of the students."""
        active = {student.id for student in self._store.students() if student.active}
        return {
            course.id: len(active if course.roster is None else active.intersection(course.roster))
            for course in courses
        }

    def _with(self, course: Course, fields: CourseFields) -> Course:
        exchanged: dict[str, Any] = dict(fields)
        if "roster" in fields:
            roster = fields["roster"]
            exchanged["roster"] = None if roster is None else tuple(self._ids(roster))
        for sequence in ("teachers", "schedule"):
            if sequence in exchanged:
                exchanged[sequence] = tuple(exchanged[sequence])
        return replace(course, **exchanged)

    def _ids(self, students: Iterable[str | Student]) -> list[str]:
        found: list[str] = []
        unknown: list[str] = []
        for each in students:
            student = self._store.student_by_roll(clean_text(each)) if isinstance(each, str) else each
            if student is None:
                unknown.append(repr(each))
            else:
                found.append(student.id)
        if unknown:
            named = ", ".join(dict.fromkeys(unknown))
            raise StudentNotFoundError(f"No student has the roll number {named}. Nothing was changed.")
        return list(dict.fromkeys(found))


def _is_shown(course: Course, courses: list[Course]) -> bool:
    return general_runs(courses) if course.id == GENERAL_COURSE.id else course.active


def _id_for(name: str, number: int) -> str:
    try:
        slug = roll_number_for_name(name)[:48]
    except RollNumberError:
        slug = UNNAMED
    return slug if number == 1 and slug != GENERAL_COURSE.id else f"{slug}-{number}"
