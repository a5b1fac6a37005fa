"""The API's models of students, their photos and templates."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from attendance.people.new_student import LONGEST_CELL, STUDENT_FIELDS, NewStudent
from attendance.values import Student
from attendance.values.roll_numbers import LONGEST_ROLL_NUMBER
from client.software.api.consent.consent_models import ConsentAbout, How, ObjectionAbout
from client.software.api.students.photo_models import PhotoAbout, Photos
from client.software.protocol.models import NOT_SENT, ApiAnswer, shown_as
from client.software.protocol.paging import NextPage, PageQuery
from client.software.protocol.resources import Body

RollNumber = Annotated[str, Field(min_length=1, max_length=LONGEST_ROLL_NUMBER)]
StudentName = RollNumber  # ids are shorter
NAMED = "The student's id or roll number, however it is written; an id counts first."
Text = Annotated[str, Field(max_length=LONGEST_CELL)]
EXAMPLE_ID = "f4e082fecb094e3faa378be37a6c0d71"  # a student's
_ROLL = "The student's roll number: unique however it is written (`cs-17` is `CS-17`), but it may change."
_NAME = "The student's name."
_EMAIL = "The student's e-mail address, for absence notices."
_GUARDIAN = "A guardian's e-mail address, for absence notices."
_PHONE = "The student's phone number. The system never uses it."
_DEPARTMENT = "The student's department."
_YEAR = "The student's year of study."
_IMAGE_ID = "What other software knows the student's picture by. Two students may have the same."
_EXEMPT = "Whether checking in asks this student for no movement, because the head can't be turned."
_ACTIVE = "Whether the student can check in."


class StudentAbout(ApiAnswer):
    """A student."""

    id: str = Field(description="The student's id, which never changes.", examples=[EXAMPLE_ID])
    roll_number: str = Field(description=_ROLL, examples=["17"])
    name: str = Field(description=_NAME, examples=["Katherine Johnson"])
    email: str | None = Field(description=_EMAIL, examples=["katherine@example.org"])
    guardian_email: str | None = Field(description=_GUARDIAN, examples=["parent@example.org"])
    phone: str | None = Field(description=_PHONE, examples=["303 555 0117"])
    department: str | None = Field(description=_DEPARTMENT, examples=["Mathematics"])
    year: str | None = Field(description=_YEAR, examples=["2"])
    image_id: str | None = Field(description=_IMAGE_ID, examples=["4"])
    active: bool = Field(description=_ACTIVE)
    movement_exempt: bool = Field(description=_EXEMPT)
    consent: ConsentAbout | None = Field(
        description="The first consent to face recognition on record; null if there is none, somebody "
        "objects, or it has ended and the face was erased."
    )
    other_consents: list[ConsentAbout] = Field(
        description="Further consents on record, such as a guardian's; without `consent`, all that don't "
        "count."
    )
    objections: list[ObjectionAbout] = Field(description="Who objects to face recognition.")
    guardian_name: str | None = Field(
        description="Who the guardian is that agreed or objects.", examples=["Joylette Coleman"]
    )

    @classmethod
    def of(cls, student: Student) -> StudentAbout:
        """The public view of a student."""
        return cls.model_validate(student, from_attributes=True)


class StudentPage(ApiAnswer):
    """A page of students, sorted by roll number."""

    items: list[StudentAbout] = Field(description="The students on this page.")
    next: NextPage


class Enrolled(ApiAnswer):
    """A student, and the result for each photo sent."""

    student: StudentAbout = Field(description="The student after the call.")
    photos: list[PhotoAbout] = Field(description="One result for each photo, in the order sent.")


class ErasedStudent(ApiAnswer):
    """What is left of a student who was erased."""

    certificate: str = Field(
        description="The signed certificate of the erasure: what was deleted, counted, and nobody's name. "
        "It is stored nowhere, so keep it.",
        examples=["ATTENDANCE ERASURE CERTIFICATE 1\n\nAll data about one student were erased from an …"],
    )


class StudentPath(BaseModel):
    """The student to access."""

    student: StudentName = Field(description=f"{NAMED} Percent-encoded.")


class StudentQuery(PageQuery):
    """Filters for students."""

    roll_number: RollNumber | None = Field(
        None, description="Only the student with this roll number, however it is written."
    )
    search: Text | None = Field(
        None, description="Words to find in roll number, name, e-mail addresses, department or year."
    )
    course: str | None = Field(
        None, max_length=200, description="Only students on the roster of the course with this id."
    )
    active: bool | None = Field(
        None, description="Only students who can check in (true) or who can't (false)."
    )


class Details(Body):
    """A student's details besides the roll number."""

    name: Annotated[Text, Field(min_length=1)] = Field(
        NOT_SENT, description=_NAME, examples=["Katherine Johnson"]
    )
    email: Text | None = Field(None, description=_EMAIL, examples=["katherine@example.org"])
    guardian_email: Text | None = Field(None, description=_GUARDIAN, examples=["parent@example.org"])
    phone: Text | None = Field(None, description=_PHONE, examples=["303 555 0117"])
    department: Text | None = Field(None, description=_DEPARTMENT, examples=["Mathematics"])
    year: Text | None = Field(None, description=_YEAR, examples=["2"])
    image_id: Text | None = Field(None, description=_IMAGE_ID, examples=["4"])


class NewStudentBody(Details):
    """A student to add, optionally with photos. Photos need consent."""

    model_config = ConfigDict(
        json_schema_extra=shown_as(roll_number="17", name="Katherine Johnson", email="katherine@example.org")
    )

    roll_number: RollNumber = Field(description=_ROLL, examples=["17"])
    consent: How | None = Field(
        None,
        description="How consent was given, such as `signed form of 2 September`.",
        examples=["signed form of 2 September"],
    )
    images: Photos = Field(default_factory=list)

    def person(self) -> NewStudent:
        """The student as a value for enrolment."""
        return NewStudent(**self.model_dump(exclude={"consent", "images"}))


class StudentChange(Details):
    """The details to change. Omitted fields stay; null clears a field that may be empty."""

    model_config = ConfigDict(json_schema_extra=shown_as(phone="303 555 0117"))

    roll_number: RollNumber = Field(NOT_SENT, description=_ROLL, examples=["17"])
    active: bool = Field(NOT_SENT, description=_ACTIVE)
    movement_exempt: bool = Field(NOT_SENT, description=_EXEMPT)

    def of(self, student: Student) -> tuple[NewStudent, bool]:
        """All details after the change, and whether the student can check in."""
        sent = self.model_dump(exclude_unset=True, exclude={"movement_exempt"})
        active = sent.pop("active", student.active)
        return NewStudent(**{name: sent.get(name, getattr(student, name)) for name in STUDENT_FIELDS}), active

    @property
    def exemption(self) -> bool | None:
        """Whether no movement is asked for from now on; None leaves it."""
        return self.movement_exempt if "movement_exempt" in self.model_fields_set else None
