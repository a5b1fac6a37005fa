"""Courses: their rules, rosters and teachers."""

from __future__ import annotations

from typing import Annotated, Any

from flask import Response
from pydantic import BaseModel, Field

from attendance.accounts.api_tokens import Scope
from attendance.classes.course_rules import LONGEST_NAME, LONGEST_SESSION
from attendance.values import Course, ScheduleRule
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.software.api.people import RollNumber
from client.software.protocol.idempotency import idempotent
from client.software.protocol.models import ApiAnswer
from client.software.protocol.resources import WITH_JSON, Body, Resource, answer_of
from client.web.services import the_register

blueprint = Resource("courses", __name__, description="Courses: their rules, rosters and teachers.")
MOST_NAMES = 5000  # of one roster, in one call
Minutes = Annotated[int, Field(ge=1, le=LONGEST_SESSION)]
RollNumbers = Annotated[list[RollNumber], Field(max_length=MOST_NAMES)]
_LATE = "From so many minutes after the beginning a check-in is late; null: never."
_CLOSES = "So many minutes after the beginning nobody can check in any more."
_STATIC = "Whether a code that never changes is accepted too, such as one on a poster."
_ACTIVE = "Whether sessions may be opened; one that is switched off is kept for its marks."
_SCHEDULE = "When it meets each week; empty: whenever a teacher opens a session."
_WRITES = (
    ProblemCode.NOT_FOUND,
    ProblemCode.NOT_POSSIBLE,
    ProblemCode.KEY_REUSED,
)


class Meeting(Body):
    """A time of the week at which a course meets."""

    weekday: int = Field(ge=0, le=6, description="0 is Monday.", examples=[0])
    start: str = Field(
        pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="On the site's clock.", examples=["09:00"]
    )
    minutes: Minutes = Field(description="How long it takes.", examples=[90])

    @property
    def rule(self) -> ScheduleRule:
        """The meeting as a course keeps it."""
        return ScheduleRule(self.weekday, self.start, self.minutes)


class CourseAbout(ApiAnswer):
    """A course."""

    id: str = Field(description="Never changes.", examples=["physics"])
    name: str = Field(description="What people call it.", examples=["Physics"])
    everybody: bool = Field(description="Whether the roster is every active student.")
    students: int | None = Field(description="How many are on the roster; null for everybody.", examples=[28])
    teachers: list[str] = Field(description="Usernames.", examples=[["grace"]])
    late_after_minutes: int | None = Field(description=_LATE, examples=[10])
    closes_after_minutes: int = Field(description=_CLOSES, examples=[90])
    code_interval: int = Field(description="Seconds that a code on the wall is shown.", examples=[15])
    static_code: bool = Field(description=_STATIC)
    active: bool = Field(description=_ACTIVE)
    schedule: list[Meeting] = Field(description=_SCHEDULE)

    @classmethod
    def of(cls, course: Course) -> CourseAbout:
        """What is told of a course."""
        users = (the_register().accounts.find(user_id) for user_id in course.teachers)
        return cls(
            id=course.id,
            name=course.name,
            everybody=course.roster is None,
            students=None if course.roster is None else len(course.roster),
            teachers=[user.username for user in users if user is not None],
            late_after_minutes=course.late_after_minutes,
            closes_after_minutes=course.closes_after_minutes,
            code_interval=course.code_interval,
            static_code=course.static_code,
            active=course.active,
            schedule=[Meeting(weekday=r.weekday, start=r.start, minutes=r.minutes) for r in course.schedule],
        )


class CourseList(ApiAnswer):
    """Courses by name."""

    items: list[CourseAbout] = Field(description="All of them.")


class CoursePath(BaseModel):
    """Which course."""

    course: str = Field(min_length=1, max_length=200, description="The course's id.")


_SAID_OTHERWISE = {"name", "roster", "everybody", "teachers", "schedule"}
"""Fields that courses take in another form."""


