"""The reports that an address asks for, of what the user may see."""

from __future__ import annotations

from flask import request

from attendance.reports.content.report_builder import Shown
from attendance.reports.content.values import CourseReport, SessionReport, StudentReport
from client.access.roles import require_course
from client.access.visible_students import require_student, visible_courses
from client.teacher.reports.day_ranges import ReportDays
from client.web.services import the_register


def wants_how() -> bool:
    """Whether to show check-in methods; only if the address asks for them."""
    return request.args.get("how") == "yes"


def of_course(course_id: str, span: ReportDays, *, methods: bool) -> CourseReport:
    """The report of a course; ends the request where it is not the user's."""
    require_course(the_register().courses.get(course_id))
    return the_register().reports.of_course(course_id, span.first, span.last, methods=methods)


def of_session(session_id: str, shown: Shown | None = None) -> SessionReport:
    """The report of a session; ends the request where its course is not the user's."""
    found = the_register().class_sessions.get(session_id)
    require_course(the_register().courses.get(found.course_id))
    return the_register().reports.of_session(found.id, methods=wants_how(), shown=shown)


def of_student(student_id: str, span: ReportDays) -> StudentReport:
    """The report of a student in the user's courses; ends the request where they may not see the student."""
    require_student(student_id)
    mine = [course.id for course in visible_courses(hidden=True)]
    return the_register().reports.of_student(student_id, span.first, span.last, mine, methods=wants_how())
