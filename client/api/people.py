"""Students as the API shows and takes them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from attendance.enrolment_result import PhotoOutcome, PhotoStatus
from attendance.new_student import LONGEST_CELL, NewStudent
from attendance.roll_numbers import LONGEST_ROLL_NUMBER
from attendance.values import Student, Template
from client.api.either import Picture
from client.api.paging import PageQuery
from client.api.resources import Body
from face_detection.problems import PhotoProblem

MOST_PHOTOS = 20
RollNumber = Annotated[str, Field(min_length=1, max_length=LONGEST_ROLL_NUMBER)]
Text = Annotated[str, Field(max_length=LONGEST_CELL)]
How = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_CELL,
        description="How consent to face recognition was given, such as `signed form of 2 September`.",
    ),
]
Photos = Annotated[list[Picture], Field(max_length=MOST_PHOTOS, description="Photos of the student's face.")]


class ConsentAbout(BaseModel):
    """That the student agreed to face recognition."""

    given_at: datetime
    how: str


class StudentAbout(BaseModel):
    """A student."""

    id: str = Field(description="Never changes.")
    roll_number: str
    name: str
    email: str | None
    guardian_email: str | None
    phone: str | None
    department: str | None
    year: str | None
    active: bool = Field(description="Whether the student can check in.")
    consent: ConsentAbout | None

    @classmethod
    def of(cls, student: Student) -> StudentAbout:
        """What is told of a student: the fields above, as the register has them."""
        return cls.model_validate(student, from_attributes=True)


class StudentPage(BaseModel):
    """Part of the students."""

    items: list[StudentAbout]
    next: str | None = Field(description="For `after`; null at the end.")


class PhotoAbout(BaseModel):
    """What became of a photo."""

    status: PhotoStatus
    reason: str = Field(description="Why it was refused, or empty.")
    problem: PhotoProblem | None

    @classmethod
    def of(cls, outcome: PhotoOutcome) -> PhotoAbout:
        """What is told of a photo."""
        return cls.model_validate(outcome, from_attributes=True)


class Enrolled(BaseModel):
    """A student and what became of the photos, in their order."""

    student: StudentAbout
    photos: list[PhotoAbout]


class TemplateAbout(BaseModel):
    """An enrolled embedding; its numbers stay on the server."""

    id: str
    engine: str
    detector: str
    quality: float
    created_at: datetime

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


class TemplateList(BaseModel):
    """The templates of a student."""

    items: list[TemplateAbout]


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

    name: Text | None = None
    email: Text | None = None
    guardian_email: Text | None = None
    phone: Text | None = None
    department: Text | None = None
    year: Text | None = None


class NewStudentBody(Details):
    """A student to be added, perhaps with photos; photos need consent."""

    roll_number: RollNumber
    consent: How | None = None
    images: Photos = Field(default_factory=list)

    def person(self) -> NewStudent:
        """The student as enrolment takes them."""
        return NewStudent(**self.model_dump(exclude={"consent", "images"}))


class PhotosBody(Body):
    """Photos of a student's face."""

    images: Annotated[list[Picture], Field(min_length=1, max_length=MOST_PHOTOS)]
    consent: How | None = Field(None, description="Needed where none is on record.")


class StudentChange(Details):
    """What changes; what is left out stays, and null clears a field."""

    roll_number: RollNumber | None = None
    active: bool | None = None

    def of(self, student: Student) -> tuple[NewStudent, bool]:
        """All fields as they shall be, and whether the student can check in."""
        wanted = self.model_dump(exclude_unset=True)
        active = wanted.pop("active", None)
        fields = {name: wanted.get(name, getattr(student, name)) for name in _FIELDS}
        # A student without roll number or name is none, so that null leaves these two.
        roll_number = fields.pop("roll_number") or student.roll_number
        person = NewStudent(roll_number=roll_number, **{**fields, "name": fields["name"] or student.name})
        return person, student.active if active is None else active


_FIELDS = ("roll_number", "name", "email", "guardian_email", "phone", "department", "year")
