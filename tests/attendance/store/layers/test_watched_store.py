"""Listeners are told once of everything that was written, whichever method wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from attendance.store.layers.watched_store import WatchedStore
from attendance.store.protocol import Store
from attendance.store.whole_check_ins import CheckInRecord
from attendance.values import Mark
from tests.attendance.store.builders import NOON, answer, mark


def test_a_check_in_tells_of_its_mark_once(store: Store) -> None:
    told = list[Sequence[Mark]]()
    watched = WatchedStore(
        store, on_marks=told.append, on_session=lambda _session: None, on_erased=lambda _student: None
    )
    for _ in range(2):
        cast("Store", watched).record_check_in(CheckInRecord(answer(), NOON, mark("s1")))
    assert told == [[mark("s1")]]
    watched.record_check_in(CheckInRecord(answer(digest="d2"), NOON, mark("s2")))  # bound to another photo
    watched.record_check_in(CheckInRecord(answer("g2"), NOON))
    watched.record_check_in(CheckInRecord(answer("g3"), NOON, mark("s1")))  # who is marked already
    assert told == [[mark("s1")]]
    second = mark("s1", version=2)
    watched.record_check_in(CheckInRecord(answer("g3"), NOON, second))
    assert told == [[mark("s1")], [second]]
