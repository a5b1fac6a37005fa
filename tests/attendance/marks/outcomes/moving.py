"""Movements that students make at a site's check-in."""

from __future__ import annotations

from dataclasses import replace

from attendance.marks.check_in_attempt import Attempt
from attendance.values import LivenessMode
from face_detection.liveness.values import Turn
from tests.attendance.fake_bursts import SentBurst, sent_burst
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import Site

STILL = SentBurst()
_OTHER_WAY = {Turn.LEFT: Turn.RIGHT, Turn.RIGHT: Turn.LEFT, Turn.UP: Turn.DOWN, Turn.DOWN: Turn.UP}


def make(site: Site, mode: LivenessMode, *, movements: int = 1) -> None:
    """Let General ask for this."""
    course = site.sessions.course_of(site.session)
    changed = replace(course, liveness=mode, movements=movements, version=course.version + 1)
    assert site.store.replace_course(changed)


def exempt(site: Site, roll_number: str) -> None:
    """Ask a student for no movement."""
    student = site.student(roll_number)
    site.store.update_student(replace(student, movement_exempt=True))


def wrong(site: Site, person: int, attempt: Attempt, *, take: int = 0) -> SentBurst:
    """The head turns the other way."""
    asked = site.asked(site.session, attempt)
    return sent_burst(person, *(_OTHER_WAY[turn] for turn in asked), take=take)


def right(site: Site, person: int, attempt: Attempt, *, take: int = 0) -> SentBurst:
    """The head turns as asked."""
    return sent_burst(person, *site.asked(site.session, attempt), take=take)


def photo_and_attempt(site: Site, person: int, grant: str, take: int = 0) -> tuple[bytes, Attempt]:
    """A photo under a grant; another take has other bytes."""
    photo = photo_of(person, side=64 + take)
    return photo, site.attempt(photo, grant)
