"""Enrolled photos of students. Their pictures are not shown."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Response
from pydantic import Field

from attendance.accounts.api_tokens import Scope
from attendance.enrolment.enrolled_photos import EnrolledPhoto
from attendance.enrolment.enrolment_result import PhotoStatus
from attendance.people.new_student import NewStudent
from attendance.values import ChangeKind, Template
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.software.api.students.photo_models import (
    EnrolledPhotoAbout,
    EnrolledPhotoPage,
    PhotosBody,
    TemplateAbout,
    TemplatePage,
)
from client.software.api.students.student_models import Enrolled, StudentPath
from client.software.api.students.students import (
    CONSENT_MISSING,
    REFUSABLE,
    consent_by_caller,
    enrol_photos,
    enrolled_response,
)
from client.software.protocol.guard import caller
from client.software.protocol.headers.deprecation import Deprecation
from client.software.protocol.idempotency import idempotent
from client.software.protocol.json_or_multipart import JSON_OR_MULTIPART, body_schema, parse_body
from client.software.protocol.paging import PageQuery, page_of
from client.software.protocol.resources import Resource, api_response
from client.web.services import the_register

blueprint = Resource("photos", __name__, description="Enrolled photos, by which students are recognised.")
PHOTOS = "/students/<string:student>/photos"
_TEMPLATES = "/students/<string:student>/templates"
PHOTOS_INSTEAD = Deprecation(since=date(2026, 12, 1), until=date(2028, 1, 1), successor=PHOTOS)
_ADDING: dict[str, Any] = {
    "scope": Scope.STUDENTS_WRITE,
    "accepts": JSON_OR_MULTIPART,
    "returns": {200: Enrolled},
    "sends": {200: ("ETag",)},
    "problems": (ProblemCode.NOT_FOUND, *REFUSABLE),
    "openapi_extensions": body_schema(PhotosBody),
}


class PhotoPath(StudentPath):
    """The photo to access."""

    photo: str = Field(min_length=1, max_length=64, description="The photo's id.")


@blueprint.call(
    "GET",
    PHOTOS,
    scope=Scope.STUDENTS_READ,
    returns={200: EnrolledPhotoPage},
    problems=(ProblemCode.NOT_FOUND,),
)
def list_photos(path: StudentPath, query: PageQuery) -> Response:
    """List a student's enrolled photos by time, without pictures and embeddings."""
    register = the_register()
    photos = register.photos.of(register.students.named(path.student))
    chosen, following = page_of(photos, query, "photos", _order)
    items = [EnrolledPhotoAbout.of(photo) for photo in chosen]
    return api_response(EnrolledPhotoPage(items=items, next=following))


@blueprint.call("POST", PHOTOS, **_ADDING)
@idempotent
def add_photos(path: StudentPath) -> Response:
    """Enrol photos of a student. Photos already enrolled change nothing."""
    return _enrol(path)


@blueprint.call(
    "DELETE",
    PHOTOS,
    scope=Scope.STUDENTS_WRITE,
    returns={204: None},
    problems=(ProblemCode.NOT_FOUND,),
)
@idempotent
def erase_photos(path: StudentPath) -> tuple[str, int]:
    """Erase all photos of a student, and the portrait. The student and the consent stay."""
    return _erase_all(path)


@blueprint.call(
    "DELETE",
    f"{PHOTOS}/<string:photo>",
    scope=Scope.STUDENTS_WRITE,
    returns={204: None},
    problems=(ProblemCode.NOT_FOUND,),
)
@idempotent
def erase_photo(path: PhotoPath) -> tuple[str, int]:
    """Erase one photo of a student, and the portrait if it is cut from it. The other photos stay."""
    register = the_register()
    register.photos.erase(register.students.named(path.student), path.photo, by=caller())
    return "", HTTPStatus.NO_CONTENT


@blueprint.call(
    "GET",
    _TEMPLATES,
    scope=Scope.STUDENTS_READ,
    returns={200: TemplatePage},
    problems=(ProblemCode.NOT_FOUND,),
    deprecation=PHOTOS_INSTEAD,
)
def list_templates(path: StudentPath, query: PageQuery) -> Response:
    """List a student's templates by time, without their embeddings."""
    register = the_register()
    templates = sorted(register.store.templates_of(register.students.named(path.student).id), key=_order)
    chosen, following = page_of(templates, query, "templates", _order)
    return api_response(
        TemplatePage(items=[TemplateAbout.of(template) for template in chosen], next=following)
    )


@blueprint.call("POST", _TEMPLATES, **_ADDING, deprecation=PHOTOS_INSTEAD)
@idempotent
def add_templates(path: StudentPath) -> Response:
    """Enrol photos of a student. Photos already enrolled change nothing."""
    return _enrol(path)


@blueprint.call(
    "DELETE",
    _TEMPLATES,
    scope=Scope.STUDENTS_WRITE,
    returns={204: None},
    problems=(ProblemCode.NOT_FOUND,),
    deprecation=PHOTOS_INSTEAD,
)
@idempotent
def erase_templates(path: StudentPath) -> tuple[str, int]:
    """Erase a student's templates and portrait. The student and the consent stay."""
    return _erase_all(path)


def _enrol(path: StudentPath) -> Response:
    body, register = parse_body(PhotosBody), the_register()
    student = register.students.named(path.student)
    consent = student.consent if body.consent is None else consent_by_caller(body.consent)
    if consent is None:
        raise ApiProblemError(ProblemCode.NOT_POSSIBLE, CONSENT_MISSING)
    result = enrol_photos(NewStudent(student.roll_number), body.images, consent)
    if isinstance(result, Response):
        return result
    after = register.students.by_id(student.id)
    if after.consents != student.consents:
        register.student_history.note(ChangeKind.CONSENT_RECORDED, [student.id], by=caller())
    if any(photo.status is PhotoStatus.USED for photo in result.photos):
        register.student_history.note(ChangeKind.PHOTOS_ADDED, [student.id], by=caller())
    return enrolled_response(after, result)


def _erase_all(path: StudentPath) -> tuple[str, int]:
    register = the_register()
    register.photos.erase_all(register.students.named(path.student), by=caller())
    return "", HTTPStatus.NO_CONTENT


def _order(item: EnrolledPhoto | Template) -> str:
    return f"{item.created_at.isoformat(timespec='milliseconds')} {item.id}"
