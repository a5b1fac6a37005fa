"""Statuses in columns are those of the marks, and are read again only where a mark has changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from attendance.reports.content import term_standings
from attendance.reports.content.attendance_rate import AbsenceRuns, Counts, Standing
from attendance.reports.content.term_standings import StandingsReader
from attendance.reports.content.values import NO_ENTRY
from attendance.store.protocols.summaries import Standings
from attendance.store.sqlite.store import SQLiteStore
from attendance.values import MarkStatus, Session
from tests.attendance.store.builders import fill, mark, session

EVERYBODY = ("s1", "s2")


class NotedStore(SQLiteStore):
    """Notes which sessions are read."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.read: list[str] = []

    def standings(self, session_ids: Sequence[str]) -> dict[str, Standings]:
        self.read += session_ids
        return super().standings(session_ids)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[NotedStore]:
    store = NotedStore(tmp_path / "a.sqlite3")
    fill(store)
    yield store
    store.close()


@pytest.fixture
def sessions(store: NotedStore) -> list[Session]:
    held = [session(f"day {number}", token=f"t{number}") for number in range(4)]
    statuses = (MarkStatus.PRESENT, MarkStatus.ABSENT, MarkStatus.ABSENT, MarkStatus.EXCUSED)
    for each, status in zip(held, statuses, strict=True):
        store.add_session(each)
        store.insert_mark(mark("s1", each.id, status=status))
    return held


def test_columns_are_counted_as_marks_are(store: NotedStore, sessions: list[Session]) -> None:
    store.insert_mark(mark("s2", sessions[1].id, under_review=True))
    store.insert_mark(mark("s2", sessions[2].id, status=MarkStatus.WITHDRAWN, under_review=True))
    found = StandingsReader(store).of(sessions, EVERYBODY)
    assert [entry.standing for entry in found.entries("s1")] == [
        *(Standing.PRESENT, Standing.ABSENT, Standing.ABSENT, Standing.EXCUSED)
    ]
    assert found.tallies(["s1", "s2", "nobody"]) == [
        (Counts(present=1, absent=2, excused=1), AbsenceRuns(2, 2)),
        (Counts(under_review=1, no_mark=3), AbsenceRuns()),
        (Counts(no_mark=4), AbsenceRuns()),
    ]
    assert found.counts_of_sessions(["s1", "s2"])[1] == Counts(absent=1, under_review=1)
    assert set(found.places) == {"s1", "s2"}
    assert found.entries("nobody") == (NO_ENTRY,) * 4


def test_only_what_changed_is_read_again(store: NotedStore, sessions: list[Session]) -> None:
    reader = StandingsReader(store)
    reader.of(sessions, EVERYBODY)
    assert store.read == [each.id for each in sessions]
    store.read.clear()
    late = replace(mark("s1", sessions[2].id, status=MarkStatus.LATE), version=2)
    assert store.replace_mark(late)
    found = reader.of(sessions, EVERYBODY)
    assert store.read == [sessions[2].id]
    assert found.tallies(["s1"]) == [(Counts(present=1, late=1, absent=1, excused=1), AbsenceRuns(0, 1))]


def test_who_was_erased_is_forgotten(store: NotedStore, sessions: list[Session]) -> None:
    reader = StandingsReader(store)
    reader.of(sessions, EVERYBODY)
    store.remove_student("s1")
    assert reader.of(sessions, ["s2"]).places == {}


def test_memory_has_a_limit(
    store: NotedStore, sessions: list[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(term_standings, "MOST_MARKS", 2)
    reader = StandingsReader(store)
    reader.of(sessions, EVERYBODY)
    store.read.clear()
    reader.of(sessions, EVERYBODY)
    assert store.read == [each.id for each in sessions[:2]]
