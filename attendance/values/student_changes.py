"""What was changed about students besides their marks: who changed what, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ChangeKind(StrEnum):
    """What was changed."""

    ADDED = "added"
    DETAILS = "details"
    CONSENT_RECORDED = "consent_recorded"
    CONSENT_WITHDRAWN = "consent_withdrawn"  # or somebody objected who had never agreed
    OBJECTION_UNDONE = "objection_undone"
    CONSENT_ENDED = "consent_ended"  # its last day is over, and the face was erased
    PHOTOS_ADDED = "photos_added"
    PHOTOS_ERASED = "photos_erased"
    PHOTO_ERASED = "photo_erased"  # one of several, or the last one
    ROSTER_ADDED = "roster_added"
    ROSTER_REMOVED = "roster_removed"
    ERASED = "erased"
    MOVEMENT_EXEMPTED = "movement_exempted"
    MOVEMENT_ASKED = "movement_asked"  # again, after an exemption
    ENROL_RIGHT_GIVEN = "enrol_right_given"
    ENROL_RIGHT_TAKEN = "enrol_right_taken"


@dataclass(frozen=True)
class NotedChange:
    """One change, for admins to read.

    Attributes:
        id: never changes.
        by: the id of a user, or ``api:`` and a token's name.
        student_id: of whom; None once a student was erased, since nothing of them may remain.
        course_id: on or off whose roster.
        user_id: who was given the right to make such changes, or lost it.
    """

    id: str
    at: datetime
    by: str
    kind: ChangeKind
    student_id: str | None = None
    course_id: str | None = None
    user_id: str | None = None
