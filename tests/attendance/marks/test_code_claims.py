"""Students without a photo type the code and a roll number, and the teacher confirms with one tap."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from attendance.marks.code_claims import claim_attempt
from attendance.marks.mark_list import mark_rows
from attendance.marks.reviews.review_queue import MOST_OF_DEVICE
from attendance.marks.verdict import Verdict, VerdictCode
from attendance.people.new_student import NewStudent
from attendance.store.protocol import Store
from attendance.values import MarkMethod, MarkStatus, ReviewReason, Session
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.new_store import new_store
from tests.attendance.site import COLLINS, GRANT_LIFETIME, Site, open_site


class CountingStore:
    """Notes which questions are asked."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.calls.append(name)
        return getattr(self._store, name)


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
    verdict = site.claim(session, " \uff17 ")
    assert (verdict.code, verdict.student_name) == (VerdictCode.NEEDS_REVIEW, None)
    assert site.mark_of("7", session) is None
    [held] = site.reviews.held(session.id)
    assert (held.review.reason, held.snapshot) == (ReviewReason.CODE, None)
    assert [student.roll_number for student, _ in held.candidates] == ["7"]
    site.clock.advance(minutes=20)
    mark = site.reviews.accept(held.review.id, by="t1")
    assert (mark.status, mark.method, mark.at) == (MarkStatus.PRESENT, MarkMethod.CODE, came_at)
    assert mark.counts_as_there
    assert site.claim(session, "7", "grant-2").code is VerdictCode.NEEDS_REVIEW


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


def test_every_number_is_answered_alike_and_only_the_teacher_sees_the_difference(
    class_of_two: Site, session: Session
) -> None:
    site = class_of_two
    site.marking.mark("2", MarkStatus.PRESENT, by="t1", session=session)
    students = {"7": "on the roster", "8": "elsewhere", "2": "in already", "90": "nobody", "91": "nobody"}
    told = {number: site.claim(session, number, f"grant-{number}") for number in students}
    assert set(told.values()) == {Verdict(VerdictCode.NEEDS_REVIEW, session.id)}
    again = {number: site.claim(session, number, f"grant-{number}") for number in students}
    assert again == told
    other = {site.claim(session, "1", f"grant-{number}").code for number in students}
    assert other == {VerdictCode.GRANT_USED}
    cards = site.reviews.held()
    found = [([student.roll_number for student, _ in card.candidates], card.review.count) for card in cards]
    assert sorted(found) == [([], 3), (["7"], 1), (["8"], 1)]


def test_the_answer_takes_the_same_steps_for_every_number(tmp_path: Path) -> None:
    store = CountingStore(new_store(tmp_path / "attendance.sqlite3"))
    site = open_site(tmp_path, store=cast("Store", store))
    for roll_number in ("1", "2", "3"):
        site.enrolment.enrol(NewStudent(roll_number), {}, None)
    session = site.class_sessions.open_now(site.courses.add("Physics", roster=["1", "2"]).id, by="t1")
    site.marking.mark("2", MarkStatus.PRESENT, by="t1", session=session)
    steps = []
    for number in ("1", "2", "3", "nobody"):
        store.calls.clear()
        site.claim(session, number, f"grant-{number}")
        steps.append(list(store.calls))
    assert steps == [steps[0]] * 4
    assert "hold_review" in steps[0]
    site.store.close()


def test_nor_does_a_phone_learn_it_that_has_sent_too_many(tmp_path: Path) -> None:
    store = CountingStore(new_store(tmp_path / "attendance.sqlite3"))
    site = open_site(tmp_path, store=cast("Store", store))
    for number in range(MOST_OF_DEVICE + 1):
        site.enrolment.enrol(NewStudent(str(number)), {}, None)
    session = site.class_sessions.open_now(site.courses.add("Physics", roster=["1", "2"]).id, by="t1")
    for number in range(MOST_OF_DEVICE):
        site.claim(session, str(number), f"grant-{number}")
    steps = []
    for roll_number in (str(MOST_OF_DEVICE), "nobody", "0"):
        store.calls.clear()
        site.claim(session, roll_number, f"grant of {roll_number}")
        steps.append(list(store.calls))
    assert steps == [steps[0]] * 3
    assert steps[0].count("hold_review") == 1
    site.store.close()


def test_from_one_phone_only_so_many_become_cards(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    for number in range(20, 20 + MOST_OF_DEVICE + 5):
        site.enrolment.enrol(NewStudent(str(number)), {}, None)
        assert site.claim(session, str(number), f"grant-{number}").code is VerdictCode.NEEDS_REVIEW
    counts = sorted(held.review.count for held in site.reviews.held(session.id))
    assert counts == [1] * MOST_OF_DEVICE + [5]


def test_many_alike_are_refused_at_once(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    for number in ("7", "8", "nobody's"):
        site.claim(session, number, f"grant-{number}")
    doubt = photo_of(COLLINS, blend=15)
    site.submit(doubt, "grant-4", session=session)
    [other] = [held for held in site.reviews.held() if held.review.reason is not ReviewReason.CODE]
    one = next(held for held in site.reviews.held() if held.review.reason is ReviewReason.CODE)
    assert site.reviews.refuse_alike(one.review.id, by="t1") == 3
    assert [held.review.id for held in site.reviews.held()] == [other.review.id]
    assert site.store.marks(session.id) == []


def test_rejecting_all_of_a_phone_rejects_no_claim_that_another_phone_made_too(
    class_of_two: Site, session: Session
) -> None:
    site = class_of_two
    for number in ("7", "8"):
        site.claim(session, number, f"grant-{number}")
    expires_at = site.clock.now() + GRANT_LIFETIME
    theirs = claim_attempt("grant-9", "7", device="the phone of 7", expires_at=expires_at)
    site.claims.claim(session, "7", theirs)
    of_7, of_8 = site.reviews.held(session.id)
    assert site.reviews.refuse_alike(of_8.review.id, by="t1", from_device=True) == 1
    assert [held.review.id for held in site.reviews.held()] == [of_7.review.id]
    assert site.reviews.refuse_alike(of_7.review.id, by="t1") == 1


def test_who_is_not_on_the_roster_is_added_with_the_tap(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    assert site.claim(session, "8").code is VerdictCode.NEEDS_REVIEW
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
