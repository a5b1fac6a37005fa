"""Which courses and students a user sees: admins all, teachers their courses and who is on them.

What is seen of a student is another question: names, roll numbers and attendance by every teacher of the
course, details by those who enrol (``Access.ENROLS``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from http import HTTPStatus

from flask import abort

from attendance.classes.general_course import GENERAL_COURSE
from attendance.people.student_details import photos_in_use
from attendance.values import Course, Student
from client.access.roles import Access, may, may_teach, the_user
from client.web.services import the_register


def visible_courses(*, hidden: bool = False) -> list[Course]:
    """The courses that the user of this request may run, by name.

    Args:
        hidden: also inactive ones.
    """
    return [course for course in the_register().courses.all(hidden=hidden) if may_teach(course)]


def own_courses() -> list[Course]:
    """Those of the visible courses whose students are the user's.

    A course for everybody that names no teacher, such as General beside other courses, makes nobody the
    teacher of the whole school. General counts while the register has no other course.
    """
    if may(Access.ADMIN):
        return visible_courses()
    me, alone = the_user().id, _general_is_alone()
    return [c for c in visible_courses() if c.roster is not None or me in c.teachers or alone]


def visible_students() -> list[Student]:
    """The students that the user of this request may see, by roll number, inactive ones too."""
    students = the_register().students.all()
    if sees_everybody():
        return students
    ids = {student_id for course in own_courses() for student_id in course.roster or ()}
    return [student for student in students if student.id in ids]


def photos_of_students() -> Counter[str]:
    """By how many photos each active student can be recognised, by the student's id."""
    return photos_in_use(the_register().store)


def sees_everybody() -> bool:
    """Whether the user sees the whole register: an admin, and who teaches a course for everybody."""
    if may(Access.ADMIN) or _general_is_alone():
        return True
    return any(course.roster is None for course in own_courses())


def require_student(student_id: str) -> Student:
    """The student, for a user who may see them; ends the request with 404 or 403 otherwise."""
    student = the_register().students.by_id(student_id)
    if not may_see(student):
        abort(HTTPStatus.FORBIDDEN)
    return student


def may_see(student: Student) -> bool:
    """Whether the user of this request may see a student's name, roll number and attendance."""
    return sees_everybody() or any(student.id in (course.roster or ()) for course in own_courses())


def may_see_details(student: Student) -> bool:
    """Whether the user may also see and change details, consent and photos of a student."""
    return bool(with_details([student]))


def with_details(students: Iterable[Student]) -> frozenset[str]:
    """The ids of those students whose details the user may see; see ``may_see_details``."""
    if not may(Access.ENROLS):
        return frozenset()
    ids = frozenset(student.id for student in students)
    if sees_everybody():
        return ids
    return ids & {student_id for course in own_courses() for student_id in course.roster or ()}


def _general_is_alone() -> bool:
    """Whether the register has no other course, not even an inactive one; General may not be stored yet."""
    return all(course.id == GENERAL_COURSE.id for course in the_register().courses.all(hidden=True))


def courses_of(student: Student) -> list[Course]:
    """The courses that have the student on their roster and that the user may run, by name."""
    return [c for c in visible_courses() if c.includes(student.id)]
