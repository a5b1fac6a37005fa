"""The number that shows a session's board that something changed, on every database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from attendance.store.protocol import Store
from attendance.values import ReviewDecision
from tests.attendance.store.builders import NOON, course, mark, review, session, student
from tests.attendance.store.databases import Place

TODAY = "general|2025-11-21"
PHYSICS = "physics|2025-11-21"


def decide(store: Store) -> object:
    return store.decide_review("r1", ReviewDecision.REFUSED, decided_for=None, by="teacher", at=NOON)


CHANGES: dict[str, Callable[[Store], object]] = {
    "a mark": lambda store: store.insert_mark(mark("s2")),
    "many marks": lambda store: store.insert_marks([mark("s1"), mark("s2")]),
    "a change of a mark": lambda store: store.replace_mark(mark("s1", version=2)),
    "changes of marks": lambda store: store.replace_marks([mark("s1", version=2)]),
    "a review": lambda store: store.hold_review(review("r2")),
    "a decision": decide,
    "a picture that is gone": lambda store: store.forget_snapshot("r1"),
    "the session": lambda store: store.replace_session(session(closed_at=NOON, version=2)),
    "the course": lambda store: store.replace_course(course(name="New", version=2)),
    "a new student": lambda store: store.add_student(student("s4")),
    "a name": lambda store: store.update_student(student("s1", name="New name")),
    "who left": lambda store: store.remove_student("s3"),
    "who left with a mark": lambda store: store.remove_student("s1"),
}


@pytest.fixture
def board(store: Store) -> Store:
    """A mark and a review today, and a course ``physics`` with ``s1`` that has a session too."""
    store.add_student(student("s3"))
    store.insert_mark(mark("s1"))
    store.hold_review(review("r1"))
    store.add_course(course("physics", roster=("s1",)))
    store.add_session(session(PHYSICS, course_id="physics"))
    return store


@pytest.mark.parametrize("change", CHANGES)
def test_it_grows_with(change: str, board: Store, place: Place) -> None:
    before = board.session_changes(TODAY)
    CHANGES[change](board)
    after = board.session_changes(TODAY)
    assert after > before
    other = place.open()
    assert other.session_changes(TODAY) == after, "another process reads another number"
    other.close()


@pytest.mark.parametrize("change", ["add_to_roster", "remove_from_roster"])
def test_it_grows_with_the_roster(change: str, board: Store) -> None:
    before = board.session_changes(PHYSICS)
    getattr(board, change)("physics", ["s2"] if change == "add_to_roster" else ["s1"])
    assert board.session_changes(PHYSICS) > before


def test_it_stays_while_nothing_happens(board: Store) -> None:
    numbers = {board.session_changes(TODAY) for _ in range(3)}
    board.marks(TODAY)
    board.note_login_failure("somebody", NOON)
    board.spend_grant("g", "d", NOON)
    assert numbers == {board.session_changes(TODAY)}


def test_another_session_leaves_it(board: Store) -> None:
    before = board.session_changes(TODAY)
    board.insert_mark(mark("s1", PHYSICS))
    board.hold_review(review("r2", session_id=PHYSICS))
    board.replace_session(session(PHYSICS, course_id="physics", closed_at=NOON, version=2))
    board.add_to_roster("physics", ["s2"])
    assert board.session_changes(TODAY) == before


def test_it_never_goes_back(board: Store) -> None:
    numbers = [board.session_changes(TODAY)]
    for change in CHANGES.values():
        change(board)
        numbers.append(board.session_changes(TODAY))
    assert numbers == sorted(numbers)


def test_a_session_that_was_read_and_written_keeps_its_number(board: Store) -> None:
    board.insert_mark(mark("s2"))
    before = board.session_changes(TODAY)
    found = board.session(TODAY)
    assert found is not None
    board.replace_session(replace(found, version=found.version + 1))
    assert board.session_changes(TODAY) == before + 1


def test_without_a_session_it_is_nothing(board: Store) -> None:
    assert board.session_changes("unknown") == 0
