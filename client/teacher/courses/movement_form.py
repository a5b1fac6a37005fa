"""Whether a course checks that a living person checks in: the part of its form, and of General's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from attendance.classes.course_rules import MOVEMENTS
from attendance.values import Course, LivenessMode
from client.web.forms import whole_number

if TYPE_CHECKING:
    from attendance.classes.courses import CourseFields

MODES: dict[LivenessMode, tuple[LazyString, LazyString]] = {
    LivenessMode.REQUIRED: (
        _l("Required"),
        _l(
            "The phone asks for a small turn of the head. If it is wrong twice, or the phone can't show it, "
            "you confirm the student. With a plain http address, whose pages get no camera, it is only noted."
        ),
    ),
    LivenessMode.FLAG: (
        _l("Note only"),
        _l(
            "The phone asks for the turn, and everyone is marked. Where it was missing or wrong, the mark "
            "says so."
        ),
    ),
    LivenessMode.OFF: (
        _l("Off"),
        _l("The phone asks for nothing. Someone who holds up a photo of a friend can check that friend in."),
    ),
}
"""What each mode is called, and what it means."""


@dataclass(frozen=True)
class ReadMovement:
    """What a form has set."""

    liveness: LivenessMode
    movements: int
    spot_check: bool

    @property
    def fields(self) -> CourseFields:
        """The fields of the course."""
        return {"liveness": self.liveness, "movements": self.movements, "spot_check": self.spot_check}


@dataclass(frozen=True)
class MovementForm:
    """The fields as they were typed."""

    liveness: str = LivenessMode.REQUIRED.value
    movements: str = "1"
    spot_check: bool = False

    @classmethod
    def of(cls, course: Course) -> MovementForm:
        """As the register has the course."""
        return cls(course.liveness.value, str(course.movements), course.spot_check)

    @classmethod
    def sent(cls, form: MultiDict[str, str], before: Course | None) -> MovementForm:
        """As it was sent; a page from before an update sends none of it, and changes nothing."""
        if "liveness" not in form:
            return cls() if before is None else cls.of(before)
        return cls(form.get("liveness", ""), form.get("movements", ""), "spot_check" in form)

    def read(self) -> ReadMovement | None:
        """The course's fields, or None where one of them is no choice of the form."""
        movements = whole_number(self.movements, digits=1)
        if self.liveness not in {mode.value for mode in LivenessMode} or movements not in MOVEMENTS:
            return None
        return ReadMovement(LivenessMode(self.liveness), movements, self.spot_check)
