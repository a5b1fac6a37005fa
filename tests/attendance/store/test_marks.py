"""Marks, on every database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attendance.errors import SessionNotFoundError, StudentNotFoundError
from attendance.store.protocol import Store
from attendance.values import MarkEvent, MarkMethod, MarkStatus
from tests.attendance.store.builders import MS, NOON, mark, session, student

TODAY = "general|2025-11-21"


def test_a_mark_comes_back_as_written(store: Store) -> None:
    full = mark("s1", reviewer="teacher", under_review=True)
    bare = mark("s2", score=None, device=None, attempt=None, history=())
    assert store.insert_mark(full)
    assert store.insert_mark(bare)
    assert store.mark(TODAY, "s1") == full
    assert store.mark(TODAY, "s2") == bare


def test_a_mark_is_written_once(store: Store) -> None:
    first = mark("s1", attempt="first")
    assert store.insert_mark(first)
    assert not store.insert_mark(mark("s1", attempt="second", status=MarkStatus.LATE))
    assert store.mark(TODAY, "s1") == first


def test_each_session_has_marks_of_its_own(store: Store) -> None:
    store.add_session(session("tomorrow"))
    assert store.insert_mark(mark("s1"))
    assert store.insert_mark(mark("s1", "tomorrow"))
    assert store.mark("tomorrow", "s2") is None
    assert len(store.marks("tomorrow")) == 1


def test_a_mark_needs_its_session_and_its_student(store: Store) -> None:
    with pytest.raises(SessionNotFoundError, match="unknown"):
        store.insert_mark(mark("s1", "unknown"))
    with pytest.raises(StudentNotFoundError, match="unknown"):
        store.insert_mark(mark("unknown"))
    assert store.marks(TODAY) == []
    assert store.marks("unknown") == []


def test_a_mark_changes_with_its_history(store: Store) -> None:
    first = mark("s1")
    store.insert_mark(first)
    event = MarkEvent(
        NOON + MS, MarkStatus.EXCUSED, MarkMethod.MANUAL, "teacher", "ill: “flu”", under_review=True
    )
    second = replace(
        first,
        status=MarkStatus.EXCUSED,
        method=MarkMethod.MANUAL,
        at=NOON + MS,
        reviewer="teacher",
        version=2,
        history=(*first.history, event),
    )
    assert store.replace_mark(second)
    assert store.mark(TODAY, "s1") == second


def test_a_change_by_who_has_not_seen_the_last_one_is_refused(store: Store) -> None:
    store.insert_mark(mark("s1"))
    assert store.replace_mark(mark("s1", version=2, reviewer="first"))
    assert not store.replace_mark(mark("s1", version=2, reviewer="second"))
    assert not store.replace_mark(mark("s1", version=4))
    assert not store.replace_mark(mark("s2", version=2))
    found = store.mark(TODAY, "s1")
    assert found is not None
    assert (found.version, found.reviewer) == (2, "first")
    assert store.mark(TODAY, "s2") is None


def test_marks_come_by_time_then_by_student(store: Store) -> None:
    for key, delay in (("s4", 1500), ("s3", 20), ("s5", 3)):
        store.add_student(student(key))
        store.insert_mark(mark(key, at=NOON + delay * MS))
    store.insert_mark(mark("s2", at=NOON + 3 * MS))
    assert [each.student_id for each in store.marks(TODAY)] == ["s2", "s5", "s3", "s4"]
