"""Courses: their rules, rosters and teachers."""

from __future__ import annotations

from dataclasses import replace

from flask import Response

from attendance.accounts.api_tokens import Scope
from attendance.people.finding import all_named
from attendance.values import Course
from client.problems.problem_kinds import ProblemCode
from client.software.api.course_models import (
    CourseAbout,
    CourseChange,
    CoursePage,
    CoursePath,
    NewCourseBody,
    RosterChange,
)
from client.software.protocol.guard import caller
from client.software.protocol.idempotency import idempotent
from client.software.protocol.paging import PageQuery, page_of
from client.software.protocol.resources import JSON_ONLY, Resource, api_response
from client.web.services import the_register

blueprint = Resource("courses", __name__, description="Courses: their rules, rosters and teachers.")
_WRITES = (ProblemCode.NOT_FOUND, ProblemCode.NOT_POSSIBLE)


@blueprint.call("GET", "/courses", scope=Scope.COURSES_READ, returns={200: CoursePage})
def list_courses(query: PageQuery) -> Response:
    """List courses by name, including inactive ones."""
    courses = the_register().courses.all(hidden=True)
    chosen, following = page_of(courses, query, "courses", _key)
    return api_response(CoursePage(items=[CourseAbout.of(course) for course in chosen], next=following))


@blueprint.call(
    "POST",
    "/courses",
    scope=Scope.COURSES_WRITE,
    accepts=JSON_ONLY,
    returns={201: CourseAbout},
    problems=_WRITES,
)
@idempotent
def add_course(body: NewCourseBody) -> Response:
    """Add a course. To read its roster, use `GET /students?course=…`."""
    fields = body.fields()
    if "roster" in body.model_fields_set and not body.everybody:
        fields["roster"] = all_named(the_register().store, body.roster)
    course = the_register().courses.add(body.name, **fields)
    _note_roster(replace(course, roster=()), course)
    return api_response(CourseAbout.of(course), created=f"/courses/{course.id}")


@blueprint.call(
    "GET",
    "/courses/<string:course>",
    scope=Scope.COURSES_READ,
    returns={200: CourseAbout},
    problems=(ProblemCode.NOT_FOUND,),
)
def get_course(path: CoursePath) -> Response:
    """Get a course."""
    return _response(the_register().courses.get(path.course))


@blueprint.call(
    "PATCH",
    "/courses/<string:course>",
    scope=Scope.COURSES_WRITE,
    accepts=JSON_ONLY,
    returns={200: CourseAbout},
    problems=_WRITES,
)
@idempotent
def change_course(path: CoursePath, body: CourseChange) -> Response:
    """Change a course. Existing sessions keep their times."""
    fields = body.fields()
    if fields.get("roster") == () and the_register().courses.get(path.course).roster is not None:
        del fields["roster"]  # keep the existing roster
    before = the_register().courses.get(path.course)
    if "name" in body.model_fields_set:
        fields["name"] = body.name
    course = the_register().courses.change(path.course, **fields)
    _note_roster(before, course)
    return _response(course)


@blueprint.call(
    "POST",
    "/courses/<string:course>/roster",
    scope=Scope.COURSES_WRITE,
    accepts=JSON_ONLY,
    returns={200: CourseAbout},
    problems=_WRITES,
)
@idempotent
def change_roster(path: CoursePath, body: RosterChange) -> Response:
    """Add students to the roster and remove others. One who is unknown fails the whole call."""
    courses = the_register().courses
    course = before = courses.get(path.course)
    added, removed = (all_named(the_register().store, names) for names in (body.add, body.remove))
    if added:
        course = courses.add_to_roster(course.id, added)
    if removed:
        course = courses.remove_from_roster(course.id, removed)
    _note_roster(before, course)
    return _response(course)


def _key(course: Course) -> str:
    """In the order of ``Courses.all``; names contain nothing that comes before the tab."""
    return f"{course.name.casefold()}\t{course.id}"


def _note_roster(before: Course, after: Course) -> None:
    the_register().student_history.note_roster(before, after, by=caller())


def _response(course: Course) -> Response:
    return api_response(CourseAbout.of(course))
