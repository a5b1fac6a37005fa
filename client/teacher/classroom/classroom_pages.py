"""Attendance from classroom photos: sending them, watching the progress, and the result."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from attendance.classroom.jobs.errors import ClassroomError, ClassroomJobNotFoundError
from attendance.classroom.jobs.limits import MOST_PHOTOS, MOST_VIDEO_BYTES, MOST_VIDEO_SECONDS
from attendance.classroom.jobs.states import JobState
from attendance.classroom.jobs.values import ClassroomJob
from attendance.values import Course, Session, SessionPhase
from client.access.login_cookie import unattended
from client.access.roles import Access, Pages, the_user
from client.access.sessions import session_of
from client.access.shown_faces import shown_portrait
from client.access.site_uses import need_room_photos
from client.access.teacher_requests import asks_for_data
from client.errors import UploadError
from client.problems.table import problem_of
from client.teacher.classroom.choices import names_of, roster_of
from client.teacher.classroom.result_view import NOBODY, Picked, first_picks, label, room_view
from client.teacher.classroom.sending import job_of_form, job_of_pieces
from client.teacher.classroom.uploads import (
    MOST_BYTES,
    PIECE_BYTES,
    disk_problem,
    disk_sentence,
    refused,
    upload_refused,
)
from client.teacher.classroom.words import (
    FACE_STATES,
    JOB_STATES,
    file_sentence,
    line_words,
    moment_words,
    problem_sentence,
    size_words,
    step_words,
)
from client.teacher.mark_words import who
from client.web.services import the_register

WORKING = (JobState.WAITING, JobState.READING)

blueprint = Pages(
    "classroom", __name__, access=Access.TEACHER, url_prefix="/teach/sessions/<session_id>/classroom"
)

blueprint.before_request(need_room_photos)


@blueprint.get("")
def index(session_id: str) -> str:
    """Choose or take photos, and see what was sent before."""
    session, course = session_of(session_id)
    return _index(session, course)


@blueprint.post("")
def submit(session_id: str) -> AnyResponse | tuple[str, int]:
    """Put files in line: those that came in pieces, or those of a form without JavaScript."""
    session, course = session_of(session_id)
    ids = list(dict.fromkeys(request.form.getlist("upload")))
    try:
        job_id = job_of_pieces(session, ids) if ids else job_of_form(session)
    except UploadError as error:
        return upload_refused(error)
    except ClassroomError as error:
        return _not_taken(session, course, error)
    except OSError:
        if asks_for_data():
            return disk_problem()
        return _index(session, course, error=disk_sentence()), HTTPStatus.INSUFFICIENT_STORAGE
    target = url_for("classroom.show", session_id=session_id, job_id=job_id)
    if asks_for_data():
        return jsonify(status="ok", next=target)
    return redirect(target, HTTPStatus.SEE_OTHER)


@blueprint.get("/<job_id>")
def show(session_id: str, job_id: str) -> str | AnyResponse:
    """One job: its progress, what was seen, or what became of it."""
    session, course = session_of(session_id)
    job = job_of(session, job_id)
    if job.state is JobState.READY:
        return result_page(session, course, job, first_picks(job))
    if job.state in WORKING:
        return render_template(
            "teacher/classroom/waiting.html", job=job, progress=_progress(job), **place_of(session, course)
        )
    return render_template(
        "teacher/classroom/over.html",
        job=job,
        problem=problem_sentence(job.problem) if job.problem else "",
        left_out=_left_out(job),
        decided_by=who(job.decided_by or ""),
        first_by=who(job.first_by) if job.first_by else "",
        marks=_names(job),
        **place_of(session, course),
    )


@blueprint.get("/<job_id>/state")
@unattended
def state(session_id: str, job_id: str) -> Response:
    """How far a job is; the page that waits asks for it every second."""
    session, _course = session_of(session_id)
    return jsonify(_progress(job_of(session, job_id)))


@blueprint.get("/<job_id>/pictures/<int:number>")
def picture(session_id: str, job_id: str, number: int) -> Response:
    """A picture of the classroom; browsers don't store it."""
    session, _course = session_of(session_id)
    job_of(session, job_id)
    return _jpeg(the_register().classroom.picture(job_id, number))