class CourseRules(Body):
    """What can be said of a course; what is left out stays as it is."""

    everybody: bool | None = Field(
        None, description="True: every active student; false: those on the roster."
    )
    teachers: list[Annotated[str, Field(max_length=200)]] | None = Field(
        None, max_length=100, description="Usernames.", examples=[["grace"]]
    )
    late_after_minutes: Annotated[int, Field(ge=0, le=LONGEST_SESSION)] | None = Field(
        None, description=_LATE, examples=[10]
    )
    closes_after_minutes: Minutes | None = Field(None, description=_CLOSES, examples=[90])
    code_interval: int | None = Field(
        None, description="Seconds that a code on the wall is shown.", ge=1, le=3600, examples=[15]
    )
    static_code: bool | None = Field(None, description=_STATIC)
    active: bool | None = Field(None, description=_ACTIVE)
    schedule: list[Meeting] | None = Field(None, max_length=100, description=_SCHEDULE)

    def fields(self) -> dict[str, Any]:
        """What was said, as ``attendance.classes.courses`` takes it."""
        given = self.model_dump(exclude_unset=True, exclude=_SAID_OTHERWISE)
        # null means something for this one alone: nobody is late
        wanted = {k: v for k, v in given.items() if v is not None or k == "late_after_minutes"}
        if self.teachers is not None:
            wanted["teachers"] = [_user_id(username) for username in self.teachers]
        if self.schedule is not None:
            wanted["schedule"] = [meeting.rule for meeting in self.schedule]
        if self.everybody is not None:
            wanted["roster"] = None if self.everybody else ()
        return wanted


class NewCourseBody(CourseRules):
    """A course to be set up."""

    name: str = Field(
        min_length=1, max_length=LONGEST_NAME, description="What people call it.", examples=["Physics"]
    )
    roster: RollNumbers | None = Field(
        None, description="Roll numbers; none: nobody yet.", examples=[["17", "18"]]
    )


class CourseChange(CourseRules):
    """What changes of a course."""

    name: str | None = Field(
        None, min_length=1, max_length=LONGEST_NAME, description="A new name.", examples=["Physics"]
    )


class RosterChange(Body):
    """Who is put on the roster and who is taken off; marks stay."""

    add: RollNumbers = Field(default_factory=list, description="Roll numbers.", examples=[["17", "18"]])
    remove: RollNumbers = Field(default_factory=list, description="Roll numbers.", examples=[["19"]])


@blueprint.call("GET", "/courses", scope=Scope.COURSES_READ, gives={200: CourseList})
def list_courses() -> Response:
    """All courses by name, those included that are switched off."""
    courses = the_register().courses.all(hidden=True)
    return answer_of(CourseList(items=[CourseAbout.of(course) for course in courses]))


@blueprint.call(
    "POST",
    "/courses",
    scope=Scope.COURSES_WRITE,
    takes=WITH_JSON,
    gives={201: CourseAbout},
    problems=_WRITES,
)
@idempotent
def add_course(body: NewCourseBody) -> Response:
    """Set up a course; its roster is in students?course=."""
    fields = body.fields()
    if body.roster is not None and body.everybody is not True:
        fields["roster"] = body.roster
    course = the_register().courses.add(body.name, **fields)
    return answer_of(CourseAbout.of(course), made=f"/courses/{course.id}")


@blueprint.call(
    "GET",
    "/courses/<string:course>",
    scope=Scope.COURSES_READ,
    gives={200: CourseAbout},
    problems=(ProblemCode.NOT_FOUND,),
)
def show_course(path: CoursePath) -> Response:
    """One course."""
    return _told(the_register().courses.get(path.course))


@blueprint.call(
    "PATCH",
    "/courses/<string:course>",
    scope=Scope.COURSES_WRITE,
    takes=WITH_JSON,
    gives={200: CourseAbout},
    problems=_WRITES,
)
@idempotent
def change_course(path: CoursePath, body: CourseChange) -> Response:
    """Change a course; sessions that exist keep the times that they were made with."""
    fields = body.fields()
    if body.everybody is False and the_register().courses.get(path.course).roster is not None:
        del fields["roster"]  # it has a roster already, and keeps it
    return _told(the_register().courses.change(path.course, name=body.name, **fields))


@blueprint.call(
    "POST",
    "/courses/<string:course>/roster",
    scope=Scope.COURSES_WRITE,
    takes=WITH_JSON,
    gives={200: CourseAbout},
    problems=_WRITES,
)
@idempotent
def change_roster(path: CoursePath, body: RosterChange) -> Response:
    """Put students on the roster and take others off; a roll number that nobody has changes nothing."""
    courses = the_register().courses
    course = courses.get(path.course)
    for roll_number in (*body.add, *body.remove):
        the_register().students.get(roll_number)
    if body.add:
        course = courses.add_to_roster(course.id, body.add)
    if body.remove:
        course = courses.remove_from_roster(course.id, body.remove)
    return _told(course)


def _user_id(username: str) -> str:
    user = the_register().accounts.by_name(username)
    if user is None:
        raise ApiProblemError(ProblemCode.NOT_POSSIBLE, f"There is no user called {username!r}.")
    return user.id


def _told(course: Course) -> Response:
    return answer_of(CourseAbout.of(course))
