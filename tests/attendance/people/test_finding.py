"""A student is found by id or by roll number, in this order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attendance.errors import StudentNotFoundError
from attendance.people.finding import all_named, named, whoever_is_named
from attendance.people.new_student import NewStudent
from tests.attendance.site import Site
from tests.attendance.store.twins import add_twin


def test_an_id_and_each_writing_of_a_roll_number_name_the_same_student(class_of_two: Site) -> None:
    students, store = class_of_two.students, class_of_two.store
    student = students.add(NewStudent("CS-17", "Katherine Johnson"))
    for name in (student.id, "CS-17", "cs-17", "CS\u201317"):
        assert named(store, name) == student
        assert whoever_is_named(store, name) == [student]


def test_an_id_counts_before_the_same_roll_number_of_another(class_of_two: Site) -> None:
    students, store = class_of_two.students, class_of_two.store
    first = students.get("1")
    other = students.add(NewStudent(first.id, "Whoever"))
    assert named(store, first.id) == first
    assert whoever_is_named(store, first.id) == [first]
    assert students.get(first.id) == other, "a roll number is never taken for an id"
    students.erase(first)
    assert named(store, first.id) == other


def test_many_are_found_in_their_order_and_each_once(class_of_two: Site) -> None:
    students, store = class_of_two.students, class_of_two.store
    one, two = students.all()
    assert all_named(store, ["2", one.id, "1", two.id]) == [two, one]
    assert all_named(store, []) == []
    with pytest.raises(StudentNotFoundError, match=r"No student has the id or roll number '7', '8'\."):
        all_named(store, ["1", "7", "8", "7"])
    assert whoever_is_named(store, "7") == []


def test_twins_of_an_older_register_are_told_apart_by_how_they_are_written(class_of_two: Site) -> None:
    students, store = class_of_two.students, class_of_two.store
    one = students.add(NewStudent("CS-17", "Katherine Johnson"))
    other = replace(one, id="twin", roll_number="cs-17")
    add_twin(store, other)
    assert named(store, "cs-17") == other
    with pytest.raises(StudentNotFoundError, match=r"may be 'CS-17' and 'cs-17'\. Write it exactly as one"):
        named(store, "Cs-17")
    assert whoever_is_named(store, "Cs-17") == [one, other]
