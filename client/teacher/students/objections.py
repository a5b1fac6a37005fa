"""Objections of a student or a guardian to face recognition, and taking back one that was a mistake."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from attendance.errors import ConsentMissingError
from attendance.values import ChangeKind, ConsentParty, Student
from client.access.roles import Access, Pages, the_user
from client.access.visible_students import require_student
from client.problems.table import problem_of
from client.teacher.students.consent_forms import PARTIES, sent_guardian, sent_objection, sent_party
from client.web.services import the_register

blueprint = Pages("objections", __name__, access=Access.ENROLS, url_prefix="/teach/students/<student_id>")


@blueprint.get("/withdraw")
def form(student_id: str) -> str:
    """What an objection erases, who objects, and one button."""
    return _page(require_student(student_id))


@blueprint.post("/withdraw")
def record(student_id: str) -> Response | tuple[str, int]:
    """Record the objection and erase photos and templates; marks and details are kept."""
    before, register = require_student(student_id), the_register()
    try:
        after = register.students.withdraw_consent(before.id, sent_objection(), guardian=sent_guardian())
    except ConsentMissingError as error:
        return _page(before, error=str(error)), problem_of(error).status
    if after == before:
        flash(_("Nothing has changed: this is on record already, or there is no consent."), "info")
    else:
        register.student_history.note(ChangeKind.CONSENT_WITHDRAWN, [after.id], by=the_user().id)
        flash(_("Consent was withdrawn. Photos and portrait of %(name)s were erased.", name=after.name), "ok")
    return redirect(url_for("students.show", student_id=after.id), 303)


@blueprint.post("/undo-objection")
def undo(student_id: str) -> Response:
    """Undo an objection that was recorded by mistake; consents from before count again."""
    before, register = require_student(student_id), the_register()
    after = register.students.undo_objection(before.id, sent_party(), register.clock.now())
    if after == before:
        flash(_("This objection is no longer on record."), "info")
    else:
        register.student_history.note(ChangeKind.OBJECTION_UNDONE, [after.id], by=the_user().id)
        flash(_("The objection is no longer on record. Erased photos have to be taken again."), "ok")
    return redirect(url_for("students.show", student_id=after.id), 303)


def _page(student: Student, *, error: str = "") -> str:
    objecting = {each.objector for each in student.objections}
    parties = {party: words for party, words in PARTIES.items() if party not in objecting}
    if not student.consents or student.objections:
        parties.pop(ConsentParty.UNSTATED, None)
    return render_template(
        "teacher/students/withdraw.html",
        details=the_register().students.details(student.roll_number),
        parties=parties,
        error=error,
    )
