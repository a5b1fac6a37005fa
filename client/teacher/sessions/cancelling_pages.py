"""Cancelling a session that does not, or did not, take place, and restoring it."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from attendance.errors import SessionChangedError
from attendance.values import Session
from client.access.roles import Access, Pages, the_user
from client.access.sessions import session_of
from client.web.forms import whole_number
from client.web.services import the_register

blueprint = Pages("cancelling", __name__, access=Access.TEACHER, url_prefix="/teach/sessions/<session_id>")


@blueprint.post("/cancel")
def cancel(session_id: str) -> Response:
    """Cancel it: nothing in it counts any more."""
    session, _course = session_of(session_id)
    try:
        cancelled = the_register().cancelling.cancel(
            session.id, by=the_user().id, why=request.form.get("why", ""), version=_version()
        )
    except SessionChangedError:
        return _changed(session)
    flash(_("Cancelled. Nobody is absent, and nothing in this session counts. You can restore it."), "ok")
    return _to(cancelled)


@blueprint.post("/restore")
def restore(session_id: str) -> Response:
    """Bring it back, with its marks as they were."""
    session, _course = session_of(session_id)
    try:
        restored = the_register().cancelling.restore(session.id, by=the_user().id, version=_version())
    except SessionChangedError:
        return _changed(session)
    flash(_("Restored, with all marks as they were."), "ok")
    return _to(restored)


def _version() -> int | None:
    """The version of the session that the page showed; None where it does not say."""
    return whole_number(request.form.get("version", ""))


def _changed(session: Session) -> Response:
    flash(_("This session was changed in the meantime. This is how it is now."), "warn")
    return _to(session)


def _to(session: Session) -> Response:
    return redirect(url_for("sessions.show", session_id=session.id), 303)
