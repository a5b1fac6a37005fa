"""Marks: who was there, in lists with filters, and corrections."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from flask import Response
from pydantic import BaseModel, Field

from attendance.accounts.api_tokens import Scope
from attendance.values import Mark, MarkEvent, MarkMethod, MarkStatus
from attendance.values.roll_numbers import clean_text
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.software.api.people import EXAMPLE_ID
from client.software.api.sessions import sessions_between
from client.software.protocol.days import DayRange
from client.software.protocol.guard import caller
from client.software.protocol.idempotency import idempotent
from client.software.protocol.models import ApiAnswer
from client.software.protocol.paging import PageQuery, page_of
from client.software.protocol.resources import WITH_JSON, Body, Resource, answer_of
from client.web.services import the_register

blueprint = Resource("marks", __name__, description="Who was there.")
MOST_NOTE = 500  # characters
Note = Annotated[
    str, Field(max_length=MOST_NOTE, description="Why, for the mark's history.", examples=["at the dentist"])
]
_WRITES = (ProblemCode.NOT_FOUND, ProblemCode.NOT_POSSIBLE, ProblemCode.KEY_REUSED)


class EventAbout(ApiAnswer):
    """One line of a mark's history."""

    at: datetime = Field(description="When it was said.")
    status: MarkStatus = Field(description="What was said.")
    method: MarkMethod = Field(description="How it was found out.")
    by: str = Field(
        description="A user's id, `student`, `clock`, or `api:` with a token's name.",
        examples=["api:Timetable"],
    )
    note: str = Field(description="Why, where somebody said it.", examples=["at the dentist"])
    under_review: bool = Field(description="Whether a person had still to decide.")

    @classmethod
    def of(cls, event: MarkEvent) -> EventAbout:
        """What is told of it."""
        return cls.model_validate(event, from_attributes=True)


class MarkAbout(ApiAnswer):
    """What the register says of one student in one session."""

    session: str = Field(description="The session's id.", examples=["physics|2026-11-23|09:00"])
    student: str = Field(description="The student's id.", examples=[EXAMPLE_ID])
    roll_number: str = Field(description="The student's.", examples=["17"])
    name: str = Field(description="The student's.", examples=["Katherine Johnson"])
    status: MarkStatus = Field(description="What counts.")
    method: MarkMethod = Field(description="How it was found out.")
    at: datetime = Field(description="When the student came, or when the status was given.")
    score: float | None = Field(description="Cosine similarity, where a face was compared.", examples=[0.83])
    under_review: bool = Field(description="It does not count until a person has decided.")


class MarkDetails(MarkAbout):
    """A mark with its history, oldest first."""

    history: list[EventAbout] = Field(description="All that was said, the oldest first.")


class MarkPage(ApiAnswer):
    """Part of the marks, by session and student."""

    items: list[MarkAbout] = Field(description="This part of them.")
    next: str | None = Field(
        description="For `after`; null at the end.",
        examples=["general|2026-11-23|f4e082fecb094e3faa378be37a6c0d71"],
    )


class MarkQuery(PageQuery, DayRange):
    """Which marks; without a session those of the days, at first the last 30."""

    session: str | None = Field(None, max_length=400, description="Of this session.")
    course: str | None = Field(None, max_length=200, description="Of this course's sessions.")
    student: str | None = Field(None, max_length=64, description="Of this student, by id.")
    roll_number: str | None = Field(None, max_length=64, description="Of this student.")
    status: MarkStatus | None = Field(None, description="Those that say this.")
    method: MarkMethod | None = Field(None, description="Those that were found out so.")


class MarkPath(BaseModel):
    """Which mark."""

    session: str = Field(min_length=1, max_length=400, description="The session's id, percent-encoded.")
    student: str = Field(min_length=1, max_length=64, description="The student's id.")


class MarkBody(Body):
    """What a mark shall say."""

    status: Literal["present", "late", "absent", "excused"] = Field(description="What it shall say.")
    note: Note = Field("", description="Why, for the mark's history.", examples=["at the dentist"])


