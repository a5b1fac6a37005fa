"""The projector page of a session: its rotating code, and the poster of a course that has one."""

from __future__ import annotations

from dataclasses import asdict

from flask import Response, abort, jsonify, make_response, render_template, url_for
from flask_babel import gettext as _

from client.access.roles import Access, Pages, require_course
from client.access.sessions import session_of
from client.projector.posters import the_posters
from client.projector.qr import check_in_url, code_uri
from client.projector.wall_picture import picture_of, wall_page
from client.web.plain_http import base_url
from client.web.services import the_register, the_signatures

blueprint = Pages("projector", __name__, access=Access.TEACHER, url_prefix="/wall")


@blueprint.get("/<session_id>")
def wall(session_id: str) -> Response:
    """The page."""
    session, course = session_of(session_id)
    now_at = url_for("projector.now", session_id=session.id)
    return wall_page(session, course, now=now_at, back=url_for("board.show", session_id=session.id))


@blueprint.get("/<session_id>/now")
def now(session_id: str) -> Response:
    """The present picture, for the page's script."""
    session, _course = session_of(session_id)
    return jsonify(asdict(picture_of(session)))


@blueprint.get("/poster/<course_id>")
def poster(course_id: str) -> Response:
    """A code that does not rotate, to print and hang up; only where the course allows it."""
    course = require_course(the_register().courses.get(course_id))
    if not course.static_code:
        abort(
            404, _("The course %(name)s has no poster. Allow a fixed code in its settings.", name=course.name)
        )
    base = base_url()
    printed = the_posters().printed(course.id)
    the_posters().note(course.id, base)
    address = check_in_url(the_signatures().poster(course.id), path="p")
    page = render_template(
        "projector/poster.html",
        course=course,
        code=code_uri(address),
        address=address,
        dead=printed if printed not in (None, base) else None,
        temporary=base.startswith("https://"),
    )
    return make_response(page)
