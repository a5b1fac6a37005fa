"""The API's models of courses."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from attendance.classes.course_rules import LONGEST_NAME, LONGEST_SESSION, MOVEMENTS
from attendance.values import Course, LivenessMode, ScheduleRule
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.software.api.students.student_models import StudentName
from client.software.protocol.models import NOT_SENT, ApiAnswer, shown_as
from client.software.protocol.paging import NextPage
from client.software.protocol.resources import Body
from client.web.services import the_register

MOST_NAMES = 5000  # per roster and call
Minutes = Annotated[int, Field(ge=1, le=LONGEST_SESSION)]
StudentNames = Annotated[list[StudentName], Field(max_length=MOST_NAMES)]
_LATE = "Minutes after the start from which a check-in is late; null means never."
_CLOSES = "Minutes after the start at which check-in closes."
_INTERVAL = "Seconds for which the projector page shows each code."
_STATIC = "Whether the course's fixed code, such as one on a poster, is accepted too."
_ACTIVE = "Whether sessions can be opened. An inactive course keeps its marks."
_FIRST_DAY = "The first day with classes, YYYY-MM-DD; null means from the beginning."
_LAST_DAY = "The last day with classes, YYYY-MM-DD; null means without an end."
_LIVENESS = (
    "Whether phones check that it is a living person: `off`, `flag` (marks note where the movement is "
    "missing), or `required` (a teacher decides where it is missing)."
)
_MOVEMENTS = "The number of movements that phones ask for."
_SPOT_CHECK = "Whether the live board reminds of a spot check in each session."
_SCHEDULE = "Weekly meetings; empty if teachers open sessions by hand."


class Meeting(Body):
    """A weekly meeting of a course."""

    weekday: int = Field(ge=0, le=6, description="The weekday; 0 is Monday.", examples=[0])
    start: str = Field(
        pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$",
        description="Start time in the site's time zone.",
        examples=["09:00"],
    )
    minutes: Minutes = Field(description="The length in minutes.", examples=[90])

    @property
    def rule(self) -> ScheduleRule:
        """The meeting as a rule of the course's schedule."""
        return ScheduleRule(self.weekday, self.start, self.minutes)


class CourseAbout(ApiAnswer):
    """A course."""

    id: str = Field(description="The course's id, which never changes.", examples=["physics"])
    name: str = Field(description="The course's name.", examples=["Physics"])
    everybody: bool = Field(description="Whether the roster is every active student rather than a list.")
    students: int | None = Field(
        description="The number of students on the roster; null if `everybody` is true.", examples=[28]
    )
    teachers: list[str] = Field(description="The teachers' usernames.", examples=[["grace"]])
    late_after_minutes: int | None = Field(description=_LATE, examples=[10])
    closes_after_minutes: int = Field(description=_CLOSES, examples=[90])
    code_interval: int = Field(description=_INTERVAL, examples=[15])
    static_code: bool = Field(description=_STATIC)
    active: bool = Field(description=_ACTIVE)
    schedule: list[Meeting] = Field(description=_SCHEDULE)
    first_day: date | None = Field(description=_FIRST_DAY, examples=["2026-09-01"])
    last_day: date | None = Field(description=_LAST_DAY, examples=["2027-06-30"])
    liveness: LivenessMode = Field(description=_LIVENESS, examples=["required"])
    movements: int = Field(description=_MOVEMENTS, examples=[1])
    spot_check: bool = Field(description=_SPOT_CHECK)

    @classmethod
    def of(cls, course: Course) -> CourseAbout:
        """The public view of a course."""
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
            first_day=_date(course.first_day),
            last_day=_date(course.last_day),
            liveness=course.liveness,
            movements=course.movements,
            spot_check=course.spot_check,
        )


class CoursePage(ApiAnswer):
    """A page of courses, sorted by name."""

    items: list[CourseAbout] = Field(description="The courses on this page.")
    next: NextPage


class CoursePath(BaseModel):
    """The course to access."""

    course: str = Field(min_length=1, max_length=200, description="The course's id.")


