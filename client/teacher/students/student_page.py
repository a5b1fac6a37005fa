"""The page of one student, as several routes show it: plain, or with the outcome of sent photos."""

from __future__ import annotations

from flask import render_template

from attendance.enrolment.enrolment_result import EnrolmentResult
from attendance.enrolment.guided_shots import MOST_SHOTS
from attendance.values import Student
from client.access.roles import Access, may, whom_to_ask
from client.access.visible_students import courses_of
from client.teacher.students.photo_queue import next_without_photo
from client.web.services import the_register


def show_student(
    student: Student,
    *,
    result: EnrolmentResult | None = None,
    sentence: str = "",
    typed_consent: str = "",
    consent_error: str = "",
    photo_error: str = "",
) -> str:
    """Render the page.

    Args:
        student: whose.
        result: the outcome of photos that were just sent.
        sentence: the same in one sentence.
        typed_consent: a note on consent that could not be stored.
        consent_error: why not.
        photo_error: why photos could not be added at all.
    """
    details = the_register().students.details(student.roll_number) if may(Access.ENROLS) else None
    return render_template(
        "teacher/students/show.html",
        details=details,
        following=next_without_photo(student) if details is not None and details.photos else None,
        whom_to_ask="" if may(Access.ENROLS) else whom_to_ask(),
        student=student,
        photos=the_register().photos.of(student) if details is not None else [],
        courses=courses_of(student),
        result=result,
        sentence=sentence,
        typed_consent=typed_consent,
        consent_error=consent_error,
        photo_error=photo_error,
        most=MOST_SHOTS,
    )
