"""What the register answers to one submitted photo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from attendance.values import Mark, Student
from face_detection.problems import PhotoProblem


class VerdictStatus(StrEnum):
    """The verdict in one word; the code is more specific."""

    PRESENT = "present"  # the student counts as having come
    NEEDS_REVIEW = "needs_review"  # a teacher has to decide
    NOT_FOUND = "not_found"  # nobody of the roster is on the photo
    PHOTO_PROBLEM = "photo_problem"  # another photo may do
    REFUSED = "refused"  # the photo was not judged, or no longer counts


class VerdictCode(StrEnum):
    """The verdict exactly; everything that a photo can lack is a code too."""

    PRESENT = "present"
    LATE = "late"
    ALREADY_PRESENT = "already_present"
    ALREADY_LATE = "already_late"
    MARKED_OTHERWISE = "marked_otherwise"  # a person has changed the mark since this photo gave it
    NEEDS_REVIEW = "needs_review"
    NOT_FOUND = "not_found"
    MOVE_AGAIN = "move_again"  # the student was recognised, and the head did not turn as asked
    STAY_IN_VIEW = "stay_in_view"  # likewise, and the face left the picture meanwhile
    NUMBER_NEEDED = "number_needed"  # the site compares nobody with a whole class
    TOO_MANY_WAIT = "too_many_wait"  # for review, from the same phone: the teacher decides some first
    NOT_AN_IMAGE = PhotoProblem.NOT_AN_IMAGE.value
    TOO_MANY_BYTES = PhotoProblem.TOO_MANY_BYTES.value
    TOO_MANY_PIXELS = PhotoProblem.TOO_MANY_PIXELS.value
    NO_FACE = PhotoProblem.NO_FACE.value
    SEVERAL_FACES = PhotoProblem.SEVERAL_FACES.value
    TOO_SMALL = PhotoProblem.TOO_SMALL.value
    OFF_CENTRE = PhotoProblem.OFF_CENTRE.value
    TOO_DARK = PhotoProblem.TOO_DARK.value
    TOO_BRIGHT = PhotoProblem.TOO_BRIGHT.value
    BLURRED = PhotoProblem.BLURRED.value
    TURNED_AWAY = PhotoProblem.TURNED_AWAY.value
    GRANT_USED = "grant_used"
    SESSION_CLOSED = "session_closed"
    SESSION_CANCELLED = "session_cancelled"


_STATUS_OF = {
    VerdictCode.PRESENT: VerdictStatus.PRESENT,
    VerdictCode.LATE: VerdictStatus.PRESENT,
    VerdictCode.ALREADY_PRESENT: VerdictStatus.PRESENT,
    VerdictCode.ALREADY_LATE: VerdictStatus.PRESENT,
    VerdictCode.NEEDS_REVIEW: VerdictStatus.NEEDS_REVIEW,
    VerdictCode.NOT_FOUND: VerdictStatus.NOT_FOUND,
    VerdictCode.MARKED_OTHERWISE: VerdictStatus.REFUSED,
    VerdictCode.GRANT_USED: VerdictStatus.REFUSED,
    VerdictCode.TOO_MANY_WAIT: VerdictStatus.REFUSED,
    VerdictCode.SESSION_CLOSED: VerdictStatus.REFUSED,
    VerdictCode.SESSION_CANCELLED: VerdictStatus.REFUSED,
}
_FORMER_CODES = {"not_on_roster": VerdictCode.NOT_FOUND.value}  # in answers kept by version 0.1


@dataclass(frozen=True)
class Verdict:
    """The answer to one photo.

    Attributes:
        code: what was decided.
        session_id: the session that it was decided for.
        student_id: who was recognised, only with the status ``present``.
        student_name: their name, likewise.
        marked_at: when the current mark was given, likewise; aware UTC.
    """

    code: VerdictCode
    session_id: str
    student_id: str | None = None
    student_name: str | None = None
    marked_at: datetime | None = None

    @property
    def status(self) -> VerdictStatus:
        """The code in one word."""
        return _STATUS_OF.get(self.code, VerdictStatus.PHOTO_PROBLEM)

    def to_answer(self) -> dict[str, str | None]:
        """As JSON-ready values, for storage."""
        return {
            "code": self.code.value,
            "session_id": self.session_id,
            "student_id": self.student_id,
            "student_name": self.student_name,
            "marked_at": self.marked_at.isoformat() if self.marked_at else None,
        }

    @classmethod
    def from_answer(cls, answer: dict[str, str | None]) -> Verdict:
        """The verdict that ``to_answer`` was given."""
        marked_at, code = answer["marked_at"], answer["code"] or ""
        return cls(
            code=VerdictCode(_FORMER_CODES.get(code, code)),
            session_id=answer["session_id"] or "",
            student_id=answer["student_id"],
            student_name=answer["student_name"],
            marked_at=datetime.fromisoformat(marked_at) if marked_at else None,
        )


def verdict_on(mark: Mark, student: Student, attempt_id: str) -> Verdict:
    """The verdict on a photo whose student has this mark, given by this attempt or before."""
    if not mark.counts_as_there:
        return Verdict(code_instead(mark), mark.session_id)
    code = VerdictCode(mark.status.value)
    if mark.attempt != attempt_id:
        code = VerdictCode.ALREADY_LATE if code is VerdictCode.LATE else VerdictCode.ALREADY_PRESENT
    return Verdict(code, mark.session_id, student.id, student.name, mark.at)


def code_instead(mark: Mark) -> VerdictCode:
    """What to answer about a mark that its photo gave, and that does not count as there any more."""
    return VerdictCode.NEEDS_REVIEW if mark.under_review else VerdictCode.MARKED_OTHERWISE
