"""Each folder gets one roll number, and two folders never share one."""

from __future__ import annotations

from attendance.enrolment_folder import Entry
from attendance.enrolment_identity import Identified, identify
from attendance.values import Student


def entry(roll_number: str | None, name: str | None = None, source: str = "") -> Entry:
    return Entry(source or name or roll_number or "", roll_number, name)


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
