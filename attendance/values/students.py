"""Students, their templates and portraits, and their consent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Consent:
    """That a student (or guardian) agreed to face recognition: when, noted by whom, given how."""

    given_at: datetime
    recorded_by: str
    how: str


@dataclass(frozen=True)
class Withdrawal:
    """That a student (or guardian) withdrew consent: when, noted by whom."""

    at: datetime
    recorded_by: str


@dataclass(frozen=True)
class Student:
    """A person of the register.

    Attributes:
        id: never changes and reveals nothing about the person.
        roll_number: unique among students, may be changed.
        withdrawn: set if there was consent and it was withdrawn; consent is None then. The student is not
            enrolled again before consent is recorded again.
        guardian_email: where a guardian is notified of absences.
        consent: None means that no template may exist.
        image_id: what other software knows the student's picture by. It is not unique, and nobody is looked
            up by it.
        movement_exempt: whether checking in asks for no movement, such as where a head can't be turned.
    """

    id: str
    roll_number: str
    name: str
    email: str | None = None
    phone: str | None = None
    department: str | None = None
    year: str | None = None
    consent: Consent | None = None
    active: bool = True
    guardian_email: str | None = None
    withdrawn: Withdrawal | None = None
    image_id: str | None = None
    movement_exempt: bool = False


@dataclass(frozen=True, eq=False)
class Template:
    """One enrolled embedding of a student.

    Attributes:
        id: made from student, engine and source, so that enrolling a photo twice is one template.
        engine: versioned name of the engine that made the embedding.
        detector: name of the detector that found the face.
        embedding: ``(D,)`` float32 of length 1.
        source: hex sha256 of the photo it was made from.
        quality: 0 to 1.
    """

    id: str
    student_id: str
    engine: str
    detector: str
    embedding: NDArray[np.float32]
    source: str
    quality: float
    created_at: datetime

    def is_by(self, engine: str, detector: str) -> bool:
        """Whether this engine and detector made it, so that it can be compared with what they make now."""
        return (self.engine, self.detector) == (engine, detector)


@dataclass(frozen=True)
class FaceCrop:
    """The face on one enrolled photo, from which any engine can make a template later.

    Attributes:
        source: hex sha256 of the photo, as its templates have it.
        detector: name of the detector that found the face.
        jpeg: a square around the face; see ``face_detection.face_crop``.
        box: ``x1, y1, x2, y2`` in pixels of ``jpeg``; may extend beyond it.
        landmarks: ``x, y`` of the left eye, right eye, nose, left and right corner of the mouth, as seen in
            the picture.
        quality: 0 to 1, of the template that was made from the photo.
    """

    student_id: str
    source: str
    detector: str
    jpeg: bytes
    box: tuple[float, ...]
    landmarks: tuple[float, ...]
    quality: float
    created_at: datetime


@dataclass(frozen=True)
class Portrait:
    """The one enrolled picture of a student, for reviews and for re-embedding: a JPEG."""

    student_id: str
    jpeg: bytes
    source: str
    created_at: datetime
