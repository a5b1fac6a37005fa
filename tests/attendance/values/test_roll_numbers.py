"""Roll numbers are clean text, and a name gives the same one each time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.errors import RollNumberError
from attendance.people.new_student import NewStudent, cleaned
from attendance.values import Student
from attendance.values.roll_numbers import (
    LONGEST_ROLL_NUMBER,
    clean_note,
    clean_roll_number,
    roll_number_for_name,
)


def test_spaces_and_decomposed_letters_do_not_make_another_number() -> None:
    assert clean_roll_number("  CS  17\t") == "CS 17"
    assert clean_roll_number("Zoe\u0301") == clean_roll_number("Zoé")


def test_a_note_keeps_nothing_that_cannot_be_seen() -> None:
    assert clean_note("at the\x00dentist\n\u202eagain ") == "at the dentist again"


@pytest.mark.parametrize("text", ["", "  ", "x" * (LONGEST_ROLL_NUMBER + 1), "1\u202e2", "1\x002"])
def test_what_is_no_roll_number_is_refused(text: str) -> None:
    with pytest.raises(RollNumberError):
        clean_roll_number(text)


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("Eileen Collins", "eileen-collins"),
        ("  grace_HOPPER ", "grace-hopper"),
        ("王小明", "王小明"),
        ("O'Neil", "o-neil"),
    ],
)
def test_a_name_gives_a_roll_number(name: str, number: str) -> None:
    assert roll_number_for_name(name) == number


def test_a_name_without_letters_gives_none() -> None:
    with pytest.raises(RollNumberError, match="ROLL_Name"):
        roll_number_for_name("---")


@given(st.text(max_size=80))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    try:
        once = clean_roll_number(text)
    except RollNumberError:
        return
    assert clean_roll_number(once) == once


def test_a_students_fields_are_cleaned_and_empty_ones_say_nothing() -> None:
    person = cleaned(NewStudent(" 7 ", name=" Grace  Hopper", email="", year=" 2026 "))
    assert person == NewStudent("7", name="Grace Hopper", email=None, year="2026")


def test_a_field_that_is_too_long_is_refused_by_name() -> None:
    with pytest.raises(RollNumberError, match="department of 7 has 201 characters"):
        cleaned(NewStudent("7", department="x" * 201))


@pytest.mark.parametrize(("field", "called"), [("email", "email"), ("guardian_email", "guardian's email")])
@pytest.mark.parametrize("address", ["n/a", "one@example.org two@example.org", "Someone <a@example.org>"])
def test_an_address_is_one_address(field: str, called: str, address: str) -> None:
    with pytest.raises(RollNumberError, match=f"The {called} of 7"):
        cleaned(NewStudent("7", **{field: address}))
    assert getattr(cleaned(NewStudent("7", **{field: " a@example.org "})), field) == "a@example.org"
    assert getattr(cleaned(NewStudent("7", **{field: " "})), field) is None


def test_an_address_that_was_stored_unchecked_may_stay_as_it_is() -> None:
    known = Student("s1", "7", "Grace Hopper", email="n/a")
    assert cleaned(NewStudent("7", email="n/a", phone="1"), known).phone == "1"
    with pytest.raises(RollNumberError, match="The email of 7"):
        cleaned(NewStudent("7", email="none"), known)


def test_a_guardians_address_that_is_too_long_is_refused_by_name() -> None:
    with pytest.raises(RollNumberError, match="guardian's email of 7 has 201 characters"):
        cleaned(NewStudent("7", guardian_email="x" * 201))
