"""Deciding on a classroom photo: its marks are written, or it is discarded."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from flask import flash, make_response, redirect, request, url_for
from flask import session as login
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from attendance.classroom.jobs.errors import ClassroomError
from attendance.classroom.jobs.states import JobState
from attendance.classroom.jobs.values import ClassroomJob, ClassroomMarks
from attendance.values import Course, MarkMethod, Session
from client.access.roles import Access, Pages, the_user
from client.access.sessions import session_of
from client.access.site_uses import need_room_photos
from client.teacher.classroom.choices import choices_of, names_of, picks_of_form, roster_of, said_in, twice
from client.teacher.classroom.classroom_pages import job_of, result_page, show
from client.teacher.classroom.result_view import Picked
from client.teacher.classroom.words import problem_sentence
from client.teacher.mark_words import who
from client.teacher.undo import UNDO
from client.web.services import the_register
from client.web.wording import clock_time

MOST_NAMES = 8  # in a notice; the others are counted

blueprint = Pages(
    "classroom_confirm",
    __name__,
    access=Access.TEACHER,
    url_prefix="/teach/sessions/<session_id>/classroom/<job_id>",
)

blueprint.before_request(need_room_photos)


@blueprint.post("/confirm")
def confirm(session_id: str, job_id: str) -> Response:
    """Mark the students whom the teacher confirmed, and go to the board."""
    session, course = session_of(session_id)
    job = job_of(session, job_id)
    if job.state is not JobState.READY:
        return _too_late(session, course, job)
    picks = picks_of_form(job, request.form, roster_of(course, job))
    choices = choices_of(picks, roster_of(course, job))
    if any(picked.error for picked in picks.values()):
        sentence = _("One of your choices isn't possible. Nothing has been marked yet.")
        return _again(session, course, job, picks, sentence)
    if not any(choices.values()):
        sentence = _("Nobody is chosen yet. Choose a student, or discard the photo.")
        return _again(session, course, job, picks, sentence)
    try:
        marks = the_register().classroom.confirm(job.id, choices, by=the_user().id)
    except ClassroomError as error:
        now = job_of(session, job_id)
        if now.state is not JobState.READY:
            return _too_late(session, course, now)
        return _again(session, course, job, twice(picks, error.faces), problem_sentence(error.problem))
    return _first_of_two(session) if marks.waits else _done(session, job.id, marks)


@blueprint.post("/discard")
def discard(session_id: str, job_id: str) -> Response:
    """Mark nobody, and delete the pictures; also while they are read."""
    session, course = session_of(session_id)
    job = job_of(session, job_id)
    try:
        the_register().classroom.discard(job.id, by=the_user().id)
    except ClassroomError:
        return _too_late(session, course, job_of(session, job_id))
    flash(_("Discarded. Nobody was marked, and the pictures were deleted."), "ok")
    return redirect(url_for("classroom.index", session_id=session.id), HTTPStatus.SEE_OTHER)


@blueprint.post("/undo")
def undo(session_id: str, job_id: str) -> Response:
    """Take back the marks that came from the photo, where they still stand so."""
    session, _course = session_of(session_id)
    job = job_of(session, job_id)
    register, undone = the_register(), 0
    for student_id in job.marks.marked if job.marks is not None else ():
        mark = register.store.mark(session.id, student_id)
        last = mark.history[-1] if mark is not None and mark.history else None
        if mark is None or last is None or last.method is not MarkMethod.CLASSROOM_PHOTO:
            continue
        if last.at == job.decided_at:
            me = the_user().id
            done = register.corrections.undo(session.id, student_id, version=mark.version, by=me)
            undone += done is not None
    if undone:
        flash(ngettext("%(num)d mark undone.", "%(num)d marks undone.", undone), "ok")
    else:
        flash(_("There was nothing left to undo."), "info")
    return redirect(url_for("board.show", session_id=session.id), HTTPStatus.SEE_OTHER)


def _again(
    session: Session, course: Course, job: ClassroomJob, picks: dict[str, Picked], sentence: str
) -> Response:
    """The page with what was chosen, and what is wrong with it."""
    page = result_page(session, course, job, picks, error=sentence)
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)


def _first_of_two(session: Session) -> Response:
    """Back to the session's photos: another person has to confirm, too."""
    flash(_("Your choices were recorded. Another teacher or an admin has to confirm them now."), "info")
    return redirect(url_for("classroom.index", session_id=session.id), HTTPStatus.SEE_OTHER)


def _too_late(session: Session, course: Course, job: ClassroomJob) -> Response:
    """The answer for a job that is already decided, or can't be yet; the same choices are not an error."""
    if job.marks is not None and said_in(request.form, roster_of(course)) == _ids(job.marks):
        return _done(session, job.id, job.marks)
    if job.state in (JobState.CONFIRMED, JobState.DISCARDED) and job.decided_at is not None:
        time = clock_time(job.decided_at)
        name = who(job.decided_by or "")
        if job.state is JobState.CONFIRMED:
            sentence = _(
                "%(name)s already confirmed this at %(time)s. Change individual marks on the board.",
                name=name,
                time=time,
            )
        else:
            sentence = _(
                "%(name)s already discarded this at %(time)s. Nothing was marked.", name=name, time=time
            )
    else:
        sentence = _("This can't be confirmed: it hasn't been read yet, or couldn't be. Nothing was marked.")
    flash(sentence, "warn")
    return make_response(show(session.id, job.id), HTTPStatus.CONFLICT)


def _done(session: Session, job_id: str, marks: ClassroomMarks) -> Response:
    """To the board, with what was written, what stood already, and what was not possible."""
    if marks.marked:
        text = ngettext(
            "%(num)d student marked from the photo.",
            "%(num)d students marked from the photo.",
            len(marks.marked),
        )
        flash(text, "ok")
        login[UNDO] = (url_for("classroom_confirm.undo", session_id=session.id, job_id=job_id), {})
    if marks.standing:
        here, kept = _here_and_kept(session, marks.standing)
        if here:
            names = _listed(names_of(here))
            flash(_("Already marked, not changed: %(names)s.", names=names), "info")
        if kept:
            names = _listed(names_of(kept))
            flash(
                _(
                    "Seen on the photo, but marked otherwise by hand, and not changed: %(names)s. "
                    "The board shows who.",
                    names=names,
                ),
                "warn",
            )
    for choice in marks.refused:
        name = ", ".join(names_of([choice.student_id])) or _("A student")
        sentence = _("Not marked: %(name)s %(reason)s.", name=name, reason=problem_sentence(choice.problem))
        flash(sentence, "warn")
    return redirect(url_for("board.show", session_id=session.id), HTTPStatus.SEE_OTHER)


def _here_and_kept(session: Session, standing: Sequence[str]) -> tuple[list[str], list[str]]:
    """The students whose marks the photo left alone: those who were here, and those with a person's word."""
    store = the_register().store
    marks = {student_id: store.mark(session.id, student_id) for student_id in standing}
    here = [student_id for student_id, mark in marks.items() if mark is None or mark.counts_as_there]
    return here, [student_id for student_id in standing if student_id not in here]


def _ids(marks: ClassroomMarks) -> set[str]:
    return {*marks.marked, *marks.standing, *(choice.student_id for choice in marks.refused)}


def _listed(names: Sequence[str]) -> str:
    if len(names) <= MOST_NAMES:
        return ", ".join(names)
    return str(
        _("%(names)s and %(num)d more", names=", ".join(names[:MOST_NAMES]), num=len(names) - MOST_NAMES)
    )
