"""What changed is read in order, with what it is like now, by a cursor that can't mislead."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from attendance.clock import SystemClock
from attendance.feed.cursors import Cursor, CursorError, CursorTooOldError
from attendance.feed.reader import Changes, ChangesReader, MarkState, What
from attendance.store.protocol import Store
from attendance.store.sqlite.store import SQLiteStore
from attendance.values import MarkStatus
from attendance.values.feed import FeedKind, FeedPlace
from tests.attendance.new_store import new_store
from tests.attendance.store.builders import NOON, course, fill, mark, session, student

ALL = tuple(FeedKind)
NO_CURSORS = [
    *("", "zzz", "Y2hhbmdlcyA", "now", "a" * 300, "Ä", str(Cursor("00ff", 0, FeedPlace(1), NOON)) + "="),
    *(str(Cursor("00ff", number, FeedPlace(number), NOON)) for number in (-1, 10**30)),
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(new_store(tmp_path / "register.sqlite3")) as store:
        fill(store)
        yield store


@pytest.fixture
def reader(store: Store) -> ChangesReader:
    return ChangesReader(store, SystemClock())


def told(changes: Changes) -> list[tuple[What, str]]:
    return [(change.what, change.entry.id) for change in changes.changes]


def test_everything_comes_first_then_what_changes(store: Store, reader: ChangesReader) -> None:
    first = reader.read(None, 9, ALL)
    assert told(first) == [(What.CREATED, "s1"), (What.CREATED, "s2"), (What.CREATED, session().id)]
    assert [change.state for change in first.changes] == [*store.students(), session()]
    store.insert_mark(mark("s1"))
    then = reader.read(first.cursor, 9, ALL)
    [change] = then.changes
    assert (change.what, change.state) == (What.CREATED, MarkState(mark("s1"), store.students()[0]))
    assert told(reader.read(then.cursor, 9, ALL)) == []


def test_each_change_has_the_cursor_after_it(reader: ChangesReader) -> None:
    first = reader.read(None, 9, ALL)
    for number, change in enumerate(first.changes, start=1):
        assert told(reader.read(change.cursor, 9, ALL)) == told(first)[number:]


def test_pages_say_whether_there_are_more(reader: ChangesReader) -> None:
    pages = [reader.read(None, 2, ALL)]
    while pages[-1].there_are_more:
        pages.append(reader.read(pages[-1].cursor, 2, ALL))
    assert [len(page.changes) for page in pages] == [2, 1]


def test_what_is_there_now_can_be_skipped(store: Store, reader: ChangesReader) -> None:
    now = reader.now()
    assert told(reader.read(now, 9, ALL)) == []
    store.insert_mark(mark("s2"))
    assert told(reader.read(now, 9, ALL)) == [(What.CREATED, "s2")]


def test_what_happened_is_said_from_the_state(store: Store, reader: ChangesReader) -> None:
    for student_id in ("s1", "s2"):
        store.insert_mark(mark(student_id))
    cursor = reader.now()

    def since() -> list[tuple[What, str]]:
        nonlocal cursor
        changes = reader.read(cursor, 9, ALL)
        cursor = changes.cursor
        return told(changes)

    store.update_student(student("s1", name="Another Name"))
    assert since() == [(What.CHANGED, "s1")]
    store.replace_mark(mark("s1", status=MarkStatus.WITHDRAWN, version=2))
    assert since() == [(What.REMOVED, "s1")]
    store.replace_mark(mark("s1", version=3))
    assert since() == [(What.CHANGED, "s1")]
    cancelled = replace(session(), cancelled_at=NOON, version=2)
    store.replace_session(cancelled)
    assert sorted(since()) == [(What.CANCELLED, session().id), (What.REMOVED, "s1"), (What.REMOVED, "s2")]
    store.replace_session(replace(cancelled, cancelled_at=None, version=3))
    assert sorted(since()) == [(What.CHANGED, session().id), (What.CHANGED, "s1"), (What.CHANGED, "s2")]
    store.remove_student("s1")
    assert since() == [(What.ERASED, "s1")]


def test_only_a_course(store: Store, reader: ChangesReader) -> None:
    store.add_course(course("small"))
    other = session("small|2025-11-21", course_id="small")
    store.add_session(other)
    for each in (session(), other):
        store.insert_mark(mark("s1", each.id))
    store.remove_student("s2")
    assert told(reader.read(None, 99, ALL, course_id="small")) == [
        (What.CREATED, other.id),
        (What.CREATED, "s1"),
        (What.ERASED, "s2"),
    ]


def test_a_page_of_a_course_may_be_empty_and_still_lead_on(store: Store, reader: ChangesReader) -> None:
    store.insert_mark(mark("s1"))
    page = reader.read(None, 2, ALL, course_id="general")
    assert (told(page), page.there_are_more) == ([], True)
    assert told(reader.read(page.cursor, 2, ALL, course_id="general")) == [
        (What.CREATED, session().id),
        (What.CREATED, "s1"),
    ]


@pytest.mark.parametrize("text", NO_CURSORS)
def test_what_is_no_cursor_is_refused(reader: ChangesReader, text: str) -> None:
    with pytest.raises(CursorError):
        reader.read(text, 9, ALL)


def test_a_cursor_is_read_back_as_it_was_written() -> None:
    for key in ("~", "1s1", "3physics|2026 Ä|s 1", ""):
        cursor = Cursor("00ff", 7, FeedPlace(12, key), NOON)
        assert Cursor.of(str(cursor)) == cursor


def test_a_cursor_of_another_register_is_refused(reader: ChangesReader, tmp_path: Path) -> None:
    with closing(SQLiteStore(tmp_path / "other.sqlite3")) as other:
        foreign = ChangesReader(other, SystemClock()).now()
    with pytest.raises(CursorTooOldError, match="another register"):
        reader.read(foreign, 9, ALL)


def test_a_cursor_from_a_later_state_of_the_register_is_refused(reader: ChangesReader) -> None:
    cursor = Cursor.of(reader.now())
    ahead = replace(cursor, place=FeedPlace(cursor.place.number + 1))
    with pytest.raises(CursorTooOldError, match="backup"):
        reader.read(str(ahead), 9, ALL)


def test_who_missed_an_erasure_for_too_long_has_to_begin_again(store: Store, reader: ChangesReader) -> None:
    late, beginner = reader.now(), reader.read(None, 1, ALL).cursor
    store.remove_student("s2")
    up_to_date = reader.now()
    between = reader.read(None, 1, ALL).cursor
    assert reader.purge() == 0
    store.forget_erased(datetime.now(UTC) + timedelta(days=1))
    for cursor in (late, beginner):
        with pytest.raises(CursorTooOldError, match="90 days"):
            reader.read(cursor, 9, ALL)
    assert told(reader.read(up_to_date, 9, ALL)) == []
    assert told(reader.read(between, 9, ALL)) == [(What.CREATED, session().id)], "it never saw the student"