@blueprint.get("/<job_id>/portraits/<student_id>")
def portrait(session_id: str, job_id: str, student_id: str) -> Response:
    """The enrolled picture of a student whom a face may be, until the job is decided."""
    session, _course = session_of(session_id)
    job = job_of(session, job_id)
    named = any(one.student_id == student_id for face in job.faces for one in face.candidates)
    kept = shown_portrait(student_id) if named else None
    if kept is None:
        abort(HTTPStatus.NOT_FOUND)
    return _jpeg(kept.jpeg)


def job_of(session: Session, job_id: str) -> ClassroomJob:
    """A job of this session.

    Raises:
        ClassroomJobNotFoundError: there is none.
    """
    job = the_register().classroom.job(job_id)
    if job.session_id != session.id:
        raise ClassroomJobNotFoundError(f"Session {session.id!r} has no job {job_id!r}.")
    return job


def result_page(
    session: Session, course: Course, job: ClassroomJob, picks: Mapping[str, Picked], error: str = ""
) -> str:
    """The page of recognised faces, with these choices."""
    roster = roster_of(course, job)
    marks = {mark.student_id for mark in the_register().store.marks(session.id) if mark.counts_as_there}
    return render_template(
        "teacher/classroom/result.html",
        job=job,
        room=room_view(job, roster, picks),
        roster=[(student.id, student.name, label(student)) for student in roster.members],
        here_already=marks,
        nobody=NOBODY,
        states=FACE_STATES,
        moment=moment_words,
        left_out=_left_out(job),
        error=error,
        two_people=the_register().uses.two_people,
        me=the_user().id,
        **place_of(session, course),
    )


def place_of(session: Session, course: Course) -> dict[str, object]:
    """The values that every page of a session's photos shows."""
    return {
        "session": session,
        "course": course,
        "who": who,
        "job_states": JOB_STATES,
    }


def _index(session: Session, course: Course, error: str = "") -> str:
    stands = session.phase(the_register().clock.now())
    return render_template(
        "teacher/classroom/index.html",
        jobs=the_register().classroom.jobs_of(session.id),
        members=len(the_register().courses.members(course)),
        may_send=stands not in (SessionPhase.PLANNED, SessionPhase.CANCELLED),
        error=error,
        most_photos=MOST_PHOTOS,
        most_bytes=MOST_BYTES,
        most_video=size_words(MOST_VIDEO_BYTES),
        most_minutes=round(MOST_VIDEO_SECONDS / 60),
        piece_bytes=PIECE_BYTES,
        **place_of(session, course),
    )


def _not_taken(session: Session, course: Course, error: ClassroomError) -> Response | tuple[str, int]:
    """The reason why no job was made of the files."""
    status = problem_of(error).status
    sentence = problem_sentence(error.problem)
    if asks_for_data():
        return refused(sentence, status, code=error.problem.value)
    return _index(session, course, error=sentence), status


def _progress(job: ClassroomJob) -> dict[str, object]:
    waits = job.state is JobState.WAITING
    return {
        "state": job.state.value,
        "progress": round(min(max(job.progress, 0.0), 1.0), 3),
        "title": str(JOB_STATES[job.state][2]),
        "line": line_words(job.ahead) if waits else step_words(job),
        "over": job.state not in WORKING,
    }


def _left_out(job: ClassroomJob) -> list[tuple[str, str]]:
    return [(one.name, file_sentence(one.problem)) for one in job.upload_problems]


def _names(job: ClassroomJob) -> dict[str, list[str]]:
    """Names by what became of the mark; those of students who were removed since are left out."""
    if job.marks is None:
        return {}
    refused_ids = [one.student_id for one in job.marks.refused]
    groups = {"marked": job.marks.marked, "standing": job.marks.standing, "refused": refused_ids}
    return {name: names_of(ids) for name, ids in groups.items()}


def _jpeg(data: bytes) -> Response:
    return Response(data, mimetype="image/jpeg", headers={"Cache-Control": "no-store"})
