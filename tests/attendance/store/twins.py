"""Two students of an older register whose roll numbers are the same but for how they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from attendance.errors import RollNumberTakenError
from attendance.store.protocol import Store
from attendance.store.sqlite.rows import insertion, to_row
from attendance.values import Student
from attendance.values.roll_numbers import number_key
from tests.attendance.store.builders import student


def add_twin(store: Store, twin: Student) -> None:
    """Put a twin into an SQLite register, as one that was migrated from version 4 has it."""
    row = to_row(twin) | {"number_key": number_key(twin.roll_number), "twin": twin.id}
    with store._connections.writing() as connection:  # type: ignore[attr-defined]
        connection.execute(insertion("students", row), row)


def assert_twins_stay_and_no_third_one_comes(store: Store, twins: Sequence[Student]) -> None:
    """Check a register with two twins, and that their number is free once both have gone."""
    one, other = twins
    assert store.students_with_number("Cs-17") == [one, other]
    assert [store.student_by_roll(twin.roll_number) for twin in twins] == [one, other]
    assert store.student_by_roll("Cs-17") is None, "it is unclear whom it means"
    for twin in twins:
        assert store.update_student(replace(twin, name="Another Name"))
        assert store.update_student(twin)
    third = student("c", roll_number="Cs-17")
    with pytest.raises(RollNumberTakenError, match="'CS-17'"):
        store.add_student(third)
    assert store.update_student(replace(one, roll_number="18"))
    with pytest.raises(RollNumberTakenError, match="'cs-17'"):
        store.add_student(third)
    with pytest.raises(RollNumberTakenError, match="'cs-17'"):
        store.update_student(one)
    assert store.update_student(replace(other, roll_number="19"))
    assert store.update_student(one)
    with pytest.raises(RollNumberTakenError, match="'CS-17'"):
        store.update_student(other)
    store.remove_student(one.id)
    store.add_student(third)
    assert store.student_by_roll("CS-17") == third
