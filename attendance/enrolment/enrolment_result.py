"""What became of a student and of each photo at enrolment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from face_detection.problems import PhotoProblem


class EnrolmentStatus(StrEnum):
    """What became of a student."""

    ENROLLED = "enrolled"  # new in the register
    UPDATED = "updated"  # something was added or changed
    UNCHANGED = "unchanged"  # the register knew it all
    REFUSED = "refused"  # nothing was written


class PhotoStatus(StrEnum):
    """The result of enrolling a photo."""

    USED = "used"  # a new template
    KNOWN = "known"  # its template is in the register already
    NOT_USED = "not_used"  # a good photo of a student who was refused
    REFUSED = "refused"


@dataclass(frozen=True)
class PhotoOutcome:
    """What became of one photo.

    Attributes:
        name: as it was given.
        status: what became of it.
        reason: a sentence where it was refused, else empty.
        problem: what is wrong with the photo itself, where that is the reason.
    """

    name: str
    status: PhotoStatus
    reason: str = ""
    problem: PhotoProblem | None = None


@dataclass(frozen=True)
class EnrolmentResult:
    """What became of one student.

    Attributes:
        roll_number: as stored.
        name: as stored.
        status: what became of the student.
        photos: what became of each photo, in the order given.
        reason: a sentence where the student was refused, else empty.
        looks_like: the roll number of the other student, where that is the reason.
        known_as: the name that the register had under this roll number, where another one was given.
    """

    roll_number: str
    name: str
    status: EnrolmentStatus
    photos: tuple[PhotoOutcome, ...] = ()
    reason: str = ""
    looks_like: str | None = None
    known_as: str | None = None

    @property
    def anything_refused(self) -> bool:
        """Whether the student or one of the photos was refused."""
        return self.status is EnrolmentStatus.REFUSED or any(
            photo.status is PhotoStatus.REFUSED for photo in self.photos
        )


REASONS = {
    PhotoProblem.NOT_AN_IMAGE: "It is not a readable JPEG, PNG, WebP or HEIC photo.",
    PhotoProblem.TOO_MANY_BYTES: "The file is larger than 10 MB.",
    PhotoProblem.TOO_MANY_PIXELS: "The photo has too many pixels.",
    PhotoProblem.NO_FACE: "No face was found.",
    PhotoProblem.SEVERAL_FACES: "There is more than one face.",
    PhotoProblem.TOO_SMALL: "The face is too small. Take the photo from closer.",
    PhotoProblem.OFF_CENTRE: "The face is cut off or too far from the centre.",
    PhotoProblem.TOO_DARK: "The face is too dark.",
    PhotoProblem.TOO_BRIGHT: "The face is too bright.",
    PhotoProblem.BLURRED: "The face is blurred.",
    PhotoProblem.TURNED_AWAY: "The face is turned away from the camera.",
}
"""What is wrong with a photo, in a sentence for the admin."""
