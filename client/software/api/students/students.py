"""Students: their details, and adding one together with photos."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response

from attendance.accounts.api_tokens import Scope
from attendance.enrolment.enrolment_result import EnrolmentResult, EnrolmentStatus
from attendance.errors import RollNumberTakenError
from attendance.people.new_student import NewStudent
from attendance.values import ChangeKind, Consent, Student
from attendance.values.roll_numbers import same_number
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.software.api.students.photo_models import PhotoAbout
from client.software.api.students.student_models import (
    Enrolled,
    ErasedStudent,
    NewStudentBody,
    StudentAbout,
    StudentChange,
    StudentPage,
    StudentPath,
    StudentQuery,
)
from client.software.protocol.etags import ConditionalHeaders, require_match, tagged
from client.software.protocol.guard import caller, may_read_answer
from client.software.protocol.idempotency import idempotent
from client.software.protocol.json_or_multipart import JSON_OR_MULTIPART, body_schema, parse_body
from client.software.protocol.paging import page_of
from client.software.protocol.problems import ProblemPart, problem_response
from client.software.protocol.resources import JSON_ONLY, Resource, api_response
from client.web.services import the_register
from client.web.student_search import matches

blueprint = Resource("students", __name__, description="Students and their details.")
REFUSABLE = (ProblemCode.CONFLICT, ProblemCode.NOT_POSSIBLE, ProblemCode.PHOTO_UNUSABLE)
LOOKS_LIKE_ANOTHER = "A face on these photos would be mistaken for another student. Nothing was stored."
WITH_PHOTOS = (ChangeKind.ADDED, ChangeKind.CONSENT_RECORDED, ChangeKind.PHOTOS_ADDED)
"""What adding a student together with photos changes."""
CONSENT_MISSING = "Photos need consent. State in `consent` how it was given."


@blueprint.call(
    "GET",
    "/students",
    scope=Scope.STUDENTS_READ,
    returns={200: StudentPage},
    problems=(ProblemCode.NOT_FOUND,),
)
def list_students(query: StudentQuery) -> Response:
    """List students by roll number, optionally filtered."""
    found = [student for student in _roster(query.course) if _is_selected(student, query)]
    chosen, following = page_of(found, query, "students", lambda student: student.roll_number)
    return api_response(StudentPage(items=[StudentAbout.of(student) for student in chosen], next=following))


@blueprint.call(
    "POST",
    "/students",
    scope=Scope.STUDENTS_WRITE,
    accepts=JSON_OR_MULTIPART,
    returns={201: Enrolled},
    sends={201: ("ETag",)},
    problems=REFUSABLE,
    openapi_extensions=body_schema(NewStudentBody),
)
@idempotent
def add_student() -> Response:
    """Add a student, optionally with photos. If the photos are refused, nobody is added."""
    body, register = parse_body(NewStudentBody), the_register()
    register.students.require_free(body.roll_number)
    if not body.images:
        student = register.students.add(body.person())
        _note(ChangeKind.ADDED, student)
        if body.consent is not None:
            student = register.students.note_consent(student.id, consent_by_caller(body.consent))
            _note(ChangeKind.CONSENT_RECORDED, student)
        return _created(student, None)
    if body.consent is None:
        raise ApiProblemError(ProblemCode.NOT_POSSIBLE, CONSENT_MISSING)
    result = enrol_photos(body.person(), body.images, consent_by_caller(body.consent))
    if isinstance(result, Response):
        return result
    if result.status is not EnrolmentStatus.ENROLLED:
        raise RollNumberTakenError(f"Another call has just added the roll number {result.roll_number!r}.")
    student = register.students.get(result.roll_number)
    for kind in WITH_PHOTOS:
        _note(kind, student)
    return _created(student, result)


@blueprint.call(
    "GET",
    "/students/<string:student>",
    scope=Scope.STUDENTS_READ,
    returns={200: StudentAbout},
    problems=(ProblemCode.NOT_FOUND,),
)
def get_student(path: StudentPath) -> Response:
    """Get a student."""
    return _student_response(the_register().students.named(path.student))


@blueprint.call(
    "PATCH",
    "/students/<string:student>",
    scope=Scope.STUDENTS_WRITE,
    accepts=JSON_ONLY,
    returns={200: StudentAbout},
    sends={200: ("ETag",)},
    problems=(
        ProblemCode.NOT_FOUND,
        ProblemCode.CONFLICT,
        ProblemCode.NOT_POSSIBLE,
        ProblemCode.CHANGED_MEANWHILE,
    ),
)
@idempotent
def change_student(path: StudentPath, body: StudentChange, header: ConditionalHeaders) -> Response:
    """Change a student's details. Concurrent changes to other fields are kept."""
    del header  # declared for the OpenAPI document

    def changed(student: Student) -> tuple[NewStudent, bool]:
        require_match(StudentAbout.of(student))
        return body.of(student)

    before = the_register().students.named(path.student)
    student = the_register().students.amend(before.id, changed, movement_exempt=body.exemption)
    the_register().student_history.note_details(before, student, by=caller())
    return _student_response(student)


