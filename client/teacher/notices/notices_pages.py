"""The page of notices: scheduled and sent ones, and a button that sends now."""

from __future__ import annotations

import logging
from collections.abc import Collection
from http import HTTPStatus

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from attendance.notices.catalogue import catalogue
from attendance.notices.letters import letters_of
from attendance.notices.values import Step
from attendance.register import Register
from attendance.values import NoticeKind
from client.access.roles import Access, Pages, may, the_user
from client.access.visible_students import visible_courses, with_details
from client.teacher.notices.letter_rows import coming_letter
from client.teacher.notices.sent_rows import sent_rows
from client.teacher.row_pages import RowPages
from client.web.services import the_register
from client.web.translations import CATALOGUES

_log = logging.getLogger(__name__)
PAGE_LETTERS, PAGE_TOLD = 20, 15  # on a phone
blueprint = Pages("notices", __name__, access=Access.TEACHER, url_prefix="/teach/notices")

KINDS = {NoticeKind.ABSENT: _l("Absence"), NoticeKind.BELOW_LIMIT: _l("Below the limit")}
ORDER = (Step.DUE, Step.RETRY, Step.WAITING, Step.HELD, Step.STUCK)


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
    mine.sort(key=lambda one: ORDER.index(one.step))
    names_of = [f"{one.student.name} {one.student.roll_number}" for one in mine]
    pages, places = RowPages.fitting(names_of, "coming", length=PAGE_LETTERS, kept=["told"])
    sent = [mine[place] for place in places]
    shown = with_details(one.student for one in sent)
    told = sent_rows(names, {key for one in mine if one.step is Step.HELD for key in one.keys})
    can_send = notices.is_on and not notices.missing
    last = notices.last
    return render_template(
        "teacher/notices/index.html",
        is_on=notices.is_on,
        missing=notices.missing,
        kinds=[KINDS[kind] for kind in NoticeKind if kind in register.settings.notices],
        kind_words=KINDS,
        after=int(register.settings.notices_after.total_seconds() // 60),
        coming=[coming_letter(one, whole, shown) for one in sent],
        coming_pages=pages,
        anything=bool(mine),
        told=told,
        told_pages=RowPages.of([""] * len(told), "told", length=PAGE_TOLD, searched=False, kept=["coming"]),
        ready=sum(one.step not in (Step.STUCK, Step.HELD) for one in mine) if can_send else 0,
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
    """The keys of the form that are still planned; 404 if it has none, or one of others' courses.

    Some may have been sent, or corrected, since the page was opened.
    """
    keys, mine = request.form.getlist("key"), _visible_ids()
    planned = [one for one in the_register().notices.plan() if one.key in keys]
    if not keys or any(one.course.id not in mine for one in planned):
        abort(HTTPStatus.NOT_FOUND)
    return [one.key for one in planned]


def _visible_ids() -> Collection[str]:
    return {course.id for course in visible_courses(hidden=True)}
