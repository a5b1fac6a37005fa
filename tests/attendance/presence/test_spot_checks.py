"""Names to call out lean towards marks that nothing places in the room, and a check stays what it was."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from itertools import permutations
from random import Random

import pytest

from attendance.errors import SessionCancelledError, SessionNotFoundError
from attendance.presence.spot_checks import NAMES, WEIGHTS, SpotChecks, choose
from attendance.values import Mark, MarkMethod, MarkStatus
from attendance.values.liveness import MarkEvidence, Place
from tests.attendance.classroom.school_room import COLLINS, HOPPER, JOHNSON, Room
from tests.attendance.presence.phones import check_in

DRAWS = 20_000
CLASS = {
    "a": Place.UNKNOWN,
    "b": Place.UNKNOWN,
    "c": Place.THIS_NETWORK,
    "d": Place.KIOSK,
    "e": Place.ROOM_PHOTO,
}


def mark(student_id: str, place: Place) -> Mark:
    """A check-in by phone from a place."""
    at = datetime(2026, 11, 23, 8, tzinfo=UTC)
    evidence = MarkEvidence(place=place)
    return Mark("s", student_id, MarkStatus.PRESENT, MarkMethod.FACE, at, attempt="x", evidence=evidence)


MARKS = [mark(student_id, place) for student_id, place in CLASS.items()]


def in_order(names: tuple[str, ...]) -> float:
    """The probability with which one name after the other is chosen by weight among those that are left."""
    left, chance = dict(CLASS), 1.0
    for name in names:
        chance *= WEIGHTS[left[name]] / sum(WEIGHTS[place] for place in left.values())
        del left[name]
    return chance


def test_names_are_chosen_by_their_weights() -> None:
    """Each possible choice is as frequent as its weights say: Pearson's test, at one error in 100,000."""
    random = Random(14)
    drawn = Counter(choose(MARKS, NAMES, random) for _ in range(DRAWS))
    expected = {names: DRAWS * in_order(names) for names in permutations(CLASS, NAMES)}
    assert sum(expected.values()) == pytest.approx(DRAWS)
    statistic = sum((drawn[names] - count) ** 2 / count for names, count in expected.items())
    assert len(expected) == 60
    assert statistic < 114.6  # the chi-square distribution with 59 degrees of freedom exceeds it once in 1e5


def test_a_mark_without_a_place_is_called_more_often_than_one_in_the_picture() -> None:
    random = Random(15)
    called = Counter(name for _ in range(2000) for name in choose(MARKS, 1, random))
    assert called["a"] > 3 * called["e"]
    assert min(called.values()) > 0  # nobody is safe


def test_nobody_is_called_twice_in_one_check_and_a_small_class_is_called_whole() -> None:
    assert sorted(choose(MARKS[:2], NAMES, Random(1))) == ["a", "b"]
    assert all(len(set(choose(MARKS, NAMES, Random(n)))) == NAMES for n in range(50))


def test_without_a_check_in_there_is_nobody_to_call(room: Room) -> None:
    assert room.register.presence.spot_checks.draw(room.session.id, by="t1") is None
    room.register.marking.mark(str(HOPPER), MarkStatus.PRESENT, by="t1", session=room.session)
    assert room.register.presence.spot_checks.draw(room.session.id, by="t1") is None


def test_a_check_is_kept_and_the_next_calls_others_first(room: Room) -> None:
    for person in (COLLINS, JOHNSON):
        check_in(room, person)
    checks = SpotChecks(room.register.store, room.clock, Random(3))
    first = checks.draw(room.session.id, by="t1")
    assert first is not None
    assert set(first.student_ids) == {room.student(COLLINS).id, room.student(JOHNSON).id}
    check_in(room, HOPPER)
    second = checks.draw(room.session.id, by="t2")
    assert second is not None
    assert second.student_ids[0] == room.student(HOPPER).id
    session = room.register.store.session(room.session.id)
    assert session is not None
    assert session.spot_checks == (first, second)
    assert [check.by for check in session.spot_checks] == ["t1", "t2"]


def test_a_cancelled_or_unknown_session_has_none(room: Room) -> None:
    check_in(room, COLLINS)
    room.register.cancelling.cancel(room.session.id, by="t1")
    with pytest.raises(SessionCancelledError):
        room.register.presence.spot_checks.draw(room.session.id, by="t1")
    with pytest.raises(SessionNotFoundError):
        room.register.presence.spot_checks.draw("nowhere", by="t1")


def test_a_withdrawn_mark_is_not_called(room: Room) -> None:
    marked = check_in(room, COLLINS)
    room.register.corrections.take_back(room.session.id, marked.student_id, by="t1")
    assert room.register.presence.spot_checks.draw(room.session.id, by="t1") is None
