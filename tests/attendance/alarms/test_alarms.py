"""Alarms are raised once, settled by a person, and never in the way of a check-in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from attendance.alarms.alarms import Alarms
from attendance.store.protocol import Store
from attendance.values import AlarmKind
from tests.attendance.alarms.built import NINE, SESSION, photo
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.store.builders import student
from tests.attendance.store.databases import MongomockPlace, SQLitePlace


@pytest.fixture(params=["sqlite", "mongomock"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    is_sqlite = request.param == "sqlite"
    place = SQLitePlace(tmp_path / "attendance.sqlite3") if is_sqlite else MongomockPlace()
    opened = place.open()
    yield opened
    opened.close()


@pytest.fixture
def alarms(store: Store) -> Iterator[Alarms]:
    store.add_session(SESSION)
    for name in ("ann", "ben"):
        store.add_student(student(name, roll_number=name))
    opened = Alarms(store, FrozenClock(NINE))
    yield opened
    opened.close()


def test_one_alarm_for_a_phone_of_two_students_however_often_they_come(alarms: Alarms) -> None:
    for number in range(4):
        name = ("ann", "ben")[number % 2]
        alarms.note(photo(f"{number}", name, device="key:p", at=NINE + timedelta(seconds=number)))
    alarms.wait()
    (alarm,) = alarms.of_session(SESSION.id)
    assert (alarm.kind, alarm.student_ids) == (AlarmKind.SHARED_PHONE, ("ann", "ben"))
    assert alarm.at == NINE + timedelta(seconds=1)


@pytest.mark.parametrize("first", ["ann", "ben"])
def test_whichever_of_two_photos_at_once_is_compared_first(alarms: Alarms, first: str) -> None:
    """A photo with more frames is judged longer, and noted after one that came later."""
    at = {"ann": NINE, "ben": NINE + timedelta(seconds=1)}
    for name in sorted(at, key=lambda name: name != first):
        alarms.note(photo(name, name, device="key:p", digest="d", at=at[name]))
    alarms.wait()
    assert {alarm.kind for alarm in alarms.of_session(SESSION.id)} == {AlarmKind.SHARED_PHONE}


def test_a_photo_that_is_noted_twice_is_compared_once(alarms: Alarms, store: Store) -> None:
    for _time in range(2):
        alarms.note(photo("a", camera="OBS Virtual Camera"))
    alarms.wait()
    assert len(store.traces_of_session(SESSION.id)) == 1
    assert len(alarms.of_session(SESSION.id)) == 1


def test_settling_and_opening_again(alarms: Alarms) -> None:
    alarms.note(photo("a", camera="OBS Virtual Camera"))
    alarms.wait()
    (alarm,) = alarms.of_session(SESSION.id)
    settled = alarms.settle(alarm.id, by="u1")
    assert settled is not None
    assert (settled.settled_by, settled.settled_at) == ("u1", NINE)
    assert alarms.settle(alarm.id, by="u2") is None
    assert alarms.reopen(alarm.id) == alarm
    assert alarms.reopen(alarm.id) is None


def test_siblings_are_settled_for_good(alarms: Alarms, store: Store) -> None:
    alarms.note(photo("a", "ann", device="key:p"))
    alarms.note(photo("b", "ben", device="key:p", at=NINE + timedelta(seconds=1)))
    alarms.wait()
    (alarm,) = alarms.of_session(SESSION.id)
    alarms.settle(alarm.id, by="u1", for_good=True)
    tomorrow = replace(SESSION, id="general|2026-03-03", token="another", opens_at=NINE + timedelta(days=1))
    store.add_session(tomorrow)
    at = tomorrow.opens_at
    alarms.note(photo("c", "ann", device="key:p", session=tomorrow, at=at))
    alarms.note(photo("d", "ben", device="key:p", session=tomorrow, at=at + timedelta(seconds=1)))
    alarms.wait()
    assert alarms.of_session(tomorrow.id) == []


def test_a_student_who_was_erased_meanwhile_leaves_nothing(alarms: Alarms, store: Store) -> None:
    store.remove_student("ann")
    alarms.note(photo("a", "ann", camera="OBS Virtual Camera"))
    alarms.wait()
    assert store.traces_of_session(SESSION.id) == []
    assert alarms.of_session(SESSION.id) == []


def test_what_fails_is_logged_and_the_next_one_is_compared(
    alarms: Alarms, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = replace(SESSION, id="nowhere")
    alarms.note(photo("a", session=nowhere, camera="OBS Virtual Camera"))
    alarms.note(photo("b", camera="OBS Virtual Camera"))
    alarms.wait()
    assert "could not be compared" in caplog.text
    assert len(alarms.of_session(SESSION.id)) == 1


def test_after_closing_nothing_is_noted(alarms: Alarms, store: Store) -> None:
    alarms.close()
    alarms.note(photo("a"))
    alarms.wait()
    assert store.traces_of_session(SESSION.id) == []
