"""What a course makes of the movement, for each way in which a photo comes."""

from __future__ import annotations

from attendance.values import Course, LivenessMode


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
