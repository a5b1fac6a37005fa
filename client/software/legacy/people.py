"""``/register`` and ``/create-student``: add students, with pictures or with the server's camera."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, jsonify
from pydantic import Field

from attendance.accounts.api_tokens import Scope
from attendance.enrolment.enrolment_result import EnrolmentResult, EnrolmentStatus, PhotoStatus
from attendance.errors import RollNumberTakenError
from attendance.people.new_student import NewStudent
from attendance.values import Consent, Student
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.software.api.consent.consent_models import How
from client.software.api.students.student_models import RollNumber, Text
from client.software.api.students.students import LOOKS_LIKE_ANOTHER, WITH_PHOTOS
from client.software.legacy.answers import legacy_problem, student_info, told
from client.software.legacy.fields import Fields, sent_body
from client.software.protocol.authentication import Caller, the_caller
from client.software.protocol.json_or_multipart import Picture
from client.web.error_answers import answer_errors
from client.web.services import the_register

IMAGES = 20  # that the server's camera takes by default
MOST_IMAGES = 40  # that it takes at most
SECONDS_FOR_IMAGES = 20.0
SUCCESS = "success"  # what some clients read as the status of a call

blueprint = Blueprint("known_people", __name__)
answer_errors(blueprint, legacy_problem)


class Registered(Fields):
    """A student and one picture."""

    username: Text = Field(min_length=1)
    serial_number: RollNumber
    email: Text | None = None
    phone: Text | None = None
    face_image: Picture
    consent: How | None = None


class CameraRegistration(Fields):
    """A student in front of the server's camera."""

    enrollment: RollNumber
    name: Text = Field(min_length=1)
    num_images: int = Field(IMAGES, ge=1)
    consent: How | None = None


class Created(Fields):
    """A student and one picture, with the field names of another system."""

    image_id: Text | None = None
    name: Text = Field(min_length=1)
    roll_no: RollNumber
    department: Text | None = None
    year: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    image_data: Picture
    consent: How | None = None


@blueprint.post("/register", strict_slashes=False)
def register_student() -> Response:
    """Add a student: with a picture, or with pictures taken by the server's camera."""
    caller = the_caller(Scope.STUDENTS_WRITE)
    sent = sent_body()
    if sent.has("face_image") or not sent.has("enrollment", "name", "num_images"):
        return _registered_with_picture(sent.read(Registered), caller)
    return _registered_with_camera(sent.read(CameraRegistration), caller)


@blueprint.post("/create-student", strict_slashes=False)
def create_student() -> Response:
    """Add a student with a picture."""
    caller = the_caller(Scope.STUDENTS_WRITE)
    body = sent_body().read(Created)
    person = NewStudent(
        roll_number=body.roll_no,
        name=body.name,
        email=body.email,
        phone=body.phone,
        department=body.department,
        year=body.year,
        image_id=body.image_id,
    )
    student, _ = _enrol(person, {"image_data": body.image_data}, caller, body.consent)
    answer = jsonify(
        status=SUCCESS,
        student_id=student.id,
        image_id=student.image_id,
        **student_info(student, names=True, details=True),
    )
    answer.status_code = 201
    return answer


def _registered_with_picture(body: Registered, caller: Caller) -> Response:
    person = NewStudent(
        roll_number=body.serial_number, name=body.username, email=body.email, phone=body.phone
    )
    student, result = _enrol(person, {"face_image": body.face_image}, caller, body.consent)
    return _registered(f"{student.name} is registered.", student, result)


def _registered_with_camera(form: CameraRegistration, caller: Caller) -> Response:
    the_register().students.require_free(form.enrollment)
    shots = the_register().cameras.own.shots(min(form.num_images, MOST_IMAGES), seconds=SECONDS_FOR_IMAGES)
    person = NewStudent(roll_number=form.enrollment, name=form.name)
    named = {f"shot {number}": shot for number, shot in enumerate(shots, start=1)}
    student, result = _enrol(person, named, caller, form.consent)
    used = _used(result)
    sentence = f"{student.name} is registered with {used} of {len(shots)} pictures."
    return _registered(sentence, student, result, images=used)


def _registered(sentence: str, student: Student, result: EnrolmentResult, **more: int) -> Response:
    return told(
        sentence,
        status=SUCCESS,
        embeddings_saved=_used(result),
        student=student_info(student, names=True, details=True),
        **more,
    )


def _used(result: EnrolmentResult) -> int:
    """The pictures that were good enough to keep, each as one embedding."""
    return sum(photo.status is PhotoStatus.USED for photo in result.photos)


def _enrol(
    person: NewStudent, photos: Mapping[str, bytes], caller: Caller, how: str | None
) -> tuple[Student, EnrolmentResult]:
    """Add the student with the photos, or nobody if the enrolment is refused.

    Clients of other systems send no consent. Enrolling through them states that it was given, and is recorded
    as such under their name.
    """
    register = the_register()
    register.students.require_free(person.roll_number)
    stated = how or f"stated by {caller.by}, which keeps the proof"
    consent = Consent(given_at=register.clock.now(), recorded_by=caller.by, how=stated)
    result = register.enrolment.enrol(person, photos, consent)
    if result.status is EnrolmentStatus.REFUSED:
        if result.looks_like and not caller.may(Scope.STUDENTS_READ):
            raise ApiProblemError(ProblemCode.CONFLICT, LOOKS_LIKE_ANOTHER)
        reasons = [result.reason, *(photo.reason for photo in result.photos)]
        code = ProblemCode.CONFLICT if result.looks_like else ProblemCode.PHOTO_UNUSABLE
        raise ApiProblemError(code, " ".join(dict.fromkeys(reason for reason in reasons if reason)))
    if result.status is not EnrolmentStatus.ENROLLED:
        raise RollNumberTakenError(f"Another call has just added the roll number {result.roll_number!r}.")
    student = register.students.get(result.roll_number)
    for kind in WITH_PHOTOS:
        register.student_history.note(kind, [student.id], by=caller.by)
    return student, result
