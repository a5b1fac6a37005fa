"""What is remembered of the register is never older than the register."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from attendance.store.layers.remembered_store import RememberedStore
from attendance.store.sqlite.store import SQLiteStore
from tests.attendance.new_store import new_store
from tests.attendance.store.builders import course, fill, student, template
from tests.attendance.store.counted_calls import CountedCalls


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SQLiteStore]:
    store = new_store(tmp_path / "a.sqlite3")
    fill(store)
    yield store
    store.close()


@pytest.fixture
def counting(database: SQLiteStore) -> CountedCalls:
    return CountedCalls(database)


@pytest.fixture
def remembered(counting: CountedCalls) -> RememberedStore:
    return RememberedStore(counting)


def test_students_are_read_once_until_one_changes(
    remembered: RememberedStore, counting: CountedCalls, database: SQLiteStore
) -> None:
    assert remembered.students() == remembered.students() == database.students()
    assert remembered.count_students() == 2
    assert counting.calls["students"] == 1
    assert counting.calls["count_students"] == 0
    database.add_student(student("s3"))  # as another process does
    assert [each.id for each in remembered.students()] == ["s1", "s2", "s3"]
    assert counting.calls["students"] == 2
    remembered.update_student(replace(student("s3"), name="Another Name"))
    remembered.remove_student("s1")
    assert [each.name for each in remembered.students()] == ["Grace Hopper", "Another Name"]


def test_what_the_caller_does_to_a_list_stays_with_the_caller(remembered: RememberedStore) -> None:
    remembered.students().clear()
    remembered.courses().clear()
    assert remembered.students()
    assert remembered.courses()


def test_nobody_is_counted_twice_by_a_register_that_is_only_watched(
    remembered: RememberedStore, counting: CountedCalls
) -> None:
    assert remembered.count_students() == 2
    assert counting.calls["students"] == 0


def test_courses_are_read_once_until_one_changes(
    remembered: RememberedStore, counting: CountedCalls, database: SQLiteStore
) -> None:
    assert remembered.courses() == remembered.courses()
    assert counting.calls["courses"] == 1
    database.add_course(course("physics", roster=("s1", "s2")))
    assert [each.roster for each in remembered.courses()] == [None, ("s1", "s2")]
    remembered.remove_student("s1")
    assert [each.roster for each in remembered.courses()] == [None, ("s2",)]


def test_photos_are_counted_again_after_each_enrolment(
    remembered: RememberedStore, counting: CountedCalls, database: SQLiteStore
) -> None:
    assert remembered.count_photos() == {}
    database.add_templates([template("a", "s1")])
    assert remembered.count_photos() == remembered.count_photos() == {"s1": 1}
    assert counting.calls["count_photos"] == 2
    assert remembered.count_photos("unknown-1", "mtcnn") == {}
    remembered.remove_student("s1")
    assert remembered.count_photos() == {}


def test_photos_are_counted_while_students_are_erased(remembered: RememberedStore) -> None:
    class ErasingWhenAskedFor(str):
        """Somebody is erased by another thread whenever it is looked up."""

        __slots__ = ()

        def __hash__(self) -> int:
            remembered.remove_student("nobody")
            return super().__hash__()

    wanted = remembered.count_photos("e1")
    assert [remembered.count_photos(ErasingWhenAskedFor("e1")) for _ in range(2)] == [wanted, wanted]
