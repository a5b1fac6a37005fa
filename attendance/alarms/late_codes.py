"""Codes that were used long after they left the wall."""

from __future__ import annotations

from attendance.alarms.checked_photo import CheckedPhoto, Finding
from attendance.values import AlarmKind

LATE = 240.0
"""Seconds from when the code left the wall until the photo arrived. A code opens the page for a window or two
after it left, half a minute as a rule, and most people look into the camera within another half. What is left
is a page that was opened in time and held, or a photo that waited for the network. How long honest phones
really take is not measured yet: four minutes is a choice."""
MINUTE = 60


def late_code(capture: CheckedPhoto) -> Finding | None:
    """A page that was opened with a code of the wall and used minutes later."""
    if capture.code_age is None or capture.code_age < LATE:
        return None
    minutes = str(int(capture.code_age // MINUTE))
    return Finding(AlarmKind.LATE_CODE, capture.student_id, (capture.student_id,), (minutes,))
