"""What only this user can do, or what admins should do in time."""

from __future__ import annotations

from datetime import timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from client.access.roles import Access, may, may_teach, the_user
from client.teacher.home.attention import Attention
from client.web.services import the_register

ENDS_SOON = timedelta(days=30)  # of consents: long enough to send a form home and get it back


def ending_consents() -> list[Attention]:
    """Whose consent ends soon, for admins, so that it is asked for again in time."""
    if not may(Access.ADMIN):
        return []
    register = the_register()
    ending = len(list(register.retention.ending(register.clock.now() + ENDS_SOON)))
    if not ending:
        return []
    text = ngettext(
        "The consent of %(num)d student ends within %(days)d days. Then the face is erased.",
        "The consent of %(num)d students ends within %(days)d days. Then their faces are erased.",
        ending,
        days=ENDS_SOON.days,
    )
    return [Attention(text, url_for("privacy.index"), _("Show them"))]


def second_persons_photos() -> list[Attention]:
    """Classroom photos of open sessions that somebody else has confirmed, and that need a second person."""
    register, me = the_register(), the_user().id
    if not register.uses.two_people:
        return []
    waiting = {
        session.id
        for session in register.class_sessions.open_ones()
        if may_teach(register.sessions.course_of(session))
        for job in register.classroom.jobs_of(session.id)
        if job.proposed is not None and job.proposed.by != me
    }
    text = _("A classroom photo is waiting for a second person: you.")
    return [
        Attention(text, url_for("classroom.index", session_id=session_id), _("Look at it"))
        for session_id in sorted(waiting)
    ]
