"""Courses, their rosters and days off in the SQLite register."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from attendance.store.refusals import no_course, no_student
from attendance.store.rosters import Roster, roster_with, roster_without
from attendance.store.sqlite.connecting.connections import Connections
from attendance.store.sqlite.rows import exchange, from_row, insert_once, to_json, to_row
from attendance.values import Course, DayOff

OF_ONE = "SELECT * FROM courses WHERE id = ?"


class SQLiteCourses:
    """Courses and their rosters; days off."""

    _connections: Connections

    def add_course(self, course: Course) -> bool:
        """See ``Store``."""
        with self._connections.writing() as connection:
            return insert_once(connection, "courses", to_row(course))

    def replace_course(self, course: Course) -> bool:
        """See ``Store``."""
        with self._connections.writing() as connection:
            return exchange(connection, "courses", to_row(course))

    def course(self, course_id: str) -> Course | None:
        """See ``Store``."""
        return self._connections.read_one(Course, OF_ONE, course_id)

    def courses(self) -> list[Course]:
        """See ``Store``."""
        return self._connections.read_all(Course, "SELECT * FROM courses ORDER BY id")

    def add_to_roster(self, course_id: str, student_ids: Sequence[str]) -> Course:
        """See ``Store``."""
        return self._change_roster(course_id, roster_with, student_ids, of_register=True)

    def remove_from_roster(self, course_id: str, student_ids: Sequence[str]) -> Course:
        """See ``Store``."""
        return self._change_roster(course_id, roster_without, student_ids, of_register=False)

    def add_day_off(self, day_off: DayOff) -> bool:
        """See ``Store``."""
        with self._connections.writing() as connection:
            return insert_once(connection, "days_off", to_row(day_off))

    def remove_day_off(self, day_off_id: str) -> None:
        """See ``Store``."""
        with self._connections.writing() as connection:
            connection.execute("DELETE FROM days_off WHERE id = ?", (day_off_id,))

    def days_off(self) -> list[DayOff]:
        """See ``Store``."""
        return self._connections.read_all(DayOff, "SELECT * FROM days_off ORDER BY first_day, id")

    def _change_roster(
        self,
        course_id: str,
        change: Callable[[Sequence[str] | None, Sequence[str]], Roster],
        student_ids: Sequence[str],
        *,
        of_register: bool,
    ) -> Course:
        with self._connections.writing() as connection:
            course = _course(connection, course_id)
            if course is None:
                raise no_course(course_id)
            if of_register:
                _need_students(connection, student_ids)
            roster = change(course.roster, student_ids)
            if roster == course.roster:
                return course
            write_roster(connection, course_id, roster)
            changed = _course(connection, course_id)
        assert changed is not None
        return changed


def write_roster(connection: sqlite3.Connection, course_id: str, roster: Roster) -> None:
    """Replace a course's roster, which raises its version."""
    connection.execute(
        "UPDATE courses SET roster = ?, version = version + 1 WHERE id = ?", (to_json(roster), course_id)
    )


def _course(connection: sqlite3.Connection, course_id: str) -> Course | None:
    row = connection.execute(OF_ONE, (course_id,)).fetchone()
    return None if row is None else from_row(Course, row)


def _need_students(connection: sqlite3.Connection, student_ids: Sequence[str]) -> None:
    for student_id in student_ids:
        if connection.execute("SELECT 1 FROM students WHERE id = ?", (student_id,)).fetchone() is None:
            raise no_student(student_id)
