"""The values of the register: students, templates, courses, sessions, marks, reviews."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class MarkStatus(StrEnum):
    """What the register says of one student in one session."""

    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"
    EXCUSED = "excused"


class MarkMethod(StrEnum):
    """How a mark came about."""

    FACE = "face"
    CLASSROOM_PHOTO = "classroom_photo"
    MANUAL = "manual"
    CODE = "code"


class ReviewReason(StrEnum):
    """Why a check-in is held for a person to decide."""

    LOOK_ALIKE = "look_alike"  # the second best student scored nearly as well
    UNPROVEN = "unproven"  # passes, but not with what the calibration data can prove
    NOT_ME = "not_me"  # the student said that the name is not theirs


class ReviewDecision(StrEnum):
    """What a person decided about a held check-in."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True)
class Consent:
    """That a student (or guardian) agreed to face recognition: when, noted by whom, given how."""

    given_at: datetime
    recorded_by: str
    how: str


@dataclass(frozen=True)
class Student:
    """A person of the register.

    Attributes:
        id: never changes and says nothing about the person.
        roll_number: unique among students, may be changed.
        consent: None means that no template may exist.
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


@dataclass(frozen=True)
class Portrait:
    """The one enrolled picture of a student, for reviews and for re-embedding: a JPEG."""

    student_id: str
    jpeg: bytes
    source: str
    created_at: datetime


@dataclass(frozen=True)
class Course:
    """A course. ``roster`` holds student ids; None means every active student."""

    id: str
    name: str
    roster: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Session:
    """One meeting of a course.

    Attributes:
        id: the natural key ``course|day`` for sessions that open by themselves.
        token: what the QR code carries; unguessable.
        day: the local day in the site's time zone, ``YYYY-MM-DD``.
        late_at: from here on a check-in is ``late``; None: never.
        closes_at: from here on nobody can check in.
    """

    id: str
    course_id: str
    token: str
    day: str
    opens_at: datetime
    closes_at: datetime
    late_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether a check-in at ``now`` counts."""
        return self.opens_at <= now < self.closes_at


@dataclass(frozen=True)
class MarkEvent:
    """One entry in the history of a mark, oldest first; the last one is how the mark stands."""

    at: datetime
    status: MarkStatus
    method: MarkMethod
    by: str
    note: str = ""
    under_review: bool = False


@dataclass(frozen=True)
class Mark:
    """What the register says of one student in one session; unique on (session, student).

    Attributes:
        at: when the status that stands was given.
        attempt: which submission gave it (grant and photo), so that a retry reads the same.
        under_review: the student said it is somebody else; it does not count until decided.
        version: 1 at first, one more at each change.
    """

    session_id: str
    student_id: str
    status: MarkStatus
    method: MarkMethod
    at: datetime
    score: float | None = None
    device: str | None = None
    reviewer: str | None = None
    attempt: str | None = None
    under_review: bool = False
    version: int = 1
    history: tuple[MarkEvent, ...] = ()

    @property
    def id(self) -> str:
        """The natural key."""
        return f"{self.session_id}|{self.student_id}"

    @property
    def counts_as_there(self) -> bool:
        """Whether the student counts as having come."""
        return self.status in (MarkStatus.PRESENT, MarkStatus.LATE) and not self.under_review


@dataclass(frozen=True)
class Candidate:
    """A student that a held photo may show, with the score for the teacher's eyes."""

    student_id: str
    score: float


@dataclass(frozen=True)
class Review:
    """A check-in that a person has to decide.

    Attributes:
        id: the attempt (grant and photo) that it came from, so that a retry holds it once.
        snapshot: name of the picture under ``Dataset/Images``, or None where none was kept.
        decided_for: the student that an accepted review marked.
    """

    id: str
    session_id: str
    reason: ReviewReason
    candidates: tuple[Candidate, ...]
    created_at: datetime
    snapshot: str | None = None
    device: str | None = None
    decision: ReviewDecision | None = None
    decided_for: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True)
class EnginePin:
    """Which engine this register has settled on, and why."""

    engine: str
    detector: str
    reason: str
    pinned_at: datetime


@dataclass(frozen=True)
class GrantAnswer:
    """What was answered to one photo under one grant, kept until the grant ends.

    Attributes:
        grant_id: the grant's own number.
        digest: hex sha256 of the photo's bytes.
        answer: the verdict as JSON-ready values.
    """

    grant_id: str
    digest: str
    expires_at: datetime
    answer: dict[str, str | None] = field(default_factory=dict)
