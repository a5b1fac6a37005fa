"""What of a check-in is compared with other check-ins."""

from __future__ import annotations

from attendance.alarms.checked_photo import CheckedPhoto
from attendance.marks.outcomes.judged import JudgedCheckIn
from attendance.marks.submission import Circumstances
from attendance.values import Student
from face_detection.picture_hash import picture_patch
from face_detection.values import Face, Photo


def checked_photo(
    judged: JudgedCheckIn, circumstances: Circumstances, student: Student, photo: Photo, face: Face
) -> CheckedPhoto:
    """A photo that named a student, for the alarms.

    Args:
        judged: the check-in.
        circumstances: how the photo reached the server.
        student: whom it named.
        photo: the decoded photo.
        face: the student's.
    """
    return CheckedPhoto(
        id=judged.attempt.id,
        session=judged.session,
        at=judged.at,
        student_id=student.id,
        device=judged.attempt.device,
        signed=circumstances.signed,
        address=circumstances.address,
        digest=judged.attempt.digest,
        patch=picture_patch(photo, face),
        camera=circumstances.camera,
        code_age=circumstances.code_age,
    )
