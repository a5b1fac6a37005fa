"""What these addresses answer: fields and ``success`` as such clients know them, real statuses."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, jsonify

from attendance.values import Student
from client.problems.problem_kinds import problem_document
from client.problems.table import KnownProblem
from client.software.protocol.headers.challenge import challenge
from client.web.answers.request_ids import the_request_id
from client.web.services import the_register
from client.web.wording import local


def told(message: str, **more: Any) -> Response:
    """An answer: the result of the call, in one sentence and in fields."""
    return jsonify(success=True, message=message, **more)


def student_info(student: Student, *, names: bool, details: bool) -> dict[str, str | None]:
    """A student as these answers show one; what the caller may not read is null.

    Args:
        student: the student.
        names: whether the caller may read id, roll number and name.
        details: whether the caller may read the rest.
    """
    return {
        "id": student.id if names else None,
        "roll_no": student.roll_number if names else None,
        "name": student.name if names else None,
        "email": student.email if details else None,
        "phone": student.phone if details else None,
        "department": student.department if details else None,
        "year": student.year if details else None,
    }


def local_time(moment: datetime) -> str:
    """A moment at the site, ISO 8601 to the second and with its offset."""
    return local(moment, the_register().settings.time_zone).isoformat(timespec="seconds")


def legacy_problem(problem: KnownProblem) -> Response:
    """The answer to a call that failed, in the form that such clients read."""
    details = problem_document(problem.code, problem.message, request_id=the_request_id())
    answer = jsonify(success=False, message=details["detail"], code=details["code"])
    answer.status_code = problem.status
    return challenge(answer, problem)
