"""Recognition in a picture: detect faces, recognise them, or verify a claimed identity."""

from __future__ import annotations

from flask import Response

from attendance.accounts.api_tokens import Scope
from attendance.classes.general_course import GENERAL_COURSE
from attendance.recognition.recogniser import RecognisedFace
from attendance.values import Course
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.software.api.face_models import (
    DetectBody,
    Found,
    Named,
    RecogniseBody,
    Verified,
    VerifyBody,
    face_about,
    named_face,
)
from client.software.protocol.json_or_multipart import JSON_OR_MULTIPART, body_schema, parse_body
from client.software.protocol.models import rounded_score
from client.software.protocol.resources import Resource, api_response
from client.web.services import the_register
from face_detection.problems import PhotoProblem

blueprint = Resource("faces", __name__, description="Recognition in a picture. Nothing is stored.")


@blueprint.call(
    "POST",
    "/detect",
    scope=Scope.RECOGNISE,
    accepts=JSON_OR_MULTIPART,
    returns={200: Found},
    problems=(ProblemCode.PHOTO_UNUSABLE,),
    openapi_extensions=body_schema(DetectBody),
)
def detect_faces() -> Response:
    """Detect the faces in a picture without recognising them."""
    found = the_register().cameras.recogniser.detect(parse_body(DetectBody).image)
    return api_response(
        Found(width=found.width, height=found.height, faces=[face_about(face) for face in found.faces])
    )


@blueprint.call(
    "POST",
    "/recognise",
    scope=Scope.RECOGNISE,
    accepts=JSON_OR_MULTIPART,
    returns={200: Named},
    problems=(
        ProblemCode.FORBIDDEN,
        ProblemCode.PHOTO_UNUSABLE,
        ProblemCode.NO_FACE,
        ProblemCode.SEVERAL_FACES,
        ProblemCode.NOT_FOUND,
    ),
    openapi_extensions=body_schema(RecogniseBody),
)
def recognise_faces() -> Response:
    """Recognise the faces in a picture: all of them, each student at most once, or exactly one."""
    the_register().uses.need_search()
    body = parse_body(RecogniseBody)
    course = course_to_search(body.course)
    recogniser = the_register().cameras.recogniser
    if body.faces == "one":
        recognised = recogniser.one(body.image, course)
        require_one(recognised.faces)
    else:
        recognised = recogniser.everybody(body.image, course)
    return api_response(
        Named(
            width=recognised.width,
            height=recognised.height,
            faces=[named_face(face) for face in recognised.faces],
        )
    )


@blueprint.call(
    "POST",
    "/verify",
    scope=Scope.RECOGNISE,
    accepts=JSON_OR_MULTIPART,
    returns={200: Verified},
    problems=(
        ProblemCode.PHOTO_UNUSABLE,
        ProblemCode.NO_FACE,
        ProblemCode.SEVERAL_FACES,
        ProblemCode.NOT_FOUND,
        ProblemCode.CONFLICT,
    ),
    openapi_extensions=body_schema(VerifyBody),
)
def verify_student() -> Response:
    """Compare a picture with one student."""
    body = parse_body(VerifyBody)
    register = the_register()
    student = (
        register.students.get(body.roll_number)
        if body.roll_number is not None
        else register.students.named(body.student or "")
    )
    verified = register.cameras.recogniser.verify(body.image, student)
    if verified is None:
        raise ApiProblemError(
            ProblemCode.CONFLICT,
            "The student has no enrolled photos. Enrol one first.",  # a token may know the id alone
        )
    if verified.claim is None or verified.score is None:
        raise photo_problem(verified.problems[0])
    return api_response(Verified(claim=verified.claim, score=rounded_score(verified.score)))


def course_to_search(course_id: str | None) -> Course:
    """The course whose roster is searched; None means all students.

    Raises:
        CourseNotFoundError: no course has this id.
    """
    return GENERAL_COURSE if course_id is None else the_register().courses.get(course_id)


def require_one(faces: tuple[RecognisedFace, ...]) -> RecognisedFace:
    """The only face of a picture, fit to be compared.

    Raises:
        ApiProblemError: the picture has no face or several, or the face is unfit.
    """
    if not faces:
        raise photo_problem(PhotoProblem.NO_FACE)
    face = faces[0]
    if face.seen.problems:
        raise photo_problem(face.seen.problems[0])
    return face


def photo_problem(problem: PhotoProblem) -> ApiProblemError:
    """Translate a problem of a photo into a problem of the API."""
    if problem is PhotoProblem.NO_FACE:
        return ApiProblemError(ProblemCode.NO_FACE, "No face was found in the picture.")
    if problem is PhotoProblem.SEVERAL_FACES:
        return ApiProblemError(
            ProblemCode.SEVERAL_FACES, "The picture shows several faces. Send one with a single face."
        )
    return ApiProblemError(ProblemCode.PHOTO_UNUSABLE, f"The face can't be compared: {problem.value}.")
