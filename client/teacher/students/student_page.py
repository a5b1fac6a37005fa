"""The page of one student, as several routes show it: plain, or with the outcome of sent photos."""

from __future__ import annotations

from flask import render_template

from attendance.enrolment.enrolment_result import EnrolmentResult
from attendance.enrolment.guided_shots import MOST_SHOTS
from attendance.values import Student
from client.access.roles import Access, may, whom_to_ask
from client.access.shown_faces import agrees_now
from client.access.visible_students import courses_of
from client.teacher.students.consent_forms import FORMS, PARTIES, ConsentEntry
from client.teacher.students.photo_queue import next_without_photo
from client.web.services import the_register

NOTHING_TYPED = ConsentEntry()


def show_student(
    student: Student,
    *,
    result: EnrolmentResult | None = None,
    sentence: str = "",
    consent_entry: ConsentEntry = NOTHING_TYPED,
    photo_error: str = "",
) -> str:
    """Render the page.

    Args:
        student: whose.
        result: the outcome of photos that were just sent.
        sentence: the same in one sentence.
        consent_entry: a consent that could not be recorded, and why.
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
        entry=consent_entry,
        agrees=agrees_now(student),
        parties=PARTIES,
        forms=FORMS,
        photo_error=photo_error,
        most=MOST_SHOTS,
    )
