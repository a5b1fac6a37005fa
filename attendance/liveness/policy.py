"""What a course makes of the movement, for each way in which a photo comes."""

from __future__ import annotations

from attendance.values import Course, LivenessMode, LivenessResult

MOST_FAILURES = 2
"""Movements of a student that may fail, by phone in a session, at a kiosk in a row; then a teacher decides.
A second one lets nearly everybody in who turned the head too little, and each further one would let a bent
print try again."""


def effective_mode(course: Course, *, has_camera: bool) -> LivenessMode:
    """What counts for a photo from a phone.

    Browsers open no camera on a page that is not secure. There nobody can show a movement, and a course that
    requires one only notes that it is missing: a class checks in all the same.

    Args:
        course: where the student checks in.
        has_camera: whether the page could use the camera.
    """
    is_impossible = course.liveness is LivenessMode.REQUIRED and not has_camera
    return LivenessMode.FLAG if is_impossible else course.liveness


def result_of_photo(course: Course, *, counts_alone: bool) -> LivenessResult | None:
    """What a photo from other software is worth, which shows no movement.

    Args:
        course: where its student would be marked.
        counts_alone: whether the token states that its photos count without a movement.

    Returns:
        What the mark notes; None where a person has to decide.
    """
    if counts_alone:
        return LivenessResult.PHOTO_ONLY
    return {
        LivenessMode.OFF: LivenessResult.NOT_ASKED,
        LivenessMode.FLAG: LivenessResult.NOT_SHOWN,
    }.get(course.liveness)
