"""Students, their templates and portraits, and their consent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class ConsentParty(StrEnum):
    """Who gave consent, or objected."""

    STUDENT = "student"
    GUARDIAN = "guardian"
    UNSTATED = "unstated"  # one of the two; records from before version 9 of the schema don't say


class ConsentForm(StrEnum):
    """In which form consent was given."""

    PAPER = "paper"  # signed
    EMAIL = "email"
    ONLINE = "online"  # in a school portal, for example
    SPOKEN = "spoken"
    UNSTATED = "unstated"


@dataclass(frozen=True)
class Consent:
    """That a student or guardian agreed to face recognition.

    Attributes:
        given_at: when it was recorded.
        recorded_by: who recorded it.
        how: a note of how it was given, such as where the form is kept.
        giver: who gave it.
        form: in which form.
        given_on: the day on the form, ``YYYY-MM-DD``; None: the day on which it was recorded.
        valid_until: the last day on which it counts, in the site's time zone; None: until an objection.
    """

    given_at: datetime
    recorded_by: str
    how: str
    giver: ConsentParty = ConsentParty.UNSTATED
    form: ConsentForm = ConsentForm.UNSTATED
    given_on: str | None = None
    valid_until: str | None = None

    def is_valid(self, day: str) -> bool:
        """Whether it counts on a day, ``YYYY-MM-DD``."""
        return self.valid_until is None or day <= self.valid_until


@dataclass(frozen=True)
class Withdrawal:
    """That a student or guardian objects to face recognition, whether or not there was consent.

    Attributes:
        at: when it was recorded.
        recorded_by: who recorded it.
        objector: who objects.
        how: a note of how they said so; None: nothing was noted.
    """

    at: datetime
    recorded_by: str
    objector: ConsentParty = ConsentParty.UNSTATED
    how: str | None = None


@dataclass(frozen=True)
class Student:
    """A person of the register.

    Attributes:
        id: never changes and reveals nothing about the person.
        roll_number: unique among students, may be changed.
        consent: the first one on record, while all on record count; None means that no template may exist.
        other_consents: further ones on record; without ``consent`` all of them, which an objection has set
            aside or of which one has ended.
        withdrawn: an objection; there is no ``consent`` then, and the student isn't enrolled again before
            whoever objected has agreed again.
        other_objections: further ones.
        guardian_name: who the guardian is that gave consent or objected.
        guardian_email: where a guardian is notified of absences.
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
    other_consents: tuple[Consent, ...] = ()
    other_objections: tuple[Withdrawal, ...] = ()
    guardian_name: str | None = None

    @property
    def consents(self) -> tuple[Consent, ...]:
        """All consents on record, whether or not they count now."""
        return self.other_consents if self.consent is None else (self.consent, *self.other_consents)

    @property
    def objections(self) -> tuple[Withdrawal, ...]:
        """All objections; none counts less than another."""
        return () if self.withdrawn is None else (self.withdrawn, *self.other_objections)

    @property
    def consent_ends(self) -> str | None:
        """The last day on which all consents on record count; None: they don't end."""
        return min((each.valid_until for each in self.consents if each.valid_until is not None), default=None)

    def agrees_on(self, day: str) -> bool:
        """Whether the face may be used on a day, ``YYYY-MM-DD``: all consents count, and nobody objects."""
        return self.consent is not None and all(each.is_valid(day) for each in self.consents)


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