_CONVERTED_FIELDS = {"name", "roster", "everybody", "teachers", "schedule", "first_day", "last_day"}
"""Fields whose form differs in ``attendance.classes.courses``."""
_DAYS = ("first_day", "last_day")


class CourseRules(Body):
    """The rules of a course; omitted fields stay unchanged, and null clears a limit or a day."""

    everybody: bool = Field(
        NOT_SENT, description="Whether the roster is every active student rather than a list."
    )
    teachers: list[Annotated[str, Field(max_length=200)]] = Field(
        NOT_SENT, max_length=100, description="The teachers' usernames.", examples=[["grace"]]
    )
    late_after_minutes: Annotated[int, Field(ge=0, le=LONGEST_SESSION)] | None = Field(
        None, description=_LATE, examples=[10]
    )
    closes_after_minutes: Minutes = Field(NOT_SENT, description=_CLOSES, examples=[90])
    code_interval: int = Field(NOT_SENT, description=_INTERVAL, ge=1, le=3600, examples=[15])
    static_code: bool = Field(NOT_SENT, description=_STATIC)
    active: bool = Field(NOT_SENT, description=_ACTIVE)
    schedule: list[Meeting] = Field(NOT_SENT, max_length=100, description=_SCHEDULE)
    first_day: date | None = Field(None, description=_FIRST_DAY, examples=["2026-09-01"])
    last_day: date | None = Field(None, description=_LAST_DAY, examples=["2027-06-30"])
    liveness: LivenessMode = Field(NOT_SENT, description=_LIVENESS, examples=["required"])
    movements: int = Field(NOT_SENT, description=_MOVEMENTS, ge=MOVEMENTS[0], le=MOVEMENTS[-1], examples=[1])
    spot_check: bool = Field(NOT_SENT, description=_SPOT_CHECK)

    def fields(self) -> dict[str, Any]:
        """The fields that were sent, as arguments for ``attendance.classes.courses``."""
        sent = self.model_fields_set
        fields = self.model_dump(exclude_unset=True, exclude=_CONVERTED_FIELDS)
        if "teachers" in sent:
            fields["teachers"] = [_user_id(username) for username in self.teachers]
        if "schedule" in sent:
            fields["schedule"] = [meeting.rule for meeting in self.schedule]
        if "everybody" in sent:
            fields["roster"] = None if self.everybody else ()
        for name in sent.intersection(_DAYS):
            day: date | None = getattr(self, name)
            fields[name] = None if day is None else day.isoformat()
        return fields


class NewCourseBody(CourseRules):
    """A course to add."""

    model_config = ConfigDict(json_schema_extra=shown_as(name="Physics", roster=["17", "18"]))

    name: str = Field(
        min_length=1, max_length=LONGEST_NAME, description="The course's name.", examples=["Physics"]
    )
    roster: StudentNames = Field(
        NOT_SENT, description="Ids or roll numbers of the students on the roster.", examples=[["17", "18"]]
    )


class CourseChange(CourseRules):
    """The fields of a course to change."""

    model_config = ConfigDict(json_schema_extra=shown_as(late_after_minutes=10))

    name: str = Field(
        NOT_SENT,
        min_length=1,
        max_length=LONGEST_NAME,
        description="The course's new name.",
        examples=["Physics"],
    )


class RosterChange(Body):
    """Students to add to the roster and to remove from it; marks stay."""

    model_config = ConfigDict(json_schema_extra=shown_as(add=["17", "18"]))

    add: StudentNames = Field(
        default_factory=list, description="Ids or roll numbers of students to add.", examples=[["17", "18"]]
    )
    remove: StudentNames = Field(
        default_factory=list, description="Ids or roll numbers of students to remove.", examples=[["19"]]
    )


def _date(day: str | None) -> date | None:
    return None if day is None else date.fromisoformat(day)


def _user_id(username: str) -> str:
    user = the_register().accounts.by_name(username)
    if user is None:
        raise ApiProblemError(ProblemCode.NOT_POSSIBLE, f"No user is called {username!r}.")
    return user.id
