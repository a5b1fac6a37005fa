"""Students without a photo type the code and a roll number, and the teacher confirms with one tap."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance.marks.check_in_attempt import MOST_TRIES
from attendance.marks.mark_list import mark_rows
from attendance.marks.verdict import VerdictCode
from attendance.people.new_student import NewStudent
from attendance.values import MarkMethod, MarkStatus, ReviewReason, Session
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS, Site


@pytest.fixture
def session(class_of_two: Site) -> Session:
    """An open session with Collins (1), Hopper (2) and a student without a photo (7); 8 is not on it."""
    for roll_number in ("7", "8"):
        class_of_two.enrolment.enrol(NewStudent(roll_number), {}, None)
    course = class_of_two.courses.add("Physics", roster=["1", "2", "7"])
    return class_of_two.class_sessions.open_now(course.id, by="t1")


def test_a_claim_needs_review_and_is_confirmed_with_one_tap(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    came_at = site.clock.now()
    verdict = site.claim(session, " 7 ")
    assert (verdict.code, verdict.student_name) == (VerdictCode.NEEDS_REVIEW, None)
    assert site.mark_of("7", session) is None
    [held] = site.reviews.held(session.id)
    assert (held.review.reason, held.snapshot) == (ReviewReason.CODE, None)
    assert [student.roll_number for student, _ in held.candidates] == ["7"]
    site.clock.advance(minutes=20)
    mark = site.reviews.accept(held.review.id, by="t1")
    assert (mark.status, mark.method, mark.at) == (MarkStatus.PRESENT, MarkMethod.CODE, came_at)
    assert mark.counts_as_there
    assert site.claim(session, "7", "grant-2").code is VerdictCode.ALREADY_PRESENT


def test_it_is_equal_in_the_list_of_marks(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    site.claim(session, "7")
    site.reviews.accept(site.reviews.held()[0].review.id, by="t1")
    site.submit(photo_of(COLLINS), "grant-2", session=session)
    told = {row.student.roll_number: row.mark.status for row in mark_rows(site.store)}
    assert told == {"1": MarkStatus.PRESENT, "7": MarkStatus.PRESENT}


def test_refused_nobody_is_marked(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    site.claim(session, "7")
    site.reviews.refuse(site.reviews.held()[0].review.id, by="t1")
    assert site.mark_of("7", session) is None


def test_claiming_again_is_read_once(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    for grant in ("grant-1", "grant-1", "grant-2"):
        assert site.claim(session, "7", grant).code is VerdictCode.NEEDS_REVIEW
    assert len(site.reviews.held(session.id)) == 1


def test_a_grant_is_good_for_one_claim_or_one_photo(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    site.claim(session, "7")
    assert site.claim(session, "2").code is VerdictCode.GRANT_USED
    assert site.submit(photo_of(COLLINS), session=session).code is VerdictCode.GRANT_USED
    site.submit(photo_of(COLLINS), "grant-2", session=session)
    assert site.claim(session, "7", "grant-2").code is VerdictCode.GRANT_USED


def test_roll_numbers_can_not_be_tried_out_without_end(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    for number in range(MOST_TRIES):
        assert site.claim(session, f"9{number}").code is VerdictCode.NOT_FOUND
    assert site.claim(session, "7").code is VerdictCode.GRANT_USED
    assert site.claim(session, "90").code is VerdictCode.NOT_FOUND


def test_who_is_not_on_the_roster_is_told_so_and_added_with_the_tap(
    class_of_two: Site, session: Session
) -> None:
    site = class_of_two
    assert site.claim(session, "8").code is VerdictCode.NOT_ON_ROSTER
    [held] = site.reviews.held(session.id)
    mark = site.reviews.accept(held.review.id, by="t1")
    assert mark.method is MarkMethod.CODE
    assert site.student("8").id in (site.courses.get(session.course_id).roster or ())


def test_after_the_end_nothing_is_taken(class_of_two: Site, session: Session) -> None:
    class_of_two.clock.moment = session.closes_at
    assert class_of_two.claim(session, "7").code is VerdictCode.SESSION_CLOSED


def test_confirmed_after_closing_the_absence_gives_way(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    site.claim(session, "7")
    site.clock.advance(minutes=5)
    site.closing.close(session.id, by="t1")
    site.clock.advance(minutes=5)
    mark = site.reviews.accept(site.reviews.held()[0].review.id, by="t1")
    assert [event.status for event in mark.history] == [MarkStatus.ABSENT, MarkStatus.PRESENT]
    assert mark.at == site.clock.now() - timedelta(minutes=10)
