"""The pages of days off: the list, adding and removing, and the sessions that are on such days already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from attendance.errors import DayOffError
from attendance.imports.calendar_file import LARGEST_CALENDAR, read_calendar
from attendance.values import DayOff, Session
from client.access.roles import Access, Pages, admin_only, may, the_user
from client.problems.table import problem_of
from client.web.services import site_today, the_register

blueprint = Pages("days_off", __name__, access=Access.TEACHER, url_prefix="/teach/days-off")

MOST_IMPORTED = 100  # entries of a file at once; a form has at most twice as many parts
MOST_LISTED = 100  # sessions to choose from at once

Answer = str | Response | tuple[str, int]


@dataclass(frozen=True)
class ListedDay:
    """A day off in the list.

    Attributes:
        sessions: how many sessions on its days are not cancelled.
        cancelled: how many were cancelled for it.
        is_over: whether its last day has passed.
    """

    day_off: DayOff
    sessions: int
    cancelled: int
    is_over: bool


@blueprint.get("")
def index() -> str:
    """All days off, those to come first."""
    return _list_page()


@blueprint.post("/add")
@admin_only
def add() -> Answer:
    """Add a day off; sessions that exist on it are shown next."""
    form = request.form
    known = {each.id for each in the_register().days_off.all()}
    try:
        added = the_register().days_off.add(
            form.get("name", ""),
            form.get("first_day", "").strip(),
            form.get("last_day", "").strip(),
            by=the_user().id,
        )
    except DayOffError as error:
        return _list_page(str(error)), problem_of(error).status
    if added.id in known:
        flash(_("These days are entered already: %(name)s. Nothing was changed.", name=added.name), "info")
        return redirect(url_for("days_off.index"), 303)
    if the_register().days_off.sessions_on(added):
        flash(_("%(name)s was added. There are sessions on these days already.", name=added.name), "warn")
        return redirect(url_for("days_off.show", day_off_id=added.id), 303)
    flash(_("%(name)s was added.", name=added.name), "ok")
    return redirect(url_for("days_off.index"), 303)


@blueprint.post("/import")
@admin_only
def read_file() -> Answer:
    """Show the days of a calendar file, to choose from."""
    file = request.files.get("file")
    data = file.read(LARGEST_CALENDAR + 1) if file is not None else b""
    try:
        found = read_calendar(data)
    except DayOffError as error:
        return _list_page(str(error)), problem_of(error).status
    known = {(each.first_day, each.last_day) for each in the_register().days_off.all()}
    new = [each for each in found.days if (each.first_day, each.last_day) not in known]
    coming = [each for each in new if each.last_day >= _today()]
    return render_template(
        "teacher/days_off/import.html",
        days=coming[:MOST_IMPORTED],
        left_out=found.left_out[:MOST_IMPORTED],
        over=len(new) - len(coming),
        known=len(found.days) - len(new),
        too_many=len(coming) > MOST_IMPORTED,
    )


@blueprint.post("/import/add")
@admin_only
def add_ticked() -> Answer:
    """Add the ticked days of a calendar file."""
    entries = []
    for text in request.form.getlist("days"):
        first, _space, rest = text.partition(" ")
        last, _space, name = rest.partition(" ")
        entries.append((name, first, last))
    try:
        added = the_register().days_off.add_all(entries, by=the_user().id)
    except DayOffError as error:
        return _list_page(str(error)), problem_of(error).status
    if any(the_register().days_off.sessions_on(each) for each in added):
        flash(_("There are sessions on some of these days already. The list shows which."), "warn")
    flash(ngettext("%(num)d entry was added.", "%(num)d entries were added.", len(added)), "ok")
    return redirect(url_for("days_off.index"), 303)


@blueprint.get("/<day_off_id>")
@admin_only
def show(day_off_id: str) -> str:
    """The sessions on these days, to choose those that do not take place, and those that do after all."""
    register = the_register()
    day_off = register.days_off.get(day_off_id)
    now, sessions = register.clock.now(), register.days_off.sessions_on(day_off)
    cancelled = register.days_off.cancelled_for(day_off)
    names = {course.id: course.name for course in register.courses.all(hidden=True)}
    return render_template(
        "teacher/days_off/show.html",
        day_off=day_off,
        sessions=[(each, each.phase(now).value) for each in sessions[:MOST_LISTED]],
        cancelled=cancelled[:MOST_LISTED],
        too_many=max(len(sessions), len(cancelled)) > MOST_LISTED,
        names=names,
    )


@blueprint.post("/<day_off_id>/cancel")
@admin_only
def cancel_sessions(day_off_id: str) -> Response:
    """Cancel the ticked sessions."""
    register = the_register()
    day_off = register.days_off.get(day_off_id)
    chosen = _ticked(register.days_off.sessions_on(day_off))
    for session in chosen:
        register.cancelling.cancel(session.id, by=the_user().id, why=day_off.name)
    text = ngettext("%(num)d session was cancelled.", "%(num)d sessions were cancelled.", len(chosen))
    return _back_to(day_off, text if chosen else "")


@blueprint.post("/<day_off_id>/restore")
@admin_only
def restore_sessions(day_off_id: str) -> Response:
    """Restore the ticked sessions of those that were cancelled for it."""
    register = the_register()
    day_off = register.days_off.get(day_off_id)
    chosen = _ticked(register.days_off.cancelled_for(day_off))
    for session in chosen:
        register.cancelling.restore(session.id, by=the_user().id)
    text = ngettext("%(num)d session was restored.", "%(num)d sessions were restored.", len(chosen))
    return _back_to(day_off, text if chosen else "")


@blueprint.post("/<day_off_id>/remove")
@admin_only
def remove(day_off_id: str) -> Response:
    """Remove a day off."""
    removed = the_register().days_off.remove(day_off_id)
    flash(
        _("%(name)s was removed. Sessions that were cancelled for it stay cancelled.", name=removed.name),
        "ok",
    )
    return redirect(url_for("days_off.index"), 303)


def _ticked(sessions: Iterable[Session]) -> list[Session]:
    """Those of the sessions that the form names."""
    ticked = set(request.form.getlist("session"))
    return [session for session in sessions if session.id in ticked]


def _back_to(day_off: DayOff, done: str) -> Response:
    """The page of a day off, with what was done to its sessions; empty where nothing was ticked."""
    flash(*((done, "ok") if done else (_("Nothing was ticked, so nothing was changed."), "info")))
    return redirect(url_for("days_off.show", day_off_id=day_off.id), 303)


def _today() -> str:
    return site_today().isoformat()


def _list_page(error: str = "") -> str:
    register, today = the_register(), _today()
    listed = [
        ListedDay(
            each,
            sessions=len(register.days_off.sessions_on(each)),
            cancelled=len(register.days_off.cancelled_for(each)),
            is_over=each.last_day < today,
        )
        for each in register.days_off.all()
    ]
    return render_template(
        "teacher/days_off/index.html",
        days=sorted(listed, key=lambda each: each.is_over),
        is_admin=may(Access.ADMIN),
        given=request.form,
        error=error,
    )
