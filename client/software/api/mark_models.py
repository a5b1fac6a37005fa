"""The API's models of marks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, WrapValidator
from pydantic.json_schema import SkipJsonSchema

from attendance.liveness.evidence_words import evidence_texts
from attendance.values import (
    LivenessResult,
    Mark,
    MarkEvent,
    MarkEvidence,
    MarkMethod,
    MarkStatus,
    Place,
    Student,
)
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.software.api.students.student_models import EXAMPLE_ID, NAMED, RollNumber, StudentName
from client.software.protocol.days import DayRange
from client.software.protocol.models import ApiAnswer, rounded_score, shown_as
from client.software.protocol.paging import NextPage, PageQuery
from client.software.protocol.problems import Problem, undocumented
from client.software.protocol.resources import Body
from client.web.services import the_register

MOST_NOTE = 500  # characters
MOST_MARKS = 500  # of one call
Note = Annotated[
    str,
    Field(
        max_length=MOST_NOTE, description="The reason, for the mark's history.", examples=["at the dentist"]
    ),
]


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


class EvidenceAbout(ApiAnswer):
    """What speaks for a check-in: where it came from, and whether its student moved as asked."""

    place: Place = Field(
        description="Where it came from: the network of the class, a classroom photo, a kiosk, or "
        "`unknown`, as with mobile data."
    )
    liveness: LivenessResult = Field(
        description="What came of the movement that the phone asked for. `not_asked` for marks without a "
        "phone; `photo_only` for photos from other software."
    )
    why: list[str] = Field(
        description="Codes of what was wrong; more may be added. Empty if nothing was.", examples=[[]]
    )
    signed: bool = Field(description="Whether the phone proved with a key of its own which phone it is.")
    words: str = Field(
        description="The same for people, in English; empty if nothing is known.",
        examples=["The head turned as asked."],
    )

    @classmethod
    def of(cls, evidence: MarkEvidence) -> EvidenceAbout:
        """The public view of a mark's evidence."""
        return cls(
            place=evidence.place,
            liveness=evidence.liveness,
            why=list(evidence.why),
            signed=evidence.signed,
            words=" ".join(evidence_texts(evidence)),
        )


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
    evidence: EvidenceAbout = Field(description="What speaks for the check-in.")

    @classmethod
    def of(cls, mark: Mark) -> MarkAbout | None:
        """The public view of a mark; None if the student was erased meanwhile."""
        student = the_register().store.student(mark.student_id)
        return None if student is None else cls.of_student(mark, student)

    @classmethod
    def of_student(cls, mark: Mark, student: Student) -> MarkAbout:
        """The public view of a student's mark."""
        return cls(
            session=mark.session_id,
            student=student.id,
            roll_number=student.roll_number,
            name=student.name,
            status=mark.status,
            method=mark.method,
            at=mark.at,
            score=None if mark.score is None else rounded_score(mark.score),
            under_review=mark.under_review,
            evidence=EvidenceAbout.of(mark.evidence),
        )


class MarkDetails(MarkAbout):
    """A mark with its history, oldest first."""

    history: list[EventAbout] = Field(description="All changes of the mark, oldest first.")

    @classmethod
    def of_whole(cls, mark: Mark) -> MarkDetails:
        """The public view of a mark with its history.

        Raises:
            ApiProblemError: the student was erased meanwhile.
        """
        about = MarkAbout.of(mark)
        if about is None:
            raise ApiProblemError(ProblemCode.NOT_FOUND, "The student was erased.")
        return cls(**about.model_dump(), history=[EventAbout.of(event) for event in mark.history])


class MarkPage(ApiAnswer):
    """A page of marks, sorted by session and student."""

    items: list[MarkAbout] = Field(description="The marks on this page.")
    next: NextPage


class MarkQuery(PageQuery, DayRange):
    """Filters for marks: a session, or a range of days (the last 30 by default)."""

    session: str | None = Field(None, max_length=400, description="Only marks of the session with this id.")
    course: str | None = Field(
        None, max_length=200, description="Only marks in sessions of the course with this id."
    )
    student: StudentName | None = Field(
        None, description="Only marks of the student with this id or roll number; an id counts first."
    )
    roll_number: RollNumber | None = Field(
        None, description="Only marks of the student with this roll number."
    )
    status: list[MarkStatus] = Field(
        default_factory=list, description="Only marks with this status; repeat it for several."
    )
    method: list[MarkMethod] = Field(
        default_factory=list, description="Only marks made with this method; repeat it for several."
    )


class MarkPath(BaseModel):
    """The mark to access."""

    session: str = Field(min_length=1, max_length=400, description="The session's id, percent-encoded.")
    student: StudentName = Field(description=f"{NAMED} Percent-encoded.")


class MarkBody(Body):
    """The status to set."""

    status: Literal["present", "late", "absent", "excused"] = Field(description="The status to set.")
    note: Note = Field("", description="The reason, for the mark's history.", examples=["at the dentist"])


class MarkLine(MarkBody):
    """One of several marks to set."""

    student: StudentName = Field(description=NAMED, examples=["17"])


class WrongLine:
    """A line that is not as documented: it is answered, and the others are done.

    Args:
        sent: the line as it came.
        error: what is wrong with it.
    """

    def __init__(self, sent: object, error: ValidationError) -> None:
        named = sent.get("student") if isinstance(sent, dict) else None
        self.student = named if isinstance(named, str) else None
        self.problem = undocumented(error)


def _line(sent: object, _: object) -> MarkLine | WrongLine:
    try:
        return MarkLine.model_validate(sent)
    except ValidationError as error:
        return WrongLine(sent, error)


class MarksBody(Body):
    """The statuses to set, each for one student."""

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
        json_schema_extra=shown_as(marks=[{"student": "17", "status": "excused", "note": "at the dentist"}]),
    )

    marks: list[Annotated[MarkLine | SkipJsonSchema[WrongLine], WrapValidator(_line)]] = Field(
        min_length=1,
        max_length=MOST_MARKS,
        description="One line for each mark. They are set in this order, each on its own.",
    )


class MarkResult(ApiAnswer):
    """What became of one line: a mark or a problem."""

    student: str | None = Field(
        description="The student as the line names them; null if it has no such text.", examples=["17"]
    )
    status: int = Field(
        description="The HTTP status that the same mark alone would have been answered with.", examples=[200]
    )
    mark: MarkDetails | None = Field(
        description="The mark as it is now; null with a problem, and for tokens without `marks:read`."
    )
    problem: Problem | None = Field(description="Why this mark was not set; null if it was.")


class MarkResults(ApiAnswer):
    """The results of several marks."""

    results: list[MarkResult] = Field(description="One result for each line, in the order sent.")
