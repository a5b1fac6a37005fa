"""Changes of students, on every database."""

from __future__ import annotations

from attendance.store.protocol import Store
from attendance.values import ChangeKind
from tests.attendance.store.builders import MS, NOON, student_change
from tests.attendance.store.databases import Place


def test_changes_come_back_as_written_newest_first(store: Store, place: Place) -> None:
    older = student_change("c2", kind=ChangeKind.ROSTER_ADDED, course_id="physics 李", by="api:Zoë")
    same_time = student_change("c3", student_id="s2")
    newest = student_change("c1", at=NOON + MS)
    erased = student_change("c0", None, at=NOON - MS, kind=ChangeKind.ERASED)
    right = student_change("c4", None, at=NOON - 2 * MS, kind=ChangeKind.ENROL_RIGHT_GIVEN, user_id="u2")
    store.note_student_changes([older, same_time, newest])
    store.note_student_changes([erased, right])
    again = place.open()
    assert again.student_changes(9) == [newest, older, same_time, erased, right]
    assert again.student_changes(2) == [newest, older]
    assert again.student_changes(9, "s1") == [newest, older]
    again.close()


def test_nothing_is_found_where_nothing_was_noted(store: Store) -> None:
    store.note_student_changes([])
    assert store.student_changes(9) == []
    assert store.student_changes(9, "s1") == []


def test_nothing_is_noted_of_who_is_not_in_the_register(store: Store) -> None:
    store.note_student_changes([student_change("c1", "unknown"), student_change("c2")])
    assert store.student_changes(9) == [student_change("c2")]


def test_what_was_changed_is_erased_with_the_student(store: Store) -> None:
    store.note_student_changes([student_change("c1"), student_change("c2", "s2"), student_change("c3", None)])
    store.remove_student("s1")
    assert [change.id for change in store.student_changes(9)] == ["c2", "c3"]


def test_old_changes_are_purged(store: Store) -> None:
    store.note_student_changes([student_change("c1"), student_change("c2", at=NOON + MS)])
    assert store.purge_student_changes(NOON + MS) == 1
    assert [change.id for change in store.student_changes(9)] == ["c2"]
