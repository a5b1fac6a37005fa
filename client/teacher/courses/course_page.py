"""The page of one course: after a visit, or with what stood against a change of its roster."""

from __future__ import annotations

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from attendance.classes.general_course import GENERAL_COURSE
from attendance.values import Course, LivenessMode, Student
from client.access.roles import Access, may, whom_to_ask
from client.access.visible_students import visible_students
from client.teacher.courses.movement_form import MODES, MovementForm
from client.teacher.row_pages import RowPages
from client.web.services import the_register
from client.web.student_search import matches
from client.web.wording import weekday_names

MOST_FOUND = 100  # students offered for the roster at once; a search narrows them down


def show_course(course: Course, *, typed: str = "", error: str = "", query: str | None = None) -> str:
    """Render the page.

    Args:
        course: which.
        typed: roll numbers that were typed and could not be taken.
        error: why not.
        query: what students are searched by; None takes it from the address.
    """
    register = the_register()
    query = request.args.get("q", "").strip()[:100] if query is None else query
    enrols = may(Access.ENROLS)
    others = _others(course, query) if query and enrols else []
    members = register.courses.members(course)
    roster_pages, places = RowPages.fitting(
        [f"{student.roll_number} {student.name}" for student in members], kept=["q"]
    )
    users = {user.id: user.name for user in register.store.users()}
    return render_template(
        "teacher/courses/show.html",
        course=course,
        members=[members[place] for place in places],
        on_roster=len(members),
        roster_pages=roster_pages,
        teachers=[users[teacher] for teacher in course.teachers if teacher in users],
        weekdays=weekday_names(),
        is_general=course.id == GENERAL_COURSE.id,
        movement=MovementForm.of(course),
        modes=MODES,
        living_person=_living_person(course),
        general_runs=register.courses.general_runs(),
        only_general=not [c for c in register.courses.all() if c.id != GENERAL_COURSE.id],
        is_admin=may(Access.ADMIN),
        whom_to_ask="" if enrols else whom_to_ask(),
        query=query,
        others=others[:MOST_FOUND],
        too_many=len(others) > MOST_FOUND,
        typed=typed,
        error=error,
    )


def _living_person(course: Course) -> str:
    """What the course makes of the movement that phones ask for: a few words."""
    if course.liveness is LivenessMode.OFF:
        return str(_("not checked"))
    if course.liveness is LivenessMode.FLAG:
        words = ngettext(
            "%(num)d turn of the head; a missing one is noted",
            "%(num)d turns of the head; missing ones are noted",
            course.movements,
        )
    else:
        words = ngettext(
            "%(num)d turn of the head, required", "%(num)d turns of the head, required", course.movements
        )
    return str(words)


def _others(course: Course, query: str) -> list[Student]:
    """Active students that the user sees, who are not on the roster and whom a search finds."""
    there = frozenset(course.roster or ())
    return [
        s for s in visible_students() if s.active and s.id not in there and matches(s, query, details=True)
    ]
