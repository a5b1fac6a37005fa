"""Check-ins that a person has to decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReviewReason(StrEnum):
    """Why a check-in needs review."""

    LOOK_ALIKE = "look_alike"  # the second best student scored nearly as well
    UNPROVEN = "unproven"  # passes, but not with what the calibration data can prove
    NOT_ME = "not_me"  # the student objected to the name
    NOT_ON_ROSTER = "not_on_roster"  # enrolled, but not in this course
    CODE = "code"  # no face: the student typed the code and a roll number, the one candidate


class ReviewDecision(StrEnum):
    """What a teacher decided about a check-in."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True)
class ReviewCandidate:
    """A student that a photo in review may show, with the score for the teacher."""

    student_id: str
    score: float


@dataclass(frozen=True)
class Review:
    """A check-in that a person has to decide.

    Attributes:
        id: the attempt (grant and photo) that it came from, so that a retry doesn't create another one.
        snapshot: name of the picture under ``Dataset/Images``, or None where none was stored.
        decided_for: the student that an accepted review marked.
    """

    id: str
    session_id: str
    reason: ReviewReason
    candidates: tuple[ReviewCandidate, ...]
    created_at: datetime
    snapshot: str | None = None
    device: str | None = None
    decision: ReviewDecision | None = None
    decided_for: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
