"""``/student_attendance`` lists marks."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request
from pydantic import ValidationError

from attendance.accounts.api_tokens import Scope
from attendance.values import Mark, MarkStatus, Student
from client.access.proof import PROOF_PAGE, is_proved
from client.access.shown_faces import shown_portrait
from client.access.visible_students import visible_students
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.serving.software_addresses import PREFIX
from client.software.api.sessions import sessions_between
from client.software.legacy.answers import legacy_problem, local_time
from client.software.live.known_fields import known_student
from client.software.protocol.authentication import Caller, the_caller
from client.software.protocol.days import DayRange
from client.software.protocol.guard import refuse_repeated_parameters
from client.web.error_answers import answer_errors
from client.web.services import the_register

MOST_MARKS = 10_000  # per response; the API pages through more
MOST_WITH_PICTURES = 500  # of 20 kB each, and a third more in base64

blueprint = Blueprint("known_attendance", __name__)
answer_errors(blueprint, legacy_problem)


class ListQuery(DayRange):
    """Which marks, and whether with pictures."""

    image_data: bool = False


@blueprint.get("/student_attendance", strict_slashes=False)
def student_attendance() -> Response:
    """List the marks of the last 30 days, or of the given days, oldest first."""
    caller = the_caller(Scope.MARKS_READ)
    if not caller.has_token and not is_proved():
        raise ApiProblemError(
            ProblemCode.FORBIDDEN,
            f"This list is an export. Enter your password at {PROOF_PAGE} first, or send a token.",
        )
    query = _query()
    if query.image_data and not caller.may(Scope.STUDENTS_READ):
        raise ApiProblemError(
            ProblemCode.SCOPE_MISSING,
            f"Pictures need the scope {Scope.STUDENTS_READ.value}. Add it, or omit image_data.",
        )
    register = the_register()
    courses = {course.id: course for course in register.courses.all(hidden=True)}
    sessions = {
        session.id: session
        for session in sessions_between(query, None)
        if session.course_id in courses
        and not session.is_cancelled
        and caller.may_run(courses[session.course_id])
    }
    _require_few(register.store.count_marks(list(sessions)), pictures=query.image_data)
    students = {student.id: student for student in register.students.all()}
    marks = [
        mark
        for mark in register.store.marks_of_sessions(list(sessions))
        if mark.status is not MarkStatus.WITHDRAWN and mark.student_id in students
    ]
    _require_few(len(marks), pictures=query.image_data)
    detailed = _detailed(caller, students)
    pictures = _pictures({mark.student_id for mark in marks} & detailed) if query.image_data else {}
    marks.sort(key=lambda mark: (mark.at, mark.id))
    return jsonify(
        [
            {
                **_row(students[mark.student_id], mark, details=mark.student_id in detailed),
                "course": courses[sessions[mark.session_id].course_id].name,
                "session": mark.session_id,
                **({"image_data": pictures.get(mark.student_id)} if query.image_data else {}),
            }
            for mark in marks
        ]
    )


def _detailed(caller: Caller, students: Mapping[str, Student]) -> set[str]:
    """The ids of the students whose details the caller may read, found at once for all of them."""
    if not caller.may(Scope.STUDENTS_READ):
        return set()
    return set(students) if caller.has_token else {student.id for student in visible_students()}


def _row(student: Student, mark: Mark, *, details: bool) -> dict[str, Any]:
    return {
        **known_student(student, mark.at, zone=the_register().settings.time_zone, details=details),
        "time": local_time(mark.at),
        "status": mark.status.value,
        "under_review": mark.under_review,
    }


def _pictures(student_ids: set[str]) -> dict[str, str | None]:
    """Each student's portrait as a JPEG in base64; None for those without one."""
    found = {student_id: shown_portrait(student_id) for student_id in student_ids}
    return {
        student_id: None if portrait is None else base64.b64encode(portrait.jpeg).decode("ascii")
        for student_id, portrait in found.items()
    }


def _require_few(marks: int, *, pictures: bool) -> None:
    most = MOST_WITH_PICTURES if pictures else MOST_MARKS
    if marks > most:
        without = ", or omit image_data" if pictures else f", or use {PREFIX}/marks"
        raise ApiProblemError(
            ProblemCode.TOO_LARGE,
            f"There are {marks} marks, and a response has at most {most}. Request fewer days (first_day, "
            f"last_day){without}.",
        )


def _query() -> ListQuery:
    refuse_repeated_parameters()
    given = {name.strip().lower(): value for name, value in request.args.items()}
    try:
        return ListQuery.model_validate(
            {name: value for name, value in given.items() if name in ListQuery.model_fields}
        )
    except ValidationError as error:
        raise ApiProblemError(
            ProblemCode.NOT_AS_DESCRIBED,
            "first_day and last_day must be valid dates, YYYY-MM-DD, and image_data true or false.",
        ) from error
