"""Putting students on a course's roster, and taking them off."""

from __future__ import annotations

import re

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from attendance.errors import StudentNotFoundError
from attendance.values import Course
from client.access.roles import Access, Pages, require_course, the_user
from client.problems.refusals import RequestProblem
from client.problems.table import status_of
from client.teacher.courses.course_page import show_course
from client.web.services import the_register

blueprint = Pages("course_roster", __name__, access=Access.ENROLS, url_prefix="/teach/courses/<course_id>")

_BETWEEN = re.compile(r"[,;\n\r\t]+")  # a roll number may hold a space
_NO_SUCH_NUMBER = status_of(RequestProblem.NOT_POSSIBLE)  # what was typed is wrong, not the address


@blueprint.post("/add")
def add(course_id: str) -> Response | tuple[str, int]:
    """Put on the roster whose roll numbers were typed or ticked."""
    course = _course(course_id)
    typed = request.form.get("roll_numbers", "")
    wanted = [part.strip() for part in _BETWEEN.split(typed) if part.strip()]
    wanted += request.form.getlist("student")
    if not wanted:
        return show_course(course, error=_("Enter roll numbers or tick students first.")), 422
    try:
        after = the_register().courses.add_to_roster(course.id, wanted)
    except StudentNotFoundError as error:
        return show_course(course, typed=typed, error=str(error), query=""), _NO_SUCH_NUMBER
    the_register().student_history.note_roster(course, after, by=the_user().id)
    count = len(after.roster or ()) - len(course.roster or ())
    flash(
        ngettext("%(num)d student was added.", "%(num)d students were added.", max(0, count)),
        "ok",
    )
    return _back(course)


@blueprint.post("/remove")
def remove(course_id: str) -> Response | tuple[str, int]:
    """Take the ticked students off the roster; marks stay, and adding them again undoes it."""
    course = _course(course_id)
    wanted = request.form.getlist("student")
    if not wanted:
        return show_course(course, error=_("First tick the students to remove.")), 422
    try:
        after = the_register().courses.remove_from_roster(course.id, wanted)
    except StudentNotFoundError as error:
        return show_course(course, error=str(error)), _NO_SUCH_NUMBER
    the_register().student_history.note_roster(course, after, by=the_user().id)
    names = ", ".join(wanted[:20])
    flash(_("Removed from the roster: %(names)s. Their marks are kept.", names=names), "ok")
    return _back(course)


def _course(course_id: str) -> Course:
    return require_course(the_register().courses.get(course_id))


def _back(course: Course) -> Response:
    return redirect(url_for("courses.show", course_id=course.id), 303)
