"""Students check in with their phones to the class that is photographed."""

from __future__ import annotations

from datetime import timedelta

from attendance.marks.check_in_attempt import Attempt
from attendance.marks.submission import Circumstances, Submission
from attendance.values import LivenessMode, Mark, Place
from tests.attendance.classroom.school_room import Room
from tests.attendance.fake_pipeline import photo_of


def check_in(room: Room, person: int, *, place: Place = Place.UNKNOWN) -> Mark:
    """A phone checks somebody in; the course asks for no movement."""
    room.register.courses.change(room.session.course_id, liveness=LivenessMode.OFF)
    photo, expires_at = photo_of(person), room.clock.now() + timedelta(minutes=5)
    attempt = Attempt.of(f"grant-{person}", photo, device=f"phone {person}", expires_at=expires_at)
    submission = Submission(photo, circumstances=Circumstances(place=place))
    room.register.check_in.submit(room.session, submission, attempt)
    mark = room.mark_of(person)
    assert mark is not None
    return mark
