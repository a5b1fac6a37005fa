"""The page of notices: scheduled and sent ones, and a button that sends now."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from attendance.notices.catalogue import catalogue
from attendance.notices.problems import is_perhaps_sent, next_try, problem_of
from attendance.notices.values import Obstacle, Planned, Step
from attendance.register import Register
from attendance.values import Notice, NoticeKind, NoticeState, Student
from client.access.roles import Access, Pages, may
from client.access.visible_students import may_see_details, visible_courses
from client.web.services import the_register
from client.web.translations import CATALOGUES
from client.web.wording import date_and_time

_log = logging.getLogger(__name__)
MOST_TOLD = 200  # rows of what was sent; older ones are in the register
blueprint = Pages("notices", __name__, access=Access.TEACHER, url_prefix="/teach/notices")

KINDS = {NoticeKind.ABSENT: _l("Absence"), NoticeKind.BELOW_LIMIT: _l("Below the limit")}
ORDER = (Step.DUE, Step.RETRY, Step.WAITING, Step.STUCK)
OBSTACLES = {
    Obstacle.NO_ADDRESS: _l("No e-mail address is stored."),
    Obstacle.BAD_ADDRESS: _l("No e-mail can be sent to this address. Correct it."),
}


@dataclass(frozen=True)
class Coming:
    """A notice that would be sent.

    Attributes:
        state: ``due``, ``waiting``, ``retry`` or ``stuck``.
        when: what happens next, in words.
        to: the address; empty for users who may not see it.
        subject: of the e-mail.
        text: the whole of it.
    """

    planned: Planned
    state: str
    when: str
    to: str
    subject: str
    text: str


@dataclass(frozen=True)
class NoticeRow:
    """A notice that was sent, or not.

    Attributes:
        state: ``sent``, ``perhaps``, ``sending``, ``retry`` or ``failed``.
        at: when it last changed.
        name: the student's; empty where they are gone.
        course: the course's name.
        to: the address; empty for users who may not see it.
        detail: why it was not sent, and when it is tried again; the mail server's answer, which may hold the
            address, is for the same users.
    """

    notice: Notice
    state: str
    at: datetime
    name: str
    course: str
    to: str
    detail: str


def init_notices(register: Register) -> None:
    """Start sending notices that are due, in the site's language."""
    if register.notices.is_on and register.notices.missing:
        _log.warning("Notices can't be sent: set %s.", " and ".join(register.notices.missing))
    register.notices.speak(catalogue(CATALOGUES, register.settings.notices_language))
    register.notices.start()


@blueprint.get("/")
def index() -> str:
    """Scheduled and sent notices of the user's courses."""
    register = the_register()
    notices, names = register.notices, {course.id: course.name for course in visible_courses(hidden=True)}
    planned = [one for one in notices.plan() if one.course.id in names]
    coming = [_coming(one) for one in sorted(planned, key=lambda one: ORDER.index(one.step))]
    can_send = notices.is_on and not notices.missing
    last = notices.last
    return render_template(
        "teacher/notices/index.html",
        is_on=notices.is_on,
        missing=notices.missing,
        kinds=[KINDS[kind] for kind in NoticeKind if kind in register.settings.notices],
        kind_words=KINDS,
        after=int(register.settings.notices_after.total_seconds() // 60),
        coming=coming,
        told=_told(names),
        ready=sum(one.state != "stuck" for one in coming) if can_send else 0,
        is_sending=notices.is_sending,
        is_admin=may(Access.ADMIN),
        trouble=last.problem if last is not None and may(Access.ADMIN) else None,
    )


@blueprint.post("/send")
def send() -> Response:
    """Send all scheduled notices in the background."""
    notices = the_register().notices
    if not notices.is_on:
        flash(_("Notices are off. Nothing was sent."), "warn")
    elif notices.missing:
        if may(Access.ADMIN):
            flash(_("Set %(names)s first. Nothing was sent.", names=" + ".join(notices.missing)), "warn")
        else:
            flash(_("The mail server is not set up. Nothing was sent."), "warn")
    elif notices.send_soon(at_once=True, courses=_visible_ids()):
        flash(_("The notices are being sent. Reload this page to see the result."), "ok")
    else:
        flash(_("Notices are already being sent."), "info")
    return redirect(url_for("notices.index"), HTTPStatus.SEE_OTHER)


def _visible_ids() -> Collection[str]:
    return {course.id for course in visible_courses(hidden=True)}


def _coming(planned: Planned) -> Coming:
    letter = the_register().notices.text_of(planned)
    if planned.obstacle is not None:
        when = str(OBSTACLES[planned.obstacle])
    elif planned.step is Step.DUE:
        when = _("With the next batch")
    elif planned.step is Step.RETRY:
        when = _("Next try at %(time)s", time=date_and_time(planned.ready_at))
    else:
        when = _("At %(time)s, after time for corrections", time=date_and_time(planned.ready_at))
    to = planned.to if planned.to and may_see_details(planned.student) else ""
    return Coming(planned, planned.step.value, when, to, letter.subject, letter.text)


def _told(names: dict[str, str]) -> list[NoticeRow]:
    """What was sent of these courses, newest first."""
    register = the_register()
    now = register.clock.now()
    mine = [notice for notice in register.notices.recent() if notice.course_id in names][:MOST_TOLD]
    students = {student.id: student for student in register.students.all()} if mine else {}
    return [_row(one, now, students.get(one.student_id), names[one.course_id]) for one in mine]


def _row(notice: Notice, now: datetime, student: Student | None, course: str) -> NoticeRow:
    problem = problem_of(notice)
    in_full = student is not None and may_see_details(student)
    detail = problem.detail if problem and in_full else ""
    again = next_try(notice)
    if notice.state is NoticeState.SENT:
        state = "sent"
    elif again is not None:
        state = "retry"
        detail = f"{detail} " + _("Next try at %(time)s.", time=date_and_time(again))
    elif notice.state is NoticeState.FAILED:
        state = "failed"
    elif is_perhaps_sent(notice, now):
        state = "perhaps"
        detail = detail or _("The server stopped while this was being sent.")
    else:
        state = "sending"
    return NoticeRow(
        notice,
        state,
        at=notice.sent_at or notice.created_at,
        name=student.name if student is not None else "",
        course=course,
        to=notice.to if in_full else "",
        detail=detail.strip(),
    )
