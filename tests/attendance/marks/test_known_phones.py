"""Check-ins of phones that checked in before, and of sites where a face is compared with nobody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from attendance.marks.check_in import CheckIn
from attendance.marks.submission import Submission
from attendance.marks.verdict import Verdict, VerdictCode, VerdictStatus
from attendance.measures import Measures
from tests.attendance.fake_pipeline import burst_beside, photo_of
from tests.attendance.site import COLLINS, HOPPER, STRANGER, Site
from tests.attendance.store.builders import trace

Send = Callable[..., Verdict]


@pytest.fixture
def send(class_of_two: Site) -> Send:
    """Send a photo, with a roll number or none, where only known students are compared."""
    site = class_of_two
    only = CheckIn(
        site.store,
        site.clock,
        matcher=site.matcher,
        sessions=site.sessions,
        snapshots=site.snapshots,
        alarms=site.alarms,
        tidy=lambda: None,
        measures=Measures(),
        only_known=True,
    )

    def sent(person: int, claimed: str = "", *, grant: str = "grant-1", blend: int = 0) -> Verdict:
        photo = photo_of(person, blend=blend)
        attempt = site.attempt(photo, grant)
        burst = burst_beside(photo, site.asked(site.session, attempt))
        submission = Submission(photo, burst.frames, burst.taken, claimed=claimed)
        return only.submit(site.session, submission, attempt)

    return sent


def leave_trace(site: Site, roll_number: str) -> None:
    """The phone has checked this student in before."""
    student_id = site.student(roll_number).id
    left = trace(session_id=site.session.id, student_id=student_id, device="phone")
    assert site.store.add_trace(left)


def test_an_unknown_phone_is_asked_for_the_roll_number_and_loses_no_try(
    class_of_two: Site, send: Send
) -> None:
    reads = class_of_two.pipeline.reads
    for _ in range(9):
        verdict = send(COLLINS)
        assert (verdict.code, verdict.status) == (VerdictCode.NUMBER_NEEDED, VerdictStatus.PHOTO_PROBLEM)
    assert class_of_two.pipeline.reads == reads
    assert send(COLLINS, "1").status is VerdictStatus.PRESENT
    assert class_of_two.mark_of("1") is not None


def test_a_typed_number_has_to_be_that_of_the_face(class_of_two: Site, send: Send) -> None:
    assert send(COLLINS, "2").code is VerdictCode.NOT_FOUND
    assert send(STRANGER, "1", grant="grant-2").code is VerdictCode.NOT_FOUND
    assert send(HOPPER, "no such number", grant="grant-3").code is VerdictCode.NOT_FOUND
    assert class_of_two.mark_of("1") is None
    assert class_of_two.mark_of("2") is None
    assert class_of_two.store.reviews() == []


def test_a_known_phone_needs_no_number(class_of_two: Site, send: Send) -> None:
    assert send(COLLINS, "1").status is VerdictStatus.PRESENT
    leave_trace(class_of_two, "1")
    assert send(COLLINS, grant="grant-2").status is VerdictStatus.PRESENT
    assert send(HOPPER, grant="grant-3").code is VerdictCode.NOT_FOUND
    assert send(HOPPER, "2", grant="grant-4").status is VerdictStatus.PRESENT


def test_a_face_that_may_be_the_student_is_for_the_teacher(class_of_two: Site, send: Send) -> None:
    assert send(COLLINS, "1", blend=13).code is VerdictCode.NEEDS_REVIEW
    [review] = class_of_two.store.reviews()
    assert [each.student_id for each in review.candidates] == [class_of_two.student("1").id]


def test_where_everybody_is_searched_no_number_is_needed(class_of_two: Site) -> None:
    attempt = replace(class_of_two.attempt(photo_of(COLLINS)), device=None)
    assert class_of_two.submit(photo_of(COLLINS), attempt=attempt).status is VerdictStatus.PRESENT
