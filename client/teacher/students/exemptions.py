"""Sets whether checking in asks a student to turn the head; one tap, and nobody has to give a reason."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from client.access.roles import Access, Pages, the_user
from client.access.visible_students import require_student
from client.web.services import the_register

blueprint = Pages("exemptions", __name__, access=Access.TEACHER, url_prefix="/teach/students")


@blueprint.post("/<student_id>/movement")
def set_exemption(student_id: str) -> Response:
    """Exempt a student, or end that."""
    before = require_student(student_id)
    after = the_register().students.exempt(before.id, exempt=request.form.get("exempt") == "yes")
    the_register().student_history.note_details(before, after, by=the_user().id)
    flash(
        _("%(name)s need not turn the head to check in.", name=after.name)
        if after.movement_exempt
        else _("%(name)s is asked to turn the head to check in.", name=after.name),
        "ok",
    )
    return redirect(url_for("students.show", student_id=after.id), 303)
