"""Consent of many students at once: those who are ticked, those whom a search finds, or a whole roster."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from attendance.errors import ConsentMissingError
from attendance.values import ChangeKind, Student
from client.access.roles import Access, Pages, the_user
from client.access.shown_faces import agrees_now
from client.access.visible_students import own_courses, visible_students
from client.problems.table import problem_of
from client.teacher.row_pages import RowPages
from client.teacher.students.consent_forms import ConsentEntry, sent_consent, typed_consent
from client.teacher.students.listed_students import found_students
from client.teacher.students.student_page import NOTHING_TYPED
from client.web.services import the_register

NAMED = ("student", "all", "q", "show", "course")  # in the address: whose consent it is
blueprint = Pages("consents", __name__, access=Access.ENROLS, url_prefix="/teach/students/consent")


@blueprint.get("")
def form() -> str | Response:
    """Whose consent would be recorded, and a field for how it was given."""
    course = request.args.get("course")
    if course and all(one.id != course for one in own_courses()):
        abort(404)
    chosen = found_students() if request.args.get("all") == "yes" else _named(request.args.getlist("student"))
    if not chosen:
        flash(_("Tick the students first whose consent you want to record."), "info")
        return redirect(f"{url_for('students.index')}?{urlencode(_search())}", 303)
    return _page(chosen)


@blueprint.post("")
def record() -> str | Response | tuple[str, int]:
    """Put the consent of all who were on the page on record."""
    chosen = _named(request.form.get("students", "").split(","))
    if not chosen:
        abort(400)
    register, me = the_register(), the_user()
    renew = request.form.get("renew") == "yes"
    recorded: list[str] = []
    try:
        recorded.extend(
            register.students.note_consents([student.id for student in chosen], sent_consent(), renew=renew)
        )
    except ConsentMissingError as error:
        entry = ConsentEntry(typed_consent(), str(error))
        return _page(chosen, entry, renew=renew), problem_of(error).status
    finally:  # also if the database went away in between: these are recorded
        register.student_history.note(ChangeKind.CONSENT_RECORDED, recorded, by=me.id)
    flash(
        ngettext(
            "Consent of %(num)d student is on record now.",
            "Consent of %(num)d students is on record now.",
            len(recorded),
        ),
        "ok" if recorded else "info",
    )
    return redirect(url_for("students.index"), 303)


def _named(ids: Sequence[str]) -> list[Student]:
    """The students with these ids without those who were erased meanwhile, which may have been all (404).

    403 if the user may not see one of them.
    """
    wanted = dict.fromkeys(id_ for id_ in ids if id_)
    known = {student.id: student for student in visible_students()} if wanted else {}
    if any(the_register().store.student(id_) is not None for id_ in wanted if id_ not in known):
        abort(403)
    found = [known[id_] for id_ in wanted if id_ in known]
    if wanted and not found:
        abort(404)
    return found


def _page(chosen: Sequence[Student], entry: ConsentEntry = NOTHING_TYPED, *, renew: bool = False) -> str:
    withdrawn = [student for student in chosen if student.withdrawn is not None]
    recorded = [student for student in chosen if agrees_now(student)]
    fresh = [student for student in chosen if not agrees_now(student) and student.withdrawn is None]
    rest = [student for student in chosen if student.withdrawn is None]
    names = [student.name for student in rest]
    asked = request.method == "GET"
    return render_template(
        "teacher/students/consents.html",
        ids=",".join(student.id for student in rest),
        students=rest,
        fresh=len(fresh),
        recorded=len(recorded),
        withdrawn=withdrawn,
        rows=(RowPages.of(names, searched=False, kept=NAMED) if asked else RowPages.by_script(len(names))),
        entry=entry,
        agrees_now=agrees_now,
        renew=renew,
    )


def _search() -> dict[str, str]:
    """The search of the list that one came from."""
    return {name: request.args[name] for name in ("q", "show", "course", "page") if request.args.get(name)}
