"""Which courses and students a user sees: admins all, teachers their courses and who is on them."""

from __future__ import annotations

from flask import abort

from attendance.values import Course, Role, Student
from client.access.roles import may_teach, the_user
from client.web.services import the_register


def is_admin() -> bool:
    """Whether an admin asks."""
    return the_user().role is Role.ADMIN


def visible_courses(*, hidden: bool = False) -> list[Course]:
    """The courses that the user of this request may run, by name.

    Args:
        hidden: also inactive ones.
    """
    return [course for course in the_register().courses.all(hidden=hidden) if may_teach(course)]


def visible_students() -> list[Student]:
    """The students that the user of this request may see, by roll number, inactive ones too."""
    students = the_register().students.all()
    if sees_everybody():
        return students
    ids = {student_id for course in visible_courses() for student_id in course.roster or ()}
    return [student for student in students if student.id in ids]


def students_with_photo() -> frozenset[str]:
    """The ids of all who are enrolled with a photo, by whatever engine."""
    return frozenset(template.student_id for template in the_register().store.templates())


def sees_everybody() -> bool:
    """Whether the user sees the whole register: an admin, and who teaches a course for everybody.

    While General is open it is such a course, and nobody owns it.
    """
    if is_admin() or any(course.roster is None for course in visible_courses()):
        return True
    return the_register().courses.general_runs()


def require_student(student_id: str) -> Student:
    """The student, for a user who may see them; ends the request with 404 or 403 otherwise."""
    student = the_register().students.by_id(student_id)
    if not may_see(student):
        abort(403)
    return student


def may_see(student: Student) -> bool:
    """Whether the user of this request may see a student."""
    return sees_everybody() or any(student.id in (course.roster or ()) for course in visible_courses())


def courses_of(student: Student) -> list[Course]:
    """The courses that have the student on their roster and that the user may run, by name."""
    return [c for c in visible_courses() if c.roster is None or student.id in c.roster]
