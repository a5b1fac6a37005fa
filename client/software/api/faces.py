"""What recognition sees in a picture: faces, names, and whether a claim is true."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

import numpy as np
from flask import Response
from numpy.typing import NDArray
from pydantic import Field

from attendance.accounts.api_tokens import Scope
from attendance.classes.general_course import GENERAL_COURSE
from attendance.recognition.recogniser import ClaimOutcome, RecognisedFace
from attendance.values import Course
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.software.api.people import EXAMPLE_ID
from client.software.protocol.json_or_multipart import TAKES, Picture, described, read_either
from client.software.protocol.models import ApiAnswer
from client.software.protocol.resources import Body, Resource, answer_of
from client.web.services import the_register
from face_detection.problems import PhotoProblem
from face_detection.values import Face
from face_matching.decision import Doubtful, Match, Unknown

blueprint = Resource("faces", __name__, description="What recognition sees in a picture. Nothing is kept.")
_PIXEL_DIGITS, _SCORE_DIGITS = 1, 4


class Outcome(StrEnum):
    """Who a face is."""

    MATCH = "match"
    DOUBTFUL = "doubtful"
    UNKNOWN = "unknown"
    UNFIT = "unfit"


class FaceAbout(ApiAnswer):
    """Where a face is, in pixels of the picture."""

    box: tuple[float, float, float, float] = Field(description="x1, y1, x2, y2; may reach over the edge.")
    landmarks: list[tuple[float, float]] = Field(
        description="x, y of the left eye, right eye, nose, left and right corner of the mouth, as seen."
    )
    confidence: float = Field(description="The detector's, 0 to 1.", examples=[0.99])


class Found(ApiAnswer):
    """The faces of a picture."""

    width: int = Field(description="Of the picture, in pixels.", examples=[1280])
    height: int = Field(description="Of the picture, in pixels.", examples=[720])
    faces: list[FaceAbout] = Field(description="The largest first.")


class StudentScore(ApiAnswer):
    """A student whom a face may be."""

    student: str = Field(description="The student's id.", examples=[EXAMPLE_ID])
    roll_number: str = Field(description="The student's.", examples=["17"])
    name: str = Field(description="The student's.", examples=["Katherine Johnson"])
    score: float = Field(description="Cosine similarity.", examples=[0.83])


class NamedFace(FaceAbout):
    """A face and who it is."""

    outcome: Outcome = Field(description="What is known of who it is.")
    candidates: list[StudentScore] = Field(
        description="The student for a match, several for a doubt, the best first; else none."
    )
    best_score: float | None = Field(
        description="Cosine similarity of the best student, if there is any.", examples=[0.83]
    )
    problem: PhotoProblem | None = Field(description="Why an unfit face can't be compared.")


class Named(ApiAnswer):
    """The faces of a picture with their names."""

    width: int = Field(description="Of the picture, in pixels.", examples=[1280])
    height: int = Field(description="Of the picture, in pixels.", examples=[720])
    faces: list[NamedFace] = Field(description="The largest first.")


class Verified(ApiAnswer):
    """What a picture says of the claim to be a student."""

    claim: ClaimOutcome = Field(description="unsure: a person should look.")
    score: float = Field(description="Cosine similarity to the student's templates.", examples=[0.83])


class DetectBody(Body):
    """A picture."""

    image: Picture


class RecogniseBody(Body):
    """A picture, and among whom to search."""

    image: Picture
    course: str | None = Field(
        None, max_length=200, description="A course's id; null searches everybody.", examples=["physics"]
    )
    faces: Literal["one", "all"] = Field("all", description="one: exactly one face, judged as at a check-in.")


class VerifyBody(Body):
    """A picture, and whom it is said to show."""

    image: Picture
    roll_number: str = Field(
        min_length=1, max_length=200, description="Whom the picture is said to show.", examples=["17"]
    )


@blueprint.call(
    "POST",
    "/detect",
    scope=Scope.RECOGNISE,
    takes=TAKES,
    gives={200: Found},
    problems=(ProblemCode.PHOTO_UNUSABLE,),
    openapi_extensions=described(DetectBody),
)
def detect() -> Response:
    """Find the faces of a picture, and name nobody."""
    found = the_register().cameras.recogniser.detect(read_either(DetectBody).image)
    return answer_of(
        Found(width=found.width, height=found.height, faces=[FaceAbout(**_about(f)) for f in found.faces])
    )


@blueprint.call(
    "POST",
    "/recognise",
    scope=Scope.RECOGNISE,
    takes=TAKES,
    gives={200: Named},
    problems=(
        ProblemCode.PHOTO_UNUSABLE,
        ProblemCode.NO_FACE,
        ProblemCode.SEVERAL_FACES,
        ProblemCode.NOT_FOUND,
    ),
    openapi_extensions=described(RecogniseBody),
)
def recognise() -> Response:
    """Name the faces of a picture: all, each student once at most, or exactly one."""
    body = read_either(RecogniseBody)
    course = searched(body.course)
    recogniser = the_register().cameras.recogniser
    if body.faces == "one":
        named = recogniser.one(body.image, course)
        require_one(named.faces)
    else:
        named = recogniser.everybody(body.image, course)
    return answer_of(
        Named(width=named.width, height=named.height, faces=[_named(face) for face in named.faces])
    )


@blueprint.call(
    "POST",
    "/verify",
    scope=Scope.RECOGNISE,
    takes=TAKES,
    gives={200: Verified},
    problems=(
        ProblemCode.PHOTO_UNUSABLE,
        ProblemCode.NO_FACE,
        ProblemCode.SEVERAL_FACES,
        ProblemCode.NOT_FOUND,
        ProblemCode.CONFLICT,
    ),
    openapi_extensions=described(VerifyBody),
)
def verify() -> Response:
    """Whether a picture shows the student that it is said to show."""
    body = read_either(VerifyBody)
    register = the_register()
    student = register.students.get(body.roll_number)
    verified = register.cameras.recogniser.verify(body.image, student)
    if verified is None:
        raise ApiProblemError(
            ProblemCode.CONFLICT,
            f"{student.roll_number} has no enrolled face to compare with. Enrol one first.",
        )
    if verified.claim is None or verified.score is None:
        raise photo_problem(verified.problems[0])
    return answer_of(Verified(claim=verified.claim, score=verified.score))


def searched(course_id: str | None) -> Course:
    """The course whose roster is searched; None: everybody.

    Raises:
        CourseNotFoundError: there is none.
    """
    return GENERAL_COURSE if course_id is None else the_register().courses.get(course_id)


def require_one(faces: tuple[RecognisedFace, ...]) -> RecognisedFace:
    """The one face that a check-in would judge.

    Raises:
        ApiProblemError: there is none, there are several, or it is not fit.
    """
    if not faces:
        raise photo_problem(PhotoProblem.NO_FACE)
    face = faces[0]
    if face.seen.problems:
        raise photo_problem(face.seen.problems[0])
    return face


def photo_problem(problem: PhotoProblem) -> ApiProblemError:
    """The problem of a call for a problem of a photo."""
    if problem is PhotoProblem.NO_FACE:
        return ApiProblemError(ProblemCode.NO_FACE, "There is no face in this picture.")
    if problem is PhotoProblem.SEVERAL_FACES:
        return ApiProblemError(
            ProblemCode.SEVERAL_FACES, "Several faces are in this picture; send one with one."
        )
    return ApiProblemError(ProblemCode.PHOTO_UNUSABLE, f"The face can't be compared: {problem.value}.")


def _about(face: Face) -> dict[str, Any]:
    return {
        "box": _pixels(face.box),
        "landmarks": [_pixels(point) for point in face.landmarks],
        "confidence": round(float(face.confidence), _SCORE_DIGITS),
    }


def _pixels(values: NDArray[np.float32]) -> tuple[float, ...]:
    return tuple(round(float(value), _PIXEL_DIGITS) for value in values)


def _named(recognised: RecognisedFace) -> NamedFace:
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
        **_about(recognised.seen.face),
        outcome=outcome,
        candidates=[scored for each in candidates if (scored := _scored(*each)) is not None],
        best_score=None if best is None else round(best, _SCORE_DIGITS),
        problem=problems[0] if problems else None,
    )


def _scored(student_id: str, score: float) -> StudentScore | None:
    student = the_register().store.student(student_id)
    if student is None:  # erased a moment ago
        return None
    return StudentScore(
        student=student.id,
        roll_number=student.roll_number,
        name=student.name,
        score=round(score, _SCORE_DIGITS),
    )
