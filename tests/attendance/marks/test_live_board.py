"""A board shows the roster with its marks, counts and reviews, and signals changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from attendance.errors import SessionNotFoundError
from attendance.marks.live_board import BoardCounts, LiveBoards
from attendance.people.new_student import NewStudent
from attendance.store.protocol import Store
from attendance.values import MarkStatus, ReviewReason, Session, SessionPhase
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS, HOPPER, Site, open_site

ROLLS = ("1", "2", "3", "4", "5", "6")


@pytest.fixture
def session(class_of_two: Site) -> Session:
    """Six on the roster, a seventh is not."""
    for roll_number in (*ROLLS[2:], "7"):
        class_of_two.enrolment.enrol(NewStudent(roll_number), {}, None)
    course = class_of_two.courses.add("Physics", roster=ROLLS, late_after_minutes=10)
    return class_of_two.class_sessions.open_now(course.id, by="t1")


def test_a_fresh_board_misses_everybody(class_of_two: Site, session: Session) -> None:
    board = class_of_two.boards.of(session.id)
    assert [row.student.roll_number for row in board.rows] == list(ROLLS)
    assert {row.status for row in board.rows} == {None}
    assert board.counts == BoardCounts(6, 0, 0, 0, 0, 0, 6, 0)
    assert (board.phase, board.course.name, board.held) == (SessionPhase.OPEN, "Physics", ())


def test_everything_is_counted_once(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    photo = photo_of(HOPPER)
    attempt = site.attempt(photo, "grant-2")
    site.submit(photo, attempt=attempt, session=session)
    site.check_in.not_me(session, attempt)
    site.clock.advance(minutes=10)
    site.submit(photo_of(COLLINS), session=session)
    for roll_number, status in (
        ("3", MarkStatus.PRESENT),
        ("4", MarkStatus.ABSENT),
        ("5", MarkStatus.EXCUSED),
    ):
        site.marking.mark(roll_number, status, by="t1", session=session)
    gone = site.marking.mark("6", MarkStatus.PRESENT, by="t1", session=session)
    site.corrections.take_back(session.id, gone.student_id, by="t1")
    board = site.boards.of(session.id)
    assert board.counts == BoardCounts(
        on_roster=6, present=1, late=1, absent=1, excused=1, under_review=1, missing=1, held=1
    )
    assert board.rows[5].status is None
    assert board.rows[5].mark is not None


def test_guests_are_shown_apart_and_not_counted(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    site.marking.mark("7", MarkStatus.PRESENT, by="t1", session=session)
    board = site.boards.of(session.id)
    assert [row.student.roll_number for row in board.guests] == ["7"]
    assert board.counts.present == 0


def test_the_board_of_one_has_the_row_that_the_whole_board_has(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    site.submit(photo_of(COLLINS), session=session)
    seventh = next(each for each in site.store.students() if each.roll_number == "7")
    whole = site.boards.of(session.id)
    for row in whole.rows:
        one = site.boards.of_one(session.id, row.student.id)
        assert (one.rows, one.guests) == ((row,), ())
        assert (one.session, one.course, one.phase) == (whole.session, whole.course, whole.phase)
    for nobody in (seventh.id, "nobody"):
        one = site.boards.of_one(session.id, nobody)
        assert (one.rows, one.guests) == ((), ())


def test_open_reviews_are_listed_and_accepting_adds_to_the_roster(
    class_of_two: Site, session: Session
) -> None:
    site = class_of_two
    site.courses.remove_from_roster(session.course_id, ["1"])
    site.submit(photo_of(COLLINS), session=session)
    [held] = site.boards.of(session.id).held
    assert held.review.reason is ReviewReason.NOT_ON_ROSTER
    site.reviews.accept(held.review.id, by="t1")
    board = site.boards.of(session.id)
    assert [row.status for row in board.rows if row.student.roll_number == "1"] == [MarkStatus.PRESENT]
    assert (board.guests, board.held) == ((), ())


def test_who_is_taken_off_after_the_decision_stays_off(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    site.courses.remove_from_roster(session.course_id, ["1"])
    site.submit(photo_of(COLLINS), session=session)
    [held] = site.reviews.held(session.id)
    site.reviews.accept(held.review.id, by="t1")
    course = site.courses.remove_from_roster(session.course_id, ["1"])
    site.reviews.finish_decided()
    assert site.courses.get(course.id).roster == course.roster


def changes_of(site: Site, session: Session) -> dict[str, Callable[[], object]]:
    """What a board must notice, by what it is."""
    return {
        "a photo": lambda: site.submit(photo_of(COLLINS), session=session),
        "a claim": lambda: site.claim(session, "3", "grant-2"),
        "a decision": lambda: site.reviews.refuse(site.reviews.held()[0].review.id, by="t1"),
        "a mark by hand": lambda: site.marking.mark("4", MarkStatus.EXCUSED, by="t1", session=session),
        "the roster": lambda: site.courses.add_to_roster(session.course_id, ["7"]),
        "closing": lambda: site.closing.close(session.id, by="t1"),
        "reopening": lambda: site.closing.reopen(session.id, by="t1"),
        "a name": lambda: site.students.rename("2", "22"),
    }


def test_each_change_raises_the_number_in_every_process(
    tmp_path: Path, class_of_two: Site, session: Session
) -> None:
    other = open_site(tmp_path, clock=class_of_two.clock)
    for what, change in changes_of(class_of_two, session).items():
        before = other.boards.change(session.id)
        assert other.boards.of(session.id).change == before
        change()
        class_of_two.alarms.wait()  # an alarm changes the board a little later
        after = other.boards.change(session.id)
        assert after > before, what
        assert class_of_two.boards.change(session.id) == after
    assert class_of_two.boards.of(session.id).rows == other.boards.of(session.id).rows
    other.store.close()


def test_a_session_of_another_course_is_another_board(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    other = site.class_sessions.open_now(site.courses.add("Chemistry", roster=["2"]).id, by="t1")
    site.submit(photo_of(COLLINS), session=session)
    before = site.boards.of(other.id)
    assert before.counts == BoardCounts(1, 0, 0, 0, 0, 0, 1, 0)
    site.marking.mark("1", MarkStatus.EXCUSED, by="t1", session=session)
    assert site.boards.change(other.id) == before.change
    with pytest.raises(SessionNotFoundError):
        site.boards.of("nonsense")


def test_looking_at_it_past_its_end_closes_it(class_of_two: Site, session: Session) -> None:
    class_of_two.clock.moment = session.closes_at
    board = class_of_two.boards.of(session.id)
    assert (board.phase, board.counts.absent) == (SessionPhase.CLOSED, 6)


class CountedStore:
    """Passes everything on to a store, and counts how often it is asked."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        self.asked += 1
        return getattr(self.store, name)


def test_a_large_class_costs_no_more_questions_than_a_small_one(class_of_two: Site) -> None:
    site = class_of_two
    asked = []
    for size in (2, 60):
        rolls = [f"s{size}-{number}" for number in range(size)]
        for roll_number in rolls:
            site.enrolment.enrol(NewStudent(roll_number), {}, None)
        course = site.courses.add("Lecture", roster=rolls)
        session = site.class_sessions.open_now(course.id, by="t1")
        site.closing.close(session.id, by="t1")
        store = CountedStore(site.store)
        boards = LiveBoards(
            cast("Store", store),
            site.clock,
            class_sessions=site.class_sessions,
            courses=site.courses,
            reviews=site.reviews,
        )
        assert boards.of(session.id).counts.absent == size
        asked.append(store.asked)
    assert asked[0] == asked[1] > 0
