"""The form of a course: what was typed, and what the register takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from attendance.values import Course, ScheduleRule
from client.teacher.courses.movement_form import MovementForm, ReadMovement
from client.web.forms import whole_number

SPARE_MEETINGS = 2  # empty lines of the schedule, for more of them without a script
MOST_MEETINGS = 40  # a week has no more of one course
MOST_DIGITS = 5


@dataclass(frozen=True)
class TypedMeeting:
    """A line of the schedule as it was typed."""

    weekday: str = "0"
    start: str = ""
    minutes: str = ""


@dataclass
class CourseForm:
    """A course as it was typed; ``errors`` by the name of the field."""

    name: str = ""
    late_after: str = ""
    closes_after: str = "90"
    code_interval: str = "15"
    first_day: str = ""
    last_day: str = ""
    static_code: bool = False
    movement: MovementForm = field(default_factory=MovementForm)
    everybody: bool = False
    active: bool = True
    teachers: list[str] = field(default_factory=list)
    meetings: list[TypedMeeting] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, course: Course) -> CourseForm:
        """As the register has the course."""
        late = course.late_after_minutes
        return cls(
            name=course.name,
            late_after="" if late is None else str(late),
            closes_after=str(course.closes_after_minutes),
            code_interval=str(course.code_interval),
            first_day=course.first_day or "",
            last_day=course.last_day or "",
            static_code=course.static_code,
            movement=MovementForm.of(course),
            everybody=course.roster is None,
            active=course.active,
            teachers=list(course.teachers),
            meetings=[TypedMeeting(str(r.weekday), r.start, str(r.minutes)) for r in course.schedule],
        )

    @classmethod
    def sent(cls, form: MultiDict[str, str], before: Course | None = None) -> CourseForm:
        """As it was sent.

        Args:
            form: what was sent.
            before: the course as it is; None for a new one.
        """
        lines = zip(form.getlist("weekday"), form.getlist("start"), form.getlist("minutes"), strict=False)
        return cls(
            name=form.get("name", ""),
            late_after=form.get("late_after", "").strip(),
            closes_after=form.get("closes_after", "").strip(),
            code_interval=form.get("code_interval", "").strip(),
            first_day=form.get("first_day", "").strip(),
            last_day=form.get("last_day", "").strip(),
            static_code="static_code" in form,
            movement=MovementForm.sent(form, before),
            everybody="everybody" in form,
            active="active" in form,
            teachers=form.getlist("teachers"),
            meetings=[TypedMeeting(*map(str.strip, line)) for line in lines if line[1].strip()],
        )

    @property
    def lines(self) -> list[TypedMeeting]:
        """The lines of the schedule that the page shows: what is there, and some empty ones."""
        spare = TypedMeeting(minutes=self.closes_after)
        return [*self.meetings, *[spare] * SPARE_MEETINGS]

    def read(self, known_teachers: Mapping[str, str]) -> ReadCourse | None:
        """The course's fields, or None where a field is no number; what is wrong is in ``errors``.

        Args:
            known_teachers: names by id of the users who may be named.
        """
        late = None
        if self.late_after:
            late = self._number("late_after", self.late_after)
        closes = self._number("closes_after", self.closes_after)
        interval = self._number("code_interval", self.code_interval)
        schedule = tuple(self._rules())
        if len(schedule) > MOST_MEETINGS:
            self.errors["schedule"] = ngettext(
                "A week can have at most %(num)d meeting.",
                "A week can have at most %(num)d meetings.",
                MOST_MEETINGS,
            )
        if any(teacher not in known_teachers for teacher in self.teachers):
            self.errors["teachers"] = _("One of these accounts no longer exists. Choose again.")
        movement = self.movement.read()
        if movement is None:
            self.errors["movement"] = _("Choose one of these.")
        if self.errors or movement is None or closes is None or interval is None:
            return None
        return ReadCourse(late, closes, interval, schedule, movement)

    def _rules(self) -> Iterator[ScheduleRule]:
        for meeting in self.meetings:
            weekday = whole_number(meeting.weekday, digits=MOST_DIGITS)
            minutes = whole_number(meeting.minutes, digits=MOST_DIGITS)
            if weekday is None or minutes is None:
                self.errors["schedule"] = _(
                    "Enter a day, a start time and a number of minutes for each meeting."
                )
                return
            yield ScheduleRule(weekday, meeting.start[:5], minutes)

    def _number(self, name: str, text: str) -> int | None:
        number = whole_number(text, digits=MOST_DIGITS)
        if number is None:
            self.errors[name] = _("Enter a whole number, such as 15.")
        return number


@dataclass(frozen=True)
class ReadCourse:
    """The numbers of a form, and its schedule."""

    late_after_minutes: int | None
    closes_after_minutes: int
    code_interval: int
    schedule: tuple[ScheduleRule, ...]
    movement: ReadMovement
