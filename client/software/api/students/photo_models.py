"""The API's models of students' photos and templates."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from pydantic import Field

from attendance.enrolment.enrolled_photos import EnrolledPhoto
from attendance.enrolment.enrolment_result import PhotoOutcome, PhotoStatus
from attendance.values import Template
from client.software.api.consent.consent_models import How
from client.software.protocol.json_or_multipart import Picture
from client.software.protocol.models import ApiAnswer, rounded_score
from client.software.protocol.paging import NextPage
from client.software.protocol.resources import Body
from face_detection.problems import PhotoProblem

MOST_PHOTOS = 20
PHOTOS = "Photos of the student's face."


Photos = Annotated[list[Picture], Field(max_length=MOST_PHOTOS, description=PHOTOS)]


class PhotoAbout(ApiAnswer):
    """The result of enrolling one photo."""

    status: PhotoStatus = Field(description="Whether the photo was enrolled.")
    reason: str = Field(
        description="Why the photo was refused; otherwise empty.", examples=["No face was found."]
    )
    problem: PhotoProblem | None = Field(
        description="The code of the reason, if the photo itself is the problem."
    )

    @classmethod
    def of(cls, outcome: PhotoOutcome) -> PhotoAbout:
        """The public view of a photo's result."""
        return cls.model_validate(outcome, from_attributes=True)


class EnrolledPhotoAbout(ApiAnswer):
    """An enrolled photo. Neither its picture nor its embedding is shown."""

    id: str = Field(
        description="SHA-256 of the photo as it was sent, in hexadecimal digits; for an imported embedding, "
        "that of its numbers.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    )
    engine: str = Field(description="The engine that computed the embedding.", examples=["facenet-1"])
    detector: str = Field(description="The detector that found the face.", examples=["mtcnn"])
    quality: float = Field(description="The photo's quality, 0 to 1.", examples=[0.92])
    created_at: datetime = Field(description="When the photo was enrolled, or computed again.")
    is_portrait: bool = Field(description="Whether the student's portrait is cut from this photo.")

    @classmethod
    def of(cls, photo: EnrolledPhoto) -> EnrolledPhotoAbout:
        """The public view of an enrolled photo."""
        rounded = replace(photo, quality=rounded_score(photo.quality))
        return cls.model_validate(rounded, from_attributes=True)


class EnrolledPhotoPage(ApiAnswer):
    """A page of a student's enrolled photos, oldest first."""

    items: list[EnrolledPhotoAbout] = Field(description="The photos on this page.")
    next: NextPage


class TemplateAbout(ApiAnswer):
    """An enrolled template, without its embedding."""

    id: str = Field(
        description="The template's id, the same whenever the same photo is enrolled.",
        examples=["9f86d081884c7d65"],
    )
    engine: str = Field(description="The engine that computed the embedding.", examples=["facenet-1"])
    detector: str = Field(description="The detector that found the face.", examples=["mtcnn"])
    quality: float = Field(description="The photo's quality, 0 to 1.", examples=[0.92])
    created_at: datetime = Field(description="When the photo was enrolled.")

    @classmethod
    def of(cls, template: Template) -> TemplateAbout:
        """The public view of a template."""
        return cls(
            id=template.id,
            engine=template.engine,
            detector=template.detector,
            quality=rounded_score(template.quality),
            created_at=template.created_at,
        )


class TemplatePage(ApiAnswer):
    """A page of a student's templates, sorted by time and id."""

    items: list[TemplateAbout] = Field(description="The templates on this page.")
    next: NextPage


class PhotosBody(Body):
    """Photos of a student's face."""

    images: Annotated[list[Picture], Field(min_length=1, max_length=MOST_PHOTOS, description=PHOTOS)]
    consent: How | None = Field(
        None,
        description="How consent was given. Required if none is recorded.",
        examples=["signed form of 2 September"],
    )
