"""Each folder gets one roll number, and two folders never share one."""

from __future__ import annotations

import pytest

from attendance.enrolment.enrolment_identity import Identified, identify
from attendance.enrolment.folders.enrolment_folder import FolderEntry
from attendance.people.new_student import NewStudent
from attendance.values import Student


def entry(roll_number: str | None, name: str | None = None, source: str = "") -> FolderEntry:
    return FolderEntry(source or name or roll_number or "", NewStudent(roll_number or "", name))


def roll_numbers(identified: Identified) -> list[str | None]:
    return [one.roll_number for one in identified.entries]


def test_a_name_belongs_to_the_student_who_has_it() -> None:
    students = [Student("a", "17", "Eileen Collins"), Student("b", "18", "Grace Hopper")]
    assert roll_numbers(identify([entry(None, "eileen collins")], students)) == ["17"]


def test_a_new_name_becomes_a_roll_number() -> None:
    assert roll_numbers(identify([entry(None, "Eileen Collins")], [])) == ["eileen-collins"]


def test_a_name_that_two_students_have_is_refused() -> None:
    students = [Student("a", "17", "Student One"), Student("b", "18", "Student One")]
    (aside,) = identify([entry(None, "Student One")], students).refused
    assert aside.reason == "17 and 18 have this name. Name the folder ROLL_Name."


def test_two_folders_with_one_roll_number_are_not_mixed() -> None:
    identified = identify([entry("17", source="17_a"), entry("17", source="17_b")], [])
    assert [one.source for one in identified.entries] == ["17_a"]
    (aside,) = identified.refused
    assert aside.source == "17_b"
    assert "17_a has the same roll number 17" in aside.reason


def test_what_can_be_no_roll_number_is_refused_alone() -> None:
    identified = identify([entry("1" * 65, source="long"), entry("17")], [])
    assert roll_numbers(identified) == ["17"]
    assert [aside.source for aside in identified.refused] == ["long"]


COLLINS = Student("a", "17", "Éileen O'Collins")


@pytest.mark.parametrize(
    "name",
    ["éileen o'collins", "Eileen OCollins", "O\u2019Collins, Éileen", "OCollins Eileen", "EILEEN-OCOLLINS"],
)
def test_a_folders_name_finds_the_student_however_it_is_written_and_changes_nothing(name: str) -> None:
    (found,) = identify([entry(None, name)], [COLLINS]).entries
    assert found.person == NewStudent("17"), "the register's way of writing the name stays"


def test_a_name_that_fits_two_students_is_refused_unless_one_has_it_as_it_is_written() -> None:
    students = [Student("a", "17", "Sean Lee"), Student("b", "18", "Seán Lee")]
    assert roll_numbers(identify([entry(None, "Seán Lee")], students)) == ["18"]
    (aside,) = identify([entry(None, "Lee, Sean")], students).refused
    assert aside.reason == "17 and 18 have this name. Name the folder ROLL_Name."


def test_somebody_new_gets_a_roll_number_unless_it_is_anothers() -> None:
    assert roll_numbers(identify([entry(None, "Grace Hopper")], [COLLINS])) == ["grace-hopper"]
    other = Student("b", "grace-hopper", "Student Two")
    (aside,) = identify([entry(None, "Grace Hopper")], [other]).refused
    assert (
        "The roll number grace-hopper, which would be made of this name, belongs to Student Two."
        in aside.reason
    )


def test_a_folder_named_by_a_number_without_digits_finds_its_student() -> None:
    (found,) = identify([entry(None, "Ada")], [Student("a", "ada", "Ada Lovelace")]).entries
    assert found.person == NewStudent("ada")


def test_two_folders_with_one_number_written_differently_are_not_mixed() -> None:
    identified = identify([entry("cs-17", source="cs-17_a"), entry("CS-17", source="CS-17_b")], [])
    assert [aside.source for aside in identified.refused] == ["CS-17_b"]


def test_two_folders_of_nearly_one_name_are_not_mixed() -> None:
    identified = identify([entry(None, "Ann Lee"), entry(None, "Ann-Lee")], [])
    assert [one.name for one in identified.entries] == ["Ann Lee"]
    (aside,) = identified.refused
    assert "Ann Lee has the same roll number ann-lee" in aside.reason
