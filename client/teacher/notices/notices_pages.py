"""The page of notices: scheduled and sent ones, and a button that sends now."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from attendance.notices.catalogue import catalogue
from attendance.notices.letters import Letter, letters_of
from attendance.notices.problems import is_perhaps_sent, next_try, problem_of
from attendance.notices.values import Obstacle, Step
from attendance.register import Register
from attendance.values import Notice, NoticeKind, NoticeState, Student
from client.access.roles import Access, Pages, may, the_user
from client.access.visible_students import visible_courses, with_details
from client.teacher.mark_words import who
from client.teacher.row_pages import RowPages
from client.web.services import the_register
from client.web.translations import CATALOGUES
from client.web.wording import date_and_time

_log = logging.getLogger(__name__)
PAGE_LETTERS, PAGE_TOLD = 20, 15  # on a phone
MOST_TOLD = 200  # rows of what was sent; older ones are in the register
blueprint = Pages("notices", __name__, access=Access.TEACHER, url_prefix="/teach/notices")

KINDS = {NoticeKind.ABSENT: _l("Absence"), NoticeKind.BELOW_LIMIT: _l("Below the limit")}
ORDER = (Step.DUE, Step.RETRY, Step.WAITING, Step.HELD, Step.STUCK)
OBSTACLES = {
    Obstacle.NO_ADDRESS: _l("No e-mail address is stored."),
    Obstacle.BAD_ADDRESS: _l("No e-mail can be sent to this address. Correct it."),
}


@dataclass(frozen=True)
class Coming:
    """A letter that would be sent.

    Attributes:
        state: ``due``, ``waiting``, ``retry``, ``held`` or ``stuck``.
        when: what happens next, in words.
        to: the address; empty for users who may not see it.
        subject: of the e-mail.
        text: the whole of it.
        names_others: whether it is also about courses that the user doesn't run; they are left out here.
    """

    letter: Letter
    state: str
    when: str
    to: str
    subject: str
    text: str
    names_others: bool

    @property
    def searched(self) -> str:
        """What it is found by."""
        return f"{self.letter.student.name} {self.letter.student.roll_number} {self.subject}"


@dataclass(frozen=True)
class NoticeRow:
    """A notice that was sent, or not.

    Attributes:
        state: ``sent``, ``perhaps``, ``sending``, ``retry``, ``held`` or ``failed``.
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
    everything = notices.plan()
    mine = letters_of(one for one in everything if one.course.id in names)
    whole = {key: letter for letter in letters_of(everything) for key in letter.keys}
    shown = with_details(one.student for one in mine)
    coming = [_coming(one, whole, shown) for one in sorted(mine, key=lambda one: ORDER.index(one.step))]
    told = _told(names, {key for one in coming if one.state == Step.HELD for key in one.letter.keys})
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
        coming_pages=RowPages.of(
            [one.searched for one in coming], "coming", length=PAGE_LETTERS, kept=["told"]
        ),
        told=told,
        told_pages=RowPages.of([""] * len(told), "told", length=PAGE_TOLD, searched=False, kept=["coming"]),
        ready=sum(one.state not in ("stuck", "held") for one in coming) if can_send else 0,
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


@blueprint.post("/hold")
def hold() -> Response:
    """Hold a letter back before it goes out."""
    keys = _keys()
    held = the_register().notices.hold_back(keys, by=the_user().id)
    if held:
        flash(_("Held back. It is sent only if you choose “Send after all”."), "ok")
    else:
        flash(_("It could not be held back: it has been sent, is being sent, or is no longer due."), "warn")
    return redirect(url_for("notices.index"), HTTPStatus.SEE_OTHER)


@blueprint.post("/release")
def release() -> Response:
    """Send a letter after all that was held back."""
    if the_register().notices.send_after_all(_keys()):
        flash(_("It is sent after all, when its time has come."), "ok")
    else:
        flash(_("Nothing was held back here any more."), "info")
    return redirect(url_for("notices.index"), HTTPStatus.SEE_OTHER)


def _keys() -> list[str]:
    """The keys of the form; ends the request unless all are of letters about the user's courses."""
    keys = request.form.getlist("key")
    mine = _visible_ids()
    known = {one.key for one in the_register().notices.plan() if one.course.id in mine}
    if not keys or not set(keys) <= known:
        abort(HTTPStatus.NOT_FOUND)
    return keys


def _visible_ids() -> Collection[str]:
    return {course.id for course in visible_courses(hidden=True)}


def _coming(letter: Letter, whole: Mapping[str, Letter], shown: Collection[str]) -> Coming:
    """A letter for the page, with the address where the student is one of ``shown``."""
    text, one = the_register().notices.text_of(*letter.parts), letter.parts[0]
    if one.step is Step.HELD:
        when = _("By %(name)s. Nothing is sent.", name=who((one.known and one.known.held_by) or ""))
    elif one.obstacle is not None:
        when = str(OBSTACLES[one.obstacle])
    elif one.step is Step.DUE:
        when = _("With the next batch")
    elif one.step is Step.RETRY:
        when = _("Next try at %(time)s", time=date_and_time(one.ready_at))
    else:
        when = _("At %(time)s, after time for corrections", time=date_and_time(one.ready_at))
    return Coming(
        letter,
        one.step.value,
        when,
        to=one.to if one.to and letter.student.id in shown else "",
        subject=text.subject,
        text=text.text,
        names_others=len(whole[letter.keys[0]].parts) > len(letter.parts),
    )


def _told(names: Mapping[str, str], coming: Collection[str]) -> list[NoticeRow]:
    """What was sent of these courses or held back until it was too late, newest first.

    Args:
        names: of the courses, by their ids.
        coming: keys of what can still be sent after all.
    """
    register = the_register()
    now = register.clock.now()
    mine = [
        notice
        for notice in register.notices.recent()
        if notice.course_id in names and notice.key not in coming
    ][:MOST_TOLD]
    students = {student.id: student for student in register.students.all()} if mine else {}
    in_full = with_details(students[one.student_id] for one in mine if one.student_id in students)
    return [_row(one, now, students.get(one.student_id), names[one.course_id], in_full) for one in mine]


def _row(
    notice: Notice, now: datetime, student: Student | None, course: str, shown: Collection[str]
) -> NoticeRow:
    """A notice for the page, with the address where the student is one of ``shown``."""
    problem = problem_of(notice)
    in_full = student is not None and student.id in shown
    detail = problem.detail if problem and in_full else ""
    again = next_try(notice)
    if notice.state is NoticeState.SENT:
        state = "sent"
    elif notice.state is NoticeState.HELD:
        state, detail = "held", _("By %(name)s.", name=who(notice.held_by or ""))
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
