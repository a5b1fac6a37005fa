"""``/mark-attendance`` marks with the server's camera; ``/student_attendance`` lists marks."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request
from pydantic import Field, ValidationError

from attendance.accounts.api_tokens import Scope
from attendance.cameras.own_camera import WatchEnd
from attendance.cameras.watch_values import WatchNews, WatchNewsKind
from attendance.values import MarkStatus
from client.access.proof import PROOF_PAGE, is_proved
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.serving.software_addresses import PREFIX
from client.software.api.sessions import sessions_between
from client.software.legacy.answers import Fields, legacy_problem, local_time, the_form, told
from client.software.protocol.authentication import Caller, the_caller, the_session
from client.software.protocol.days import DayRange
from client.web.error_answers import answer_errors
from client.web.services import the_register

SECONDS = 20.0  # for which the camera watches at most
MOST_MARKS = 10_000  # per response; the API pages through more

_ENDS = {
    WatchEnd.DONE: "",
    WatchEnd.TIMED_OUT: "Time ran out before everyone in view was marked.",
    WatchEnd.SESSION_CLOSED: "The session was closed in the meantime.",
    WatchEnd.CAMERA_GONE: "The camera stopped sending pictures.",
}

blueprint = Blueprint("known_camera", __name__)
answer_errors(blueprint, legacy_problem)


class Threshold(Fields):
    """The minimum score for a match, and the session to mark in."""

    threshold: float = Field(0.0, ge=0.0, le=1.0, allow_inf_nan=False)
    session: str | None = Field(None, max_length=400)


@blueprint.post("/mark-attendance", strict_slashes=False)
def mark_attendance() -> Response:
    """Mark students with the server's camera until everyone in view is marked, for at most 20 seconds.

    The request's threshold can only be stricter than the engine's own.
    """
    caller = the_caller(Scope.MARKS_WRITE)
    form = the_form(Threshold)
    session, _ = the_session(form.session, caller)
    result = the_register().cameras.own.watch(
        session, by=caller.by, least_score=form.threshold, seconds=SECONDS
    )
    marked = [_news(each, caller) for each in result.news if each.kind is not WatchNewsKind.HELD]
    new = sum(each.kind is WatchNewsKind.MARKED for each in result.news)
    return told(
        f"{_count(new)} marked. {_ENDS[result.end]}".strip(),
        marked=marked,
        to_review=sum(each.kind is WatchNewsKind.HELD for each in result.news),
        ended=result.end.value,
    )


@blueprint.get("/student_attendance", strict_slashes=False)
def student_attendance() -> Response:
    """List the marks of the last 30 days, or of the given days, oldest first."""
    caller = the_caller(Scope.MARKS_READ)
    if not caller.has_token and not is_proved():
        raise ApiProblemError(
            ProblemCode.FORBIDDEN,
            f"This list is an export. Enter your password at {PROOF_PAGE} first, or send a token.",
        )
    register = the_register()
    courses = {course.id: course for course in register.courses.all(hidden=True)}
    sessions = {
        session.id: session
        for session in sessions_between(_days(), None)
        if session.course_id in courses
        and not session.is_cancelled
        and caller.may_run(courses[session.course_id])
    }
    marks = [
        mark
        for mark in register.store.marks_of_sessions(list(sessions))
        if mark.status is not MarkStatus.WITHDRAWN
    ]
    if len(marks) > MOST_MARKS:
        raise ApiProblemError(
            ProblemCode.TOO_LARGE,
            f"There are {len(marks)} marks. Request fewer days (first_day, last_day), or use {PREFIX}/marks.",
        )
    students = {student.id: student for student in register.students.all()}
    marks.sort(key=lambda mark: (mark.at, mark.id))
    return jsonify(
        [
            {
                "roll_no": students[mark.student_id].roll_number,
                "name": students[mark.student_id].name,
                "time": local_time(mark.at),
                "status": mark.status.value,
                "under_review": mark.under_review,
                "course": courses[sessions[mark.session_id].course_id].name,
                "session": mark.session_id,
            }
            for mark in marks
            if mark.student_id in students
        ]
    )


def _days() -> DayRange:
    try:
        return DayRange.model_validate(
            {name: request.args[name] for name in DayRange.model_fields if name in request.args}
        )
    except ValidationError as error:
        raise ApiProblemError(
            ProblemCode.NOT_AS_DESCRIBED, "first_day and last_day must be valid dates, YYYY-MM-DD."
        ) from error


def _count(students: int) -> str:
    if students > 1:
        return f"{students} students were"
    return "1 student was" if students else "No new student was"


def _news(news: WatchNews, caller: Caller) -> dict[str, Any]:
    return {
        "roll_no": news.student.roll_number if caller.may_read_names else None,
        "name": news.student.name if caller.may_read_names else None,
        "status": None if news.mark is None else news.mark.status.value,
        "new": news.kind is WatchNewsKind.MARKED,
    }
