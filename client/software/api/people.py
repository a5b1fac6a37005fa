"""Students as the API shows and takes them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from attendance.enrolment.enrolment_result import PhotoOutcome, PhotoStatus
from attendance.people.new_student import LONGEST_CELL, STUDENT_FIELDS, NewStudent
from attendance.values import Student, Template
from attendance.values.roll_numbers import LONGEST_ROLL_NUMBER
from client.software.protocol.json_or_multipart import Picture
from client.software.protocol.models import ApiAnswer
from client.software.protocol.paging import PageQuery
from client.software.protocol.resources import Body
from face_detection.problems import PhotoProblem

MOST_PHOTOS = 20
RollNumber = Annotated[str, Field(min_length=1, max_length=LONGEST_ROLL_NUMBER)]
Text = Annotated[str, Field(max_length=LONGEST_CELL)]
_HOW = "How consent to face recognition was given, such as `signed form of 2 September`."
How = Annotated[str, Field(min_length=1, max_length=LONGEST_CELL, description=_HOW)]
_PHOTOS = "Photos of the student's face."
Photos = Annotated[list[Picture], Field(max_length=MOST_PHOTOS, description=_PHOTOS)]
EXAMPLE_ID = "f4e082fecb094e3faa378be37a6c0d71"  # of a student
_ROLL = "One student's at a time; may change."
_NAME = "As people read it."
_EMAIL = "Where the student is told of absences."
_GUARDIAN = "Where a parent or guardian is told of absences."
_PHONE = "For people; nothing is sent there."
_DEPARTMENT = "Of the school or university."
_YEAR = "Of study."
_CHECKS_IN = "Whether the student can check in."


class ConsentAbout(ApiAnswer):
    """That the student agreed to face recognition."""

    given_at: datetime = Field(description="When.")
    how: str = Field(description="As it was said.", examples=["signed form of 2 September"])


class StudentAbout(ApiAnswer):
    """A student."""

    id: str = Field(description="Never changes.", examples=[EXAMPLE_ID])
    roll_number: str = Field(description=_ROLL, examples=["17"])
    name: str = Field(description=_NAME, examples=["Katherine Johnson"])
    email: str | None = Field(description=_EMAIL, examples=["katherine@example.org"])
    guardian_email: str | None = Field(description=_GUARDIAN, examples=["parent@example.org"])
    phone: str | None = Field(description=_PHONE, examples=["303 555 0117"])
    department: str | None = Field(description=_DEPARTMENT, examples=["Mathematics"])
    year: str | None = Field(description=_YEAR, examples=["2"])
    active: bool = Field(description=_CHECKS_IN)
    consent: ConsentAbout | None = Field(description="To face recognition; null: none is on record.")

    @classmethod
    def of(cls, student: Student) -> StudentAbout:
        """What is told of a student: the fields above, as the register has them."""
        return cls.model_validate(student, from_attributes=True)


class StudentPage(ApiAnswer):
    """Part of the students."""

    items: list[StudentAbout] = Field(description="This part of them.")
    next: str | None = Field(description="For `after`; null at the end.", examples=["17"])


class PhotoAbout(ApiAnswer):
    """What became of a photo."""

    status: PhotoStatus = Field(description="Whether it is enrolled now.")
    reason: str = Field(description="Why it was refused, or empty.", examples=["No face was found."])
    problem: PhotoProblem | None = Field(description="The reason for a program, where the face is it.")

    @classmethod
    def of(cls, outcome: PhotoOutcome) -> PhotoAbout:
        """What is told of a photo."""
        return cls.model_validate(outcome, from_attributes=True)


class Enrolled(ApiAnswer):
    """A student and what became of the photos, in their order."""

    student: StudentAbout = Field(description="As they are now.")
    photos: list[PhotoAbout] = Field(description="One for each photo that was sent.")


class TemplateAbout(ApiAnswer):
    """An enrolled embedding; its numbers stay on the server."""

    id: str = Field(description="The same for the same photo.", examples=["9f86d081884c7d65"])
    engine: str = Field(description="What made it.", examples=["facenet-1"])
    detector: str = Field(description="What found the face.", examples=["mtcnn"])
    quality: float = Field(description="Of the photo, 0 to 1.", examples=[0.92])
    created_at: datetime = Field(description="When it was enrolled.")

    @classmethod
    def of(cls, template: Template) -> TemplateAbout:
        """What is told of a template."""
        return cls(
            id=template.id,
            engine=template.engine,
            detector=template.detector,
            quality=round(template.quality, 4),
            created_at=template.created_at,
        )


class TemplateList(ApiAnswer):
    """The templates of a student."""

    items: list[TemplateAbout] = Field(description="All of them.")


class StudentPath(BaseModel):
    """Which student."""

    student: str = Field(min_length=1, max_length=64, description="The student's id.")


class StudentQuery(PageQuery):
    """Which students."""

    roll_number: RollNumber | None = Field(None, description="The one with just this roll number.")
    search: Text | None = Field(None, description="Part of a roll number, name, address or department.")
    course: str | None = Field(None, max_length=200, description="Of this course's roster.")
    active: bool | None = Field(None, description="Those who can check in, or those who can't.")


class Details(Body):
    """What can be said of a student besides the roll number."""

    name: Text | None = Field(None, description=_NAME, examples=["Katherine Johnson"])
    email: Text | None = Field(None, description=_EMAIL, examples=["katherine@example.org"])
    guardian_email: Text | None = Field(None, description=_GUARDIAN, examples=["parent@example.org"])
    phone: Text | None = Field(None, description=_PHONE, examples=["303 555 0117"])
    department: Text | None = Field(None, description=_DEPARTMENT, examples=["Mathematics"])
    year: Text | None = Field(None, description=_YEAR, examples=["2"])


class NewStudentBody(Details):
    """A student to be added, perhaps with photos; photos need consent."""

    roll_number: RollNumber = Field(description=_ROLL, examples=["17"])
    consent: How | None = Field(None, description=_HOW, examples=["signed form of 2 September"])
    images: Photos = Field(default_factory=list)

    def person(self) -> NewStudent:
        """The student as enrolment takes them."""
        return NewStudent(**self.model_dump(exclude={"consent", "images"}))


class PhotosBody(Body):
    """Photos of a student's face."""

    images: Annotated[list[Picture], Field(min_length=1, max_length=MOST_PHOTOS, description=_PHOTOS)]
    consent: How | None = Field(
        None, description="Needed where none is on record.", examples=["signed form of 2 September"]
    )


class StudentChange(Details):
    """What changes; what is left out stays, and null clears a field."""

    roll_number: RollNumber | None = Field(None, description=_ROLL, examples=["17"])
    active: bool | None = Field(None, description=_CHECKS_IN)

    def of(self, student: Student) -> tuple[NewStudent, bool]:
        """All fields as they shall be, and whether the student can check in."""
        wanted = self.model_dump(exclude_unset=True)
        active = wanted.pop("active", None)
        fields = {name: wanted.get(name, getattr(student, name)) for name in STUDENT_FIELDS}
        # A student without roll number or name is none, so that null leaves these two.
        roll_number = fields.pop("roll_number") or student.roll_number
        person = NewStudent(roll_number=roll_number, **{**fields, "name": fields["name"] or student.name})
        return person, student.active if active is None else active
