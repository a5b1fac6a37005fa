"""The question before a session that may be a mistake, and what was confirmed of it."""

from __future__ import annotations

from flask import render_template, request
from flask_babel import gettext as _

from attendance.classes.session_doubts import DoubtKind, SessionDoubt, SessionDoubtError
from attendance.values import Course
from client.problems.table import problem_of
from client.web.wording import clock_time, full_date


def confirmed_doubts() -> list[DoubtKind]:
    """What the person has confirmed in the form of this request."""
    known = {kind.value: kind for kind in DoubtKind}
    return [known[text] for text in request.form.getlist("confirmed") if text in known]


def doubts_page(error: SessionDoubtError, course: Course, *, opens_now: bool) -> tuple[str, int]:
    """Ask whether to create the session all the same.

    Args:
        error: what to confirm.
        course: whose session.
        opens_now: whether it opens at once, or is planned.
    """
    kept = {name: text for name, text in request.form.items() if name not in ("confirmed", "csrf_token")}
    confirmed = [*confirmed_doubts(), *(doubt.kind for doubt in error.doubts)]
    page = render_template(
        "teacher/sessions/confirm.html",
        course=course,
        sentences=[str(_sentence(doubt, course)) for doubt in error.doubts],
        confirmed=confirmed,
        kept=kept,
        opens_now=opens_now,
        is_closed_by_the_clock=DoubtKind.OVER not in confirmed,
        day=error.doubts[0].day,
    )
    return page, problem_of(error).status


def _sentence(doubt: SessionDoubt, course: Course) -> object:
    day = full_date(doubt.day)
    if doubt.kind is DoubtKind.OVER:
        return _(
            "This time is over. You can mark students by hand; nobody is absent until you close the session."
        )
    if doubt.kind is DoubtKind.BEGUN:
        return _("This time has begun already, so the session opens at once.")
    if doubt.kind is DoubtKind.DAY_OFF and doubt.day_off:
        return _("%(day)s is a day off: %(name)s.", day=day, name=doubt.day_off.name)
    if doubt.kind is DoubtKind.OVERLAP and doubt.other:
        return _(
            "%(course)s has another session at this time. It opens at %(time)s.",
            course=course.name,
            time=clock_time(doubt.other),
        )
    if course.first_day and doubt.day < course.first_day:
        return _("%(course)s begins on %(day)s.", course=course.name, day=full_date(course.first_day))
    return _("%(course)s ended on %(day)s.", course=course.name, day=full_date(course.last_day or doubt.day))
