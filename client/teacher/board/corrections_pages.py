"""Marks by hand: any status with a note, undo, marking the rest, and one student's history."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

from flask import abort, flash, make_response, render_template, request, url_for
from flask import session as login
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from attendance.clock import whole_milliseconds
from attendance.errors import StudentNotFoundError
from attendance.marks.last_word import is_note
from attendance.values import Course, Mark, MarkEvent, MarkStatus, Session, Student
from client.access.roles import Access, Pages, the_user
from client.access.sessions import session_of
from client.access.teacher_requests import asks_for_data
from client.access.visible_students import may_see
from client.teacher.board.board_page import show
from client.teacher.board.board_rows import state_of
from client.teacher.evidence_words import evidence_words
from client.teacher.mark_words import SETTABLE, STATES, method_words, note_words, remark_words, who, word_of
from client.teacher.undo import UNDO, done
from client.web.forms import whole_number
from client.web.services import the_register

MOST_NOTE = 500  # letters
REST = ("present", "absent")  # what everyone without a mark can be marked at once

blueprint = Pages("corrections", __name__, access=Access.TEACHER, url_prefix="/teach/sessions/<session_id>")


@blueprint.get("/students/<student_id>")
def history(session_id: str, student_id: str) -> str:
    """One student in one session: the mark, its history, and a form to change it."""
    session, course = session_of(session_id)
    student, mark = _of_session(session, course, student_id)
    events = mark.history if mark is not None else ()
    return render_template(
        "teacher/board/student.html",
        session=session,
        course=course,
        student=student,
        mark=mark,
        state=state_of(mark),
        remark=remark_words(mark) if mark is not None else "",
        evidence=evidence_words(mark.evidence) if mark is not None else (),
        history=[_line(event) for event in reversed(events)],
        statuses=[(status.value, STATES[status.value]) for status in SETTABLE],
        states=STATES,
        undo=login.pop(UNDO, None),
    )


@blueprint.post("/marks")
def mark_by_hand(session_id: str) -> Response:
    """Give a student a status; a roll number may be typed instead of choosing a row."""
    session, course = session_of(session_id)
    status, note = _status_and_note()
    typed = request.form.get("roll_number", "").strip()
    if typed:
        student = _typed(course, typed)
        if student is None:
            sentence = _("None of your students has the roll number %(number)s.", number=typed[:40])
            return _answer(session_id, sentence, "bad", code=404)
    else:
        student, _mark = _of_session(session, course, request.form.get("student", ""))
    before = the_register().store.mark(session.id, student.id)
    if status is MarkStatus.WITHDRAWN:
        mark = the_register().corrections.take_back(session.id, student.id, by=the_user().id, note=note)
    else:
        mark = the_register().marking.mark(
            student.roll_number, status, by=the_user().id, note=note, session=session
        )
    state = word_of(status)
    if mark is None or (before is not None and before.version == mark.version):
        return _answer(session_id, _("%(name)s: already %(state)s.", name=student.name, state=state), "info")
    sentence = _("%(name)s: %(state)s.", name=student.name, state=state)
    undo = {"student": student.id, "version": str(mark.version)}
    return _answer(session_id, sentence, "ok", undo=(url_for(".undo", session_id=session_id), undo))


@blueprint.post("/marks/undo")
def undo(session_id: str) -> Response:
    """Undo the change that made the version which the teacher saw."""
    session, course = session_of(session_id)
    student, _mark = _of_session(session, course, request.form.get("student", ""))
    version = whole_number(request.form.get("version", ""))
    if version is None:
        abort(400)
    mark = the_register().corrections.undo(session.id, student.id, version=version, by=the_user().id)
    if mark is None:
        sentence = _(
            "The mark of %(name)s has changed since. Nothing was undone; check the mark first.",
            name=student.name,
        )
        return _answer(session_id, sentence, "warn", code=409)
    sentence = _("Undone. %(name)s: %(state)s.", name=student.name, state=word_of(mark.status))
    return _answer(session_id, sentence, "ok")


@blueprint.post("/marks/rest")
def mark_rest(session_id: str) -> Response:
    """Mark everyone without a mark present or absent."""
    session, _course = session_of(session_id)
    status = _status_of_rest()
    marks = the_register().corrections.mark_rest(session.id, status, by=the_user().id)
    if not marks:
        return _answer(session_id, _("Everyone already has a mark."), "info")
    if status is MarkStatus.PRESENT:
        text = ngettext("%(num)d student marked present.", "%(num)d students marked present.", len(marks))
    else:
        text = ngettext("%(num)d student marked absent.", "%(num)d students marked absent.", len(marks))
    undo = {"at": marks[0].history[-1].at.isoformat(), "status": status.value}
    return _answer(session_id, text, "ok", undo=(url_for(".undo_rest", session_id=session_id), undo))


@blueprint.post("/marks/rest/undo")
def undo_rest(session_id: str) -> Response:
    """Undo the marks of one tap that have not changed since."""
    session, _course = session_of(session_id)
    try:
        at = whole_milliseconds(datetime.fromisoformat(request.form.get("at", "")))
    except (ValueError, OverflowError):
        abort(400)
    status, me = _status_of_rest(), the_user().id
    undone = the_register().corrections.undo_rest(session.id, status, at=at, by=me)
    if not undone:
        return _answer(session_id, _("There was nothing left to undo."), "info")
    text = ngettext("%(num)d mark undone.", "%(num)d marks undone.", undone)
    return _answer(session_id, text, "ok")


def _status_of_rest() -> MarkStatus:
    """What the rest are marked; absent where the form does not name it."""
    name = request.form.get("status", MarkStatus.ABSENT.value)
    if name not in REST:
        abort(400)
    return MarkStatus(name)


def _answer(
    session_id: str,
    sentence: str,
    kind: str,
    *,
    undo: tuple[str, dict[str, str]] | None = None,
    code: int = 200,
) -> Response:
    """Back to where it was done, with what was done and a way to undo it."""
    if code >= HTTPStatus.BAD_REQUEST and not asks_for_data():
        flash(sentence, kind)
        return make_response(show(session_id), code)
    address = url_for("board.show", session_id=session_id)
    if request.form.get("to") == "student" and request.form.get("student"):
        student = request.form["student"]
        address = url_for("corrections.history", session_id=session_id, student_id=student)
    return done(address, sentence, kind, undo=undo, code=code)


def _status_and_note() -> tuple[MarkStatus, str]:
    note = request.form.get("note", "").strip()
    if len(note) > MOST_NOTE:
        abort(400)
    try:
        return MarkStatus(request.form.get("status", "")), note
    except ValueError:
        abort(400)


def _typed(course: Course, roll_number: str) -> Student | None:
    """The student with a typed roll number, if the teacher may see them."""
    try:
        student = the_register().students.get(roll_number)
    except StudentNotFoundError:
        return None
    on_roster = course.includes(student.id)
    return student if on_roster or may_see(student) else None


def _of_session(session: Session, course: Course, student_id: str) -> tuple[Student, Mark | None]:
    """A student of the roster, or with a mark in the session; ends the request otherwise."""
    student = the_register().store.student(student_id)
    mark = the_register().store.mark(session.id, student_id)
    if student is None or (mark is None and course.roster is not None and student_id not in course.roster):
        abort(404)
    return student, mark


def _line(event: MarkEvent) -> dict[str, object]:
    return {
        "at": event.at,
        "state": "review" if event.under_review else event.status.value,
        "how": method_words(event),
        "who": who(event.by),
        "note": note_words(event),
        "noted": is_note(event),
    }
