"""Marks: filtered lists and corrections."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from flask import Response
from pydantic import BaseModel, Field

from attendance.accounts.api_tokens import Scope
from attendance.values import Mark, MarkEvent, MarkMethod, MarkStatus
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.software.api.sessions import sessions_between
from client.software.api.student_models import EXAMPLE_ID
from client.software.protocol.days import DayRange
from client.software.protocol.guard import caller
from client.software.protocol.idempotency import idempotent
from client.software.protocol.models import ApiAnswer
from client.software.protocol.paging import EXAMPLE_CURSOR, PageQuery, page_of
from client.software.protocol.resources import JSON_ONLY, Body, Resource, api_response
from client.web.services import the_register

blueprint = Resource("marks", __name__, description="Marks: the status of each student in each session.")
MOST_NOTE = 500  # characters
Note = Annotated[
    str,
    Field(
        max_length=MOST_NOTE, description="The reason, for the mark's history.", examples=["at the dentist"]
    ),
]
_WRITES = (ProblemCode.NOT_FOUND, ProblemCode.NOT_POSSIBLE, ProblemCode.CONFLICT)


class EventAbout(ApiAnswer):
    """An entry in a mark's history."""

    at: datetime = Field(description="When the change was made.")
    status: MarkStatus = Field(description="The status that was set.")
    method: MarkMethod = Field(description="How the mark was made.")
    by: str = Field(
        description="Who made the change: a user's id, `student`, `clock`, or `api:` and a token's name.",
        examples=["api:Timetable"],
    )
    note: str = Field(description="The reason, if one was given.", examples=["at the dentist"])
    under_review: bool = Field(description="Whether the mark needed review.")

    @classmethod
    def of(cls, event: MarkEvent) -> EventAbout:
        """The public view of a history entry."""
        return cls.model_validate(event, from_attributes=True)


class MarkAbout(ApiAnswer):
    """The mark of one student in one session."""

    session: str = Field(description="The session's id.", examples=["physics|2026-11-23|09:00"])
    student: str = Field(description="The student's id.", examples=[EXAMPLE_ID])
    roll_number: str = Field(description="The student's roll number.", examples=["17"])
    name: str = Field(description="The student's name.", examples=["Katherine Johnson"])
    status: MarkStatus = Field(description="The current status.")
    method: MarkMethod = Field(description="How the mark was made.")
    at: datetime = Field(description="When the student checked in, or when the status was set.")
    score: float | None = Field(description="Cosine similarity, if a face was compared.", examples=[0.83])
    under_review: bool = Field(description="Whether the mark needs review. Until then it does not count.")


class MarkDetails(MarkAbout):
    """A mark with its history, oldest first."""

    history: list[EventAbout] = Field(description="All changes of the mark, oldest first.")


class MarkPage(ApiAnswer):
    """A page of marks, sorted by session and student."""

    items: list[MarkAbout] = Field(description="The marks on this page.")
    next: str | None = Field(
        description="Pass as `after` to get the next page; null on the last page.",
        examples=[EXAMPLE_CURSOR],
    )


class MarkQuery(PageQuery, DayRange):
    """Filters for marks: a session, or a range of days (the last 30 by default)."""

    session: str | None = Field(None, max_length=400, description="Only marks of the session with this id.")
    course: str | None = Field(
        None, max_length=200, description="Only marks in sessions of the course with this id."
    )
    student: str | None = Field(None, max_length=64, description="Only marks of the student with this id.")
    roll_number: str | None = Field(
        None, max_length=64, description="Only marks of the student with this roll number."
    )
    status: MarkStatus | None = Field(None, description="Only marks with this status.")
    method: MarkMethod | None = Field(None, description="Only marks made with this method.")


class MarkPath(BaseModel):
    """The mark to access."""

    session: str = Field(min_length=1, max_length=400, description="The session's id, percent-encoded.")
    student: str = Field(min_length=1, max_length=64, description="The student's id.")


class MarkBody(Body):
    """The status to set."""

    status: Literal["present", "late", "absent", "excused"] = Field(description="The status to set.")
    note: Note = Field("", description="The reason, for the mark's history.", examples=["at the dentist"])


@blueprint.call(
    "GET",
    "/marks",
    scope=Scope.MARKS_READ,
    returns={200: MarkPage},
    problems=(ProblemCode.NOT_FOUND,),
)
def list_marks(query: MarkQuery) -> Response:
    """List marks, withdrawn ones only with `status=withdrawn`, those of cancelled sessions never."""
    students = _students(query)
    found = [
        mark
        for mark in _marks(query)
        if _is_wanted(mark, query) and (students is None or mark.student_id in students)
    ]
    found.sort(key=lambda mark: mark.id)
    chosen, following = page_of(found, query, "marks", lambda mark: mark.id)
    items = [about for mark in chosen if (about := _about(mark)) is not None]
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
    register = the_register()
    session = register.class_sessions.get(path.session)
    student = register.students.by_id(path.student)
    mark = register.marking.mark(
        student.roll_number, MarkStatus(body.status), by=caller(), note=body.note, session=session
    )
    return _response(mark)


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
    _the_mark(path)
    mark = the_register().corrections.take_back(path.session, path.student, by=caller())
    if mark is None:  # the student was erased meanwhile
        raise _no_mark(path)
    return _response(mark)


def _the_mark(path: MarkPath) -> Mark:
    mark = the_register().store.mark(path.session, path.student)
    if mark is None:
        raise _no_mark(path)
    return mark


def _no_mark(path: MarkPath) -> ApiProblemError:
    return ApiProblemError(
        ProblemCode.NOT_FOUND, f"Student {path.student!r} has no mark in session {path.session!r}."
    )


def _marks(query: MarkQuery) -> list[Mark]:
    store = the_register().store
    if query.session is not None:
        session = the_register().class_sessions.get(query.session)
        return [] if session.is_cancelled else store.marks(session.id)
    sessions = sessions_between(query, query.course)
    return store.marks_of_sessions([session.id for session in sessions if not session.is_cancelled])


def _is_wanted(mark: Mark, query: MarkQuery) -> bool:
    if query.status is None and mark.status is MarkStatus.WITHDRAWN:
        return False
    if query.status is not None and mark.status is not query.status:
        return False
    return query.method in (None, mark.method)


def _students(query: MarkQuery) -> set[str] | None:
    """The ids of the students to include; None means all."""
    filters: list[set[str]] = []
    if query.student is not None:
        filters.append({query.student})
    if query.roll_number is not None:
        student = the_register().store.student_by_roll(query.roll_number)
        filters.append(set() if student is None else {student.id})
    return set.intersection(*filters) if filters else None


def _about(mark: Mark) -> MarkAbout | None:
    student = the_register().store.student(mark.student_id)
    if student is None:  # erased meanwhile
        return None
    return MarkAbout(
        session=mark.session_id,
        student=student.id,
        roll_number=student.roll_number,
        name=student.name,
        status=mark.status,
        method=mark.method,
        at=mark.at,
        score=None if mark.score is None else round(mark.score, 4),
        under_review=mark.under_review,
    )


def _response(mark: Mark) -> Response:
    about = _about(mark)
    if about is None:
        raise ApiProblemError(ProblemCode.NOT_FOUND, "The student was erased.")
    history = [EventAbout.of(event) for event in mark.history]
    return api_response(MarkDetails(**about.model_dump(), history=history))
