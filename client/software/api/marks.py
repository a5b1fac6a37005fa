"""Marks: filtered lists and corrections, one by one and many at once."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, jsonify

from attendance.accounts.api_tokens import Scope
from attendance.classes.cancelling import need_uncancelled
from attendance.people.finding import whoever_is_named
from attendance.values import Mark, MarkStatus, Session
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.problems.table import DOMAIN_ERRORS, problem_of
from client.software.api.lists.mark_pages import page_of_marks
from client.software.api.mark_models import (
    MarkAbout,
    MarkBody,
    MarkDetails,
    MarkLine,
    MarkPage,
    MarkPath,
    MarkQuery,
    MarkResult,
    MarkResults,
    MarksBody,
    WrongLine,
)
from client.software.api.session_models import SessionPath
from client.software.api.sessions import sessions_between
from client.software.protocol.guard import caller, may_read_answer
from client.software.protocol.idempotency import idempotent
from client.software.protocol.problems import Problem, the_problem
from client.software.protocol.resources import JSON_ONLY, Resource, api_response
from client.web.services import the_register

blueprint = Resource("marks", __name__, description="Marks: the status of each student in each session.")
_WRITES = (ProblemCode.NOT_FOUND, ProblemCode.NOT_POSSIBLE, ProblemCode.CONFLICT)


@blueprint.call(
    "GET",
    "/marks",
    scope=Scope.MARKS_READ,
    returns={200: MarkPage},
    problems=(ProblemCode.NOT_FOUND,),
)
def list_marks(query: MarkQuery) -> Response:
    """List marks, withdrawn ones only with `status=withdrawn`, those of cancelled sessions never."""
    chosen, following = page_of_marks(the_register().store, _sessions(query), query, _students(query))
    known = {student.id: student for student in the_register().students.all()}
    items = [
        MarkAbout.of_student(mark, known[mark.student_id]) for mark in chosen if mark.student_id in known
    ]
    return api_response(MarkPage(items=items, next=following))


@blueprint.call(
    "GET",
    "/sessions/<string:session>/marks/<string:student>",
    scope=Scope.MARKS_READ,
    returns={200: MarkDetails},
    problems=(ProblemCode.NOT_FOUND,),
)
def get_mark(path: MarkPath) -> Response:
    """Get a mark with its history."""
    return _response(_the_mark(path))


@blueprint.call(
    "PUT",
    "/sessions/<string:session>/marks/<string:student>",
    scope=Scope.MARKS_WRITE,
    accepts=JSON_ONLY,
    returns={200: MarkDetails},
    problems=_WRITES,
)
@idempotent
def mark_student(path: MarkPath, body: MarkBody) -> Response:
    """Set a student's status. The previous status stays in the mark's history."""
    return _response(_marked(path.session, path.student, body))


@blueprint.call(
    "POST",
    "/sessions/<string:session>/marks",
    scope=Scope.MARKS_WRITE,
    accepts=JSON_ONLY,
    returns={207: MarkResults},
    problems=_WRITES,
)
@idempotent
def mark_students(path: SessionPath, body: MarksBody) -> Response:
    """Set the status of several students. Each line has its own result, and none stops the others."""
    need_uncancelled(the_register().class_sessions.get(path.session))
    answer = jsonify(
        MarkResults(results=[_result(path.session, line) for line in body.marks]).model_dump(mode="json")
    )
    answer.status_code = HTTPStatus.MULTI_STATUS
    return answer


@blueprint.call(
    "DELETE",
    "/sessions/<string:session>/marks/<string:student>",
    scope=Scope.MARKS_WRITE,
    returns={200: MarkDetails},
    problems=_WRITES,
)
@idempotent
def withdraw_mark(path: MarkPath) -> Response:
    """Withdraw a mark. Its history stays."""
    before = _the_mark(path)
    mark = the_register().corrections.take_back(before.session_id, before.student_id, by=caller())
    if mark is None:  # the student was erased meanwhile
        raise _no_mark(path)
    return _response(mark)


def _marked(session_id: str, student: str, body: MarkBody) -> Mark:
    register = the_register()
    return register.marking.mark_student(
        register.students.named(student),
        MarkStatus(body.status),
        by=caller(),
        note=body.note,
        session=register.class_sessions.get(session_id),
    )


def _result(session_id: str, line: MarkLine | WrongLine) -> MarkResult:
    """What became of a line.

    Raises:
        AttendanceError: the server has a problem, so the call fails as a whole. Sent again, it does the rest:
            lines that were done change nothing then.
    """
    if isinstance(line, WrongLine):
        return _refused(line.student, line.problem)
    try:
        mark = MarkDetails.of_whole(_marked(session_id, line.student, line))
    except DOMAIN_ERRORS as error:
        known = problem_of(error)
        if known.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        return _refused(line.student, the_problem(known.code, known.message))
    readable = mark if may_read_answer() else None
    return MarkResult(student=line.student, status=HTTPStatus.OK.value, mark=readable, problem=None)


def _refused(student: str | None, problem: Problem) -> MarkResult:
    return MarkResult(student=student, status=problem.status, mark=None, problem=problem)


def _the_mark(path: MarkPath) -> Mark:
    session = the_register().class_sessions.get(path.session)
    mark = the_register().store.mark(session.id, the_register().students.named(path.student).id)
    if mark is None:
        raise _no_mark(path)
    return mark


def _no_mark(path: MarkPath) -> ApiProblemError:
    return ApiProblemError(
        ProblemCode.NOT_FOUND, f"Student {path.student!r} has no mark in session {path.session!r}."
    )


def _sessions(query: MarkQuery) -> list[Session]:
    """The sessions whose marks are listed."""
    if query.session is not None:
        sessions = [the_register().class_sessions.get(query.session)]
    else:
        sessions = list(sessions_between(query, query.course))
    return [session for session in sessions if not session.is_cancelled]


def _students(query: MarkQuery) -> set[str] | None:
    """The ids of the students to include; None means all."""
    store = the_register().store
    filters: list[set[str]] = []
    if query.student is not None:
        filters.append({student.id for student in whoever_is_named(store, query.student)})
    if query.roll_number is not None:
        filters.append({student.id for student in store.students_with_number(query.roll_number)})
    return set.intersection(*filters) if filters else None


def _response(mark: Mark) -> Response:
    return api_response(MarkDetails.of_whole(mark))