@blueprint.call(
    "DELETE",
    "/students/<string:student>",
    scope=Scope.STUDENTS_WRITE,
    returns={200: ErasedStudent},
    problems=(ProblemCode.NOT_FOUND, ProblemCode.CHANGED_MEANWHILE),
)
@idempotent
def erase_student(path: StudentPath, header: ConditionalHeaders) -> Response:
    """Erase a student with all templates, portraits, marks and pictures. This can't be undone."""
    del header  # declared for the OpenAPI document
    students, receipts = the_register().students, the_register().receipts
    student = students.named(path.student)
    require_match(StudentAbout.of(student))
    assert receipts.keys  # read before anything is erased, which says what is wrong with them
    erasure = students.erase(student)
    the_register().student_history.note_erased(by=caller())
    return api_response(ErasedStudent(certificate=receipts.certificate(erasure)))


def _roster(course_id: str | None) -> Sequence[Student]:
    register = the_register()
    everybody = register.students.all()
    if course_id is None:
        return everybody
    course = register.courses.get(course_id)
    if course.roster is None:
        return everybody
    roster = frozenset(course.roster)
    return [student for student in everybody if student.id in roster]


def _is_selected(student: Student, query: StudentQuery) -> bool:
    if query.roll_number is not None and not same_number(student.roll_number, query.roll_number):
        return False
    if query.active is not None and student.active != query.active:
        return False
    return query.search is None or matches(student, query.search, details=True)


def _note(kind: ChangeKind, student: Student) -> None:
    the_register().student_history.note(kind, [student.id], by=caller())


def consent_by_caller(how: str) -> Consent:
    """The consent of a student as the caller records it, given now."""
    return Consent(given_at=the_register().clock.now(), recorded_by=caller(), how=how)


def enrol_photos(person: NewStudent, images: Sequence[bytes], consent: Consent) -> EnrolmentResult | Response:
    """Enrol photos; the result, or the problem response if the student was refused."""
    named = {f"image {number}": image for number, image in enumerate(images, start=1)}
    result = the_register().enrolment.enrol(person, named, consent)
    if result.status is not EnrolmentStatus.REFUSED:
        return result
    if result.looks_like and not may_read_answer():
        raise ApiProblemError(ProblemCode.CONFLICT, LOOKS_LIKE_ANOTHER)
    parts = [
        ProblemPart(where=photo.name, message=photo.reason or photo.status.value) for photo in result.photos
    ]
    code = ProblemCode.CONFLICT if result.looks_like else ProblemCode.PHOTO_UNUSABLE
    return problem_response(code, result.reason, errors=parts)


def _created(student: Student, result: EnrolmentResult | None) -> Response:
    return enrolled_response(student, result, created=f"/students/{student.id}")


def enrolled_response(
    student: Student, result: EnrolmentResult | None, *, created: str | None = None
) -> Response:
    """The response with a student and the result for each photo sent.

    Args:
        student: as they are after the call.
        result: of the enrolment; None if no photos were sent.
        created: the address of the student, if the call has added them.
    """
    about = StudentAbout.of(student)
    photos = [PhotoAbout.of(photo) for photo in (result.photos if result else ())]
    return tagged(api_response(Enrolled(student=about, photos=photos), created=created), about)


def _student_response(student: Student) -> Response:
    about = StudentAbout.of(student)
    return tagged(api_response(about), about)
