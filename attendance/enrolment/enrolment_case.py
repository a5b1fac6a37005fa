"""One student during enrolment: what is wanted, what exists, and what follows from both."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from attendance.enrolment.enrolment_result import EnrolmentResult, EnrolmentStatus, PhotoOutcome, PhotoStatus
from attendance.enrolment.photo_reading import UsablePhoto
from attendance.values import FaceCrop, Portrait, Student, Template


def template_id(student_id: str, engine: str, detector: str, source: str) -> str:
    """The id of the template that a photo gives: the same each time.

    The detector is part of it, as detectors crop faces differently.
    """
    return hashlib.sha256(f"{student_id}|{engine}|{detector}|{source}".encode()).hexdigest()


@dataclass(frozen=True)
class Refusal:
    """Why a student is not enrolled.

    Attributes:
        reason: a sentence for the admin.
        photos: the photos that show it, each with its own sentence.
        looks_like: the roll number of the other student, where that is the reason.
    """

    reason: str
    photos: Mapping[str, str] = field(default_factory=dict)
    looks_like: str | None = None


@dataclass(frozen=True)
class Case:
    """One student while being enrolled.

    Attributes:
        student: as they will be in the register.
        existing: as they are in the register, or None.
        engine: versioned name of the engine in use; empty where there are no photos.
        detector: name of the detector in use; empty where there are no photos.
        known: templates of this engine and detector that are there already.
        usable: photos for new templates.
        outcomes: what becomes of each photo if the student is enrolled.
        has_portrait: whether a portrait is stored already.
    """

    student: Student
    existing: Student | None
    engine: str = ""
    detector: str = ""
    known: tuple[Template, ...] = ()
    usable: tuple[UsablePhoto, ...] = ()
    outcomes: tuple[PhotoOutcome, ...] = ()
    has_portrait: bool = False

    def new_templates(self, now: datetime) -> list[Template]:
        """Templates of the usable photos that have none."""
        there = {template.source for template in self.known}
        return [
            Template(
                id=template_id(self.student.id, self.engine, self.detector, photo.source),
                student_id=self.student.id,
                engine=self.engine,
                detector=self.detector,
                embedding=photo.embedding,
                source=photo.source,
                quality=photo.quality,
                created_at=now,
            )
            for photo in self.usable
            if photo.source not in there
        ]

    def new_crops(self, now: datetime) -> list[FaceCrop]:
        """The faces of the usable photos, for later engines; the store keeps those it lacks."""
        return [
            FaceCrop(
                student_id=self.student.id,
                source=photo.source,
                detector=self.detector,
                jpeg=photo.cut.jpeg,
                box=tuple(photo.cut.box.tolist()),
                landmarks=tuple(photo.cut.landmarks.ravel().tolist()),
                quality=photo.quality,
                created_at=now,
            )
            for photo in self.usable
            if photo.cut is not None
        ]

    def new_portrait(self, now: datetime) -> Portrait | None:
        """The best photo's face, if it is better than the stored one."""
        best = max(self.usable, key=lambda photo: photo.quality, default=None)
        if best is None or best.portrait is None:
            return None
        kept = max((template.quality for template in self.known), default=-1.0)
        if self.has_portrait and best.quality <= kept:
            return None
        return Portrait(self.student.id, best.portrait, best.source, now)

    def refused(self, refusal: Refusal) -> EnrolmentResult:
        """The result where nothing is written."""
        return EnrolmentResult(
            self.student.roll_number,
            self.student.name,
            EnrolmentStatus.REFUSED,
            tuple(_unused(outcome, refusal) for outcome in self.outcomes),
            refusal.reason,
            refusal.looks_like,
        )


def _unused(outcome: PhotoOutcome, refusal: Refusal) -> PhotoOutcome:
    if outcome.name in refusal.photos:
        return PhotoOutcome(outcome.name, PhotoStatus.REFUSED, refusal.photos[outcome.name])
    if outcome.status is PhotoStatus.USED:
        return replace(outcome, status=PhotoStatus.NOT_USED)
    return outcome