@blueprint.call(
    "GET",
    "/marks",
    scope=Scope.MARKS_READ,
    gives={200: MarkPage},
    problems=(ProblemCode.NOT_FOUND,),
)
def list_marks(query: MarkQuery) -> Response:
    """Marks with filters; withdrawn ones only where their status is asked for."""
    students = _students(query)
    found = [
        mark
        for mark in _marks(query)
        if _is_wanted(mark, query) and (students is None or mark.student_id in students)
    ]
    found.sort(key=lambda mark: mark.id)
    chosen, following = page_of(found, query, lambda mark: mark.id)
    items = [about for mark in chosen if (about := _about(mark)) is not None]
    return answer_of(MarkPage(items=items, next=following))


@blueprint.call(
    "GET",
    "/sessions/<string:session>/marks/<string:student>",
    scope=Scope.MARKS_READ,
    gives={200: MarkDetails},
    problems=(ProblemCode.NOT_FOUND,),
)
def show_mark(path: MarkPath) -> Response:
    """One mark with its history."""
    return _told(_the_mark(path))


@blueprint.call(
    "PUT",
    "/sessions/<string:session>/marks/<string:student>",
    scope=Scope.MARKS_WRITE,
    takes=WITH_JSON,
    gives={200: MarkDetails},
    problems=_WRITES,
)
@idempotent
def correct_mark(path: MarkPath, body: MarkBody) -> Response:
    """Give a student a status, whatever the mark said before; that stays in its history."""
    register = the_register()
    session = register.class_sessions.get(path.session)
    student = register.students.by_id(path.student)
    mark = register.marking.mark(
        student.roll_number, MarkStatus(body.status), by=caller(), note=body.note, session=session
    )
    return _told(mark)


@blueprint.call(
    "DELETE",
    "/sessions/<string:session>/marks/<string:student>",
    scope=Scope.MARKS_WRITE,
    gives={200: MarkDetails},
    problems=_WRITES,
)
@idempotent
def withdraw_mark(path: MarkPath) -> Response:
    """Take a mark back, as if nothing had been said; its history stays."""
    _the_mark(path)
    mark = the_register().corrections.take_back(path.session, path.student, by=caller())
    if mark is None:  # the student was erased a moment ago
        raise _no_mark(path)
    return _told(mark)


def _the_mark(path: MarkPath) -> Mark:
    mark = the_register().store.mark(path.session, path.student)
    if mark is None:
        raise _no_mark(path)
    return mark


def _no_mark(path: MarkPath) -> ApiProblemError:
    return ApiProblemError(
        ProblemCode.NOT_FOUND, f"The student {path.student!r} has no mark in the session {path.session!r}."
    )


def _marks(query: MarkQuery) -> list[Mark]:
    store = the_register().store
    if query.session is not None:
        return store.marks(the_register().class_sessions.get(query.session).id)
    return store.marks_of_sessions([session.id for session in sessions_between(query, query.course)])


def _is_wanted(mark: Mark, query: MarkQuery) -> bool:
    if query.status is None and mark.status is MarkStatus.WITHDRAWN:
        return False
    if query.status is not None and mark.status is not query.status:
        return False
    return query.method in (None, mark.method)


def _students(query: MarkQuery) -> set[str] | None:
    """The ids of those that are asked for; None: everybody."""
    asked: list[set[str]] = []
    if query.student is not None:
        asked.append({query.student})
    if query.roll_number is not None:
        student = the_register().store.student_by_roll(clean_text(query.roll_number))
        asked.append(set() if student is None else {student.id})
    return set.intersection(*asked) if asked else None


def _about(mark: Mark) -> MarkAbout | None:
    student = the_register().store.student(mark.student_id)
    if student is None:  # erased a moment ago
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


def _told(mark: Mark) -> Response:
    about = _about(mark)
    if about is None:
        raise ApiProblemError(ProblemCode.NOT_FOUND, "The student has left the register.")
    history = [EventAbout.of(event) for event in mark.history]
    return answer_of(MarkDetails(**about.model_dump(), history=history))
