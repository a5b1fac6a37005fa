"""Marks are put right by hand, and the history keeps what was and what became of it."""

from __future__ import annotations

import pytest

from attendance.marks.mark_list import mark_rows
from attendance.marks.verdict import VerdictCode
from attendance.reports.content.arrivals import arrived_at
from attendance.values import Mark, MarkMethod, MarkStatus, Session
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS, HOPPER, Site

P, L, A, E, W = (
    MarkStatus.PRESENT,
    MarkStatus.LATE,
    MarkStatus.ABSENT,
    MarkStatus.EXCUSED,
    MarkStatus.WITHDRAWN,
)


@pytest.fixture
def session(class_of_two: Site) -> Session:
    course = class_of_two.courses.add("Physics", roster=["1", "2"])
    return class_of_two.class_sessions.open_now(course.id, by="t1")


def undo(site: Site, mark: Mark) -> Mark | None:
    """Undo what the page shows."""
    return site.corrections.undo(mark.session_id, mark.student_id, version=mark.version, by="t1")


def test_undo_brings_back_what_was_and_keeps_both(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    site.submit(photo_of(COLLINS), session=session)
    came_at = site.clock.now()
    site.clock.advance(minutes=5)
    wrong = site.marking.mark("1", A, by="t1", session=session)
    back = undo(site, wrong)
    assert back is not None
    assert (back.status, back.method, back.at) == (P, MarkMethod.FACE, came_at)
    assert [(event.status, event.note) for event in back.history] == [(P, ""), (A, ""), (P, "undone")]
    assert site.mark_of("1", session) == back
    assert arrived_at(site.marking.mark("1", L, by="t1", session=session)) == came_at
    back = undo(site, site.mark_of("1", session) or back)
    assert back is not None
    assert (back.status, back.at, arrived_at(back)) == (P, came_at, came_at)
    again = undo(site, back)
    assert again is not None
    assert again.status is L


def test_the_first_entry_undone_is_as_no_mark(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    mark = site.marking.mark("1", P, by="t1", session=session)
    gone = undo(site, mark)
    assert gone is not None
    assert [event.status for event in gone.history] == [P, W]
    assert mark_rows(site.store) == []
    assert site.submit(photo_of(COLLINS), session=session).code is VerdictCode.PRESENT
    site.closing.close(session.id, by="t1")
    mark_of_hopper = site.mark_of("2", session)
    assert mark_of_hopper is not None
    assert mark_of_hopper.status is A


def test_nobody_undoes_what_they_have_not_seen(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    seen = site.marking.mark("1", A, by="t1", session=session)
    site.submit(photo_of(COLLINS), session=session)
    assert undo(site, seen) is None
    stands = site.mark_of("1", session)
    assert stands is not None
    assert stands.status is P
    assert site.corrections.undo(session.id, site.student("2").id, version=1, by="t1") is None


def test_undoing_a_hand_that_settled_an_objection_lets_it_wait_again(
    class_of_two: Site, session: Session
) -> None:
    site = class_of_two
    photo = photo_of(COLLINS)
    attempt = site.attempt(photo)
    site.submit(photo, attempt=attempt, session=session)
    site.check_in.not_me(session, attempt)
    waiting = undo(site, site.marking.mark("1", P, by="t1", session=session))
    assert waiting is not None
    assert waiting.under_review
    site.reviews.refuse(site.reviews.held()[0].review.id, by="t1")
    stands = site.mark_of("1", session)
    assert stands is not None
    assert (stands.status, stands.under_review) == (A, False)
    back = undo(site, stands)
    assert back is not None
    assert not back.under_review


def test_a_mark_is_taken_back_once(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    mark = site.marking.mark("1", P, by="t1", session=session)
    gone = site.corrections.take_back(session.id, mark.student_id, by="t2", note=" was  her twin ")
    assert gone is not None
    assert (gone.status, gone.history[-1].by, gone.history[-1].note) == (W, "t2", "was her twin")
    assert site.corrections.take_back(session.id, mark.student_id, by="t2") == gone
    assert site.corrections.take_back(session.id, "nobody", by="t2") is None


def test_all_the_rest_are_absent(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    site.submit(photo_of(COLLINS), session=session)
    [written] = site.corrections.mark_rest(session.id, MarkStatus.ABSENT, by="t1", note="field trip")
    assert written == site.mark_of("2", session)
    assert (written.status, written.method, written.history[0].note) == (A, MarkMethod.MANUAL, "field trip")
    assert site.corrections.mark_rest(session.id, MarkStatus.ABSENT, by="t1") == []
    site.closing.close(session.id, by="t1")
    site.closing.reopen(session.id, by="t1")
    assert site.mark_of("2", session) == written
    assert site.submit(photo_of(HOPPER), "grant-2", session=session).code is VerdictCode.PRESENT


def test_withdrawn_ones_are_among_the_rest(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    mark = site.marking.mark("1", P, by="t1", session=session)
    site.corrections.take_back(session.id, mark.student_id, by="t1")
    written = site.corrections.mark_rest(session.id, MarkStatus.ABSENT, by="t1")
    assert {one.student_id for one in written} == {site.student("1").id, site.student("2").id}
    first = site.mark_of("1", session)
    assert first is not None
    assert [event.status for event in first.history] == [P, W, A]


def test_who_is_excused_and_comes_all_the_same_is_present(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    excused = site.marking.mark("1", E, by="t1", note="training", session=session)
    assert (excused.status, excused.history[0].note) == (E, "training")
    assert site.submit(photo_of(COLLINS), session=session).code is VerdictCode.PRESENT
