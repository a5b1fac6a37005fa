"""Courses, their rosters and days off in the MongoDB register."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pymongo import ASCENDING

from attendance.errors import StudentNotFoundError
from attendance.store.mongo.connection import MongoConnection, Register
from attendance.store.mongo.documents import exchange, from_document, insert_once, to_document
from attendance.store.mongo.migrations.names import BOARD
from attendance.store.mongo.students import ONLY_ID
from attendance.store.refusals import no_course, no_student
from attendance.store.rosters import Roster, roster_with, roster_without
from attendance.values import Course, DayOff


class MongoCourses:
    """Courses and their rosters; ``board_version`` counts changes for the boards of their sessions."""

    _connection: MongoConnection

    def add_course(self, course: Course) -> bool:
        """See ``Store``."""
        with self._connection.register() as register:
            return insert_once(register["courses"], to_document(course) | {BOARD: 1})

    def replace_course(self, course: Course) -> bool:
        """See ``Store``."""
        with self._connection.register() as register:
            return exchange(register["courses"], to_document(course), {"$inc": {BOARD: 1}})

    def course(self, course_id: str) -> Course | None:
        """See ``Store``."""
        with self._connection.register() as register:
            return _course(register, course_id)

    def courses(self) -> list[Course]:
        """See ``Store``."""
        with self._connection.register() as register:
            found = list(register["courses"].find().sort("_id"))
        return [from_document(Course, document) for document in found]

    def add_to_roster(self, course_id: str, student_ids: Sequence[str]) -> Course:
        """See ``Store``."""
        with self._connection.register() as register:
            if _course(register, course_id) is None:
                raise no_course(course_id)
            _need_students(register, student_ids)
            course = _change_roster(register, course_id, roster_with, student_ids)
            try:
                # As with ``keep_if_student``: either the removal of a student sees the roster, or this sees
                # that the student is gone.
                _need_students(register, student_ids)
            except StudentNotFoundError:
                _change_roster(register, course_id, roster_without, student_ids)
                raise
        return course

    def remove_from_roster(self, course_id: str, student_ids: Sequence[str]) -> Course:
        """See ``Store``."""
        with self._connection.register() as register:
            return _change_roster(register, course_id, roster_without, student_ids)

    def add_day_off(self, day_off: DayOff) -> bool:
        """See ``Store``."""
        with self._connection.register() as register:
            return insert_once(register["days_off"], to_document(day_off))

    def remove_day_off(self, day_off_id: str) -> None:
        """See ``Store``."""
        with self._connection.register() as register:
            register["days_off"].delete_one({"_id": day_off_id})

    def days_off(self) -> list[DayOff]:
        """See ``Store``."""
        with self._connection.register() as register:
            found = list(register["days_off"].find().sort([("first_day", ASCENDING), ("_id", ASCENDING)]))
        return [from_document(DayOff, document) for document in found]


def _course(register: Register, course_id: str) -> Course | None:
    document = register["courses"].find_one({"_id": course_id})
    return None if document is None else from_document(Course, document)


def _change_roster(
    register: Register,
    course_id: str,
    change: Callable[[Sequence[str] | None, Sequence[str]], Roster],
    student_ids: Sequence[str],
) -> Course:
    """Write the roster as a new version of the course; start again if the course was changed meanwhile."""
    while True:
        course = _course(register, course_id)
        if course is None:
            raise no_course(course_id)
        roster = change(course.roster, student_ids)
        if roster == course.roster:
            return course
        seen = {"_id": course_id, "version": course.version}
        written = {"$set": {"roster": list(roster or ())}, "$inc": {"version": 1, BOARD: 1}}
        if register["courses"].update_one(seen, written).matched_count:
            return replace(course, roster=roster, version=course.version + 1)


def _need_students(register: Register, student_ids: Sequence[str]) -> None:
    found = register["students"].find({"_id": {"$in": list(student_ids)}}, ONLY_ID)
    missing = set(student_ids) - {document["_id"] for document in found}
    if missing:
        raise no_student(min(missing))
