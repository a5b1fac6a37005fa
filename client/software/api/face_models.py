"""The API's models of faces and recognition results."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field, model_validator

from attendance.recognition.recogniser import ClaimOutcome, RecognisedFace
from client.software.api.students.student_models import EXAMPLE_ID, NAMED, RollNumber, StudentName
from client.software.protocol.json_or_multipart import Picture
from client.software.protocol.models import ApiAnswer, rounded_score, shown_as
from client.software.protocol.resources import Body
from client.web.services import the_register
from face_detection.problems import PhotoProblem
from face_detection.values import Face
from face_matching.decision import Doubtful, Match, Unknown

_PIXEL_DIGITS = 1
_JPEG_BEGINS = "/9j/4AAQSkZJRgABAQ=="


class Outcome(StrEnum):
    """The result of recognising a face."""

    MATCH = "match"
    DOUBTFUL = "doubtful"
    UNKNOWN = "unknown"
    UNFIT = "unfit"


class FaceAbout(ApiAnswer):
    """A detected face, in pixels of the picture."""

    box: tuple[float, float, float, float] = Field(
        description="x1, y1, x2, y2; may extend beyond the picture."
    )
    landmarks: list[tuple[float, float]] = Field(
        description="x, y of left eye, right eye, nose, left and right mouth corner, as the viewer sees them "
        "where the face is upright."
    )
    confidence: float = Field(description="The detector's confidence, 0 to 1.", examples=[0.99])


class Found(ApiAnswer):
    """The detected faces of a picture."""

    width: int = Field(description="The picture's width in pixels.", examples=[1280])
    height: int = Field(description="The picture's height in pixels.", examples=[720])
    faces: list[FaceAbout] = Field(description="The faces, largest first.")


class StudentScore(ApiAnswer):
    """A student who may be the person in the picture."""

    student: str = Field(description="The student's id.", examples=[EXAMPLE_ID])
    roll_number: str = Field(description="The student's roll number.", examples=["17"])
    name: str = Field(description="The student's name.", examples=["Katherine Johnson"])
    score: float = Field(description="Cosine similarity to the student's templates.", examples=[0.83])


class NamedFace(FaceAbout):
    """A face and its recognition result."""

    outcome: Outcome = Field(description="The recognition result.")
    candidates: list[StudentScore] = Field(
        description="For a match the student; for a doubtful face several, best first; otherwise empty."
    )
    best_score: float | None = Field(
        description="Cosine similarity to the most similar student, if any.", examples=[0.83]
    )
    problem: PhotoProblem | None = Field(description="Why an unfit face can't be compared; otherwise null.")


class Named(ApiAnswer):
    """The recognised faces of a picture."""

    width: int = Field(description="The picture's width in pixels.", examples=[1280])
    height: int = Field(description="The picture's height in pixels.", examples=[720])
    faces: list[NamedFace] = Field(description="The faces, largest first.")


class Verified(ApiAnswer):
    """The result of comparing a picture with one student."""

    claim: ClaimOutcome = Field(
        description="Whether the picture shows the student; `unsure` means that a person should decide."
    )
    score: float = Field(description="Cosine similarity to the student's templates.", examples=[0.83])


class DetectBody(Body):
    """A picture in which to detect faces."""

    image: Picture


class RecogniseBody(Body):
    """A picture, and the course whose roster to search."""

    image: Picture
    course: str | None = Field(
        None,
        max_length=200,
        description="The id of a course to search; null searches all students.",
        examples=["physics"],
    )
    faces: Literal["one", "all"] = Field(
        "all", description="`all`: every face; `one`: exactly one face, judged as at a check-in."
    )


class VerifyBody(Body):
    """A picture, and the student whom it should show."""

    model_config = ConfigDict(json_schema_extra=shown_as(image=_JPEG_BEGINS, student="17"))

    image: Picture
    student: StudentName | None = Field(
        None, description=f"The student whom the picture should show. {NAMED}", examples=["17"]
    )
    roll_number: RollNumber | None = Field(
        None,
        description="The student's roll number. Deprecated since 2026-12-01, and kept until 2028-01-01 at "
        "least. Use `student`.",
        json_schema_extra={"deprecated": True},
    )

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.student is None) == (self.roll_number is None):
            raise ValueError("send either student or roll_number, and not both")
        return self


def face_about(face: Face) -> FaceAbout:
    """The public view of a detected face."""
    return FaceAbout(**_geometry(face))


def named_face(recognised: RecognisedFace) -> NamedFace:
    """The public view of a recognised face."""
    decision, problems = recognised.decision, recognised.seen.problems
    candidates: tuple[tuple[str, float], ...] = ()
    outcome, best = Outcome.UNKNOWN, None
    if decision is None:
        outcome = Outcome.UNFIT
    elif isinstance(decision, Match):
        outcome, best, candidates = Outcome.MATCH, decision.score, ((decision.student_id, decision.score),)
    elif isinstance(decision, Doubtful):
        candidates = tuple((each.student_id, each.score) for each in decision.candidates)
        outcome, best = Outcome.DOUBTFUL, max(score for _, score in candidates)
    elif isinstance(decision, Unknown):
        best = decision.best_score
    return NamedFace(
        **_geometry(recognised.seen.face),
        outcome=outcome,
        candidates=[scored for each in candidates if (scored := _scored(*each)) is not None],
        best_score=None if best is None else rounded_score(best),
        problem=problems[0] if problems else None,
    )


def _geometry(face: Face) -> dict[str, Any]:
    return {
        "box": _pixels(face.box),
        "landmarks": [_pixels(point) for point in face.landmarks],
        "confidence": rounded_score(face.confidence),
    }


def _pixels(values: NDArray[np.float32]) -> tuple[float, ...]:
    return tuple(round(float(value), _PIXEL_DIGITS) for value in values)


def _scored(student_id: str, score: float) -> StudentScore | None:
    student = the_register().store.student(student_id)
    if student is None:  # erased meanwhile
        return None
    return StudentScore(
        student=student.id,
        roll_number=student.roll_number,
        name=student.name,
        score=rounded_score(score),
    )
