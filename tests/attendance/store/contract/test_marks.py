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


def test_many_are_written_where_there_is_none(store: Store) -> None:
    first = mark("s1", attempt="first")
    store.insert_mark(first)
    store.add_student(student("s3"))
    absent = [
        mark(key, status=MarkStatus.ABSENT, method=MarkMethod.CLOSING, score=None, device=None, attempt=None)
        for key in ("s1", "s2", "s3", "s2")
    ]
    assert store.insert_marks(absent) == absent[1:3]
    assert store.marks(TODAY) == [first, *absent[1:3]]
    assert store.insert_marks(absent) == []
    assert store.insert_marks([]) == []


def test_many_leave_out_who_is_not_in_the_register(store: Store) -> None:
    written = store.insert_marks([mark("s1"), mark("unknown"), mark("s2")])
    assert [each.student_id for each in written] == ["s1", "s2"]
    assert [each.student_id for each in store.marks(TODAY)] == ["s1", "s2"]


def test_many_need_their_one_session(store: Store) -> None:
    store.add_session(session("tomorrow"))
    with pytest.raises(SessionNotFoundError, match="unknown"):
        store.insert_marks([mark("s1", "unknown")])
    for write in (store.insert_marks, store.replace_marks):
        with pytest.raises(ValueError, match="tomorrow"):
            write([mark("s1"), mark("s2", "tomorrow")])
    assert store.marks(TODAY) == []
    assert store.marks("tomorrow") == []


def test_many_are_changed_by_who_has_seen_them(store: Store) -> None:
    store.add_student(student("s3"))
    store.insert_marks([mark("s1"), mark("s2", version=5), mark("s3")])
    withdrawn = [mark(key, status=MarkStatus.WITHDRAWN, version=2) for key in ("s1", "s2", "s3", "unknown")]
    assert store.replace_marks(withdrawn) == [withdrawn[0], withdrawn[2]]
    assert store.marks(TODAY) == [withdrawn[0], mark("s2", version=5), withdrawn[2]]
    assert store.replace_marks(withdrawn) == []
    assert store.replace_marks([]) == []
    assert store.replace_marks([mark("s1", "unknown", version=2)]) == []


def test_what_is_withdrawn_does_not_count(store: Store) -> None:
    assert not mark(status=MarkStatus.WITHDRAWN).counts_as_there


def test_marks_of_a_student_come_by_time_then_by_session(store: Store) -> None:
    for key in ("b", "a", "later"):
        store.add_session(session(key))
    for key, delay in (("later", 5), ("b", 2), ("a", 2)):
        store.insert_mark(mark("s1", key, at=NOON + delay * MS))
    store.insert_mark(mark("s2", "a"))
    assert [each.session_id for each in store.marks_of_student("s1")] == ["a", "b", "later"]
    assert store.marks_of_student("s2") == [mark("s2", "a")]
    assert store.marks_of_student("unknown") == []


def test_marks_of_several_sessions_come_by_session_time_and_student(store: Store) -> None:
    for key in ("b", "a", "other"):
        store.add_session(session(key))
    for key, student_id, delay in (("b", "s2", 1), ("b", "s1", 1), ("a", "s2", 0), ("a", "s1", 5)):
        store.insert_mark(mark(student_id, key, at=NOON + delay * MS))
    store.insert_mark(mark("s1", "other"))
    found = store.marks_of_sessions(["b", "unknown", "a", "b"])
    assert [(each.session_id, each.student_id) for each in found] == [
        ("a", "s2"),
        ("a", "s1"),
        ("b", "s1"),
        ("b", "s2"),
    ]
    assert found == [*store.marks("a"), *store.marks("b")]
    assert store.marks_of_sessions([]) == []
    assert store.marks_of_sessions(["unknown"]) == []


def test_more_sessions_than_one_statement_takes_are_read_too(store: Store) -> None:
    keys = [f"x{number:05}" for number in range(1_901)]
    for key in (keys[-1], keys[950], keys[0]):
        store.add_session(session(key))
        store.insert_mark(mark("s1", key))
    found = store.marks_of_sessions(list(reversed(keys)))
    assert [each.session_id for each in found] == [keys[0], keys[950], keys[-1]]
