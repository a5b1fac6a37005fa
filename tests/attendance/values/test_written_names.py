# ruff: noqa: RUF001 - letters of many scripts are what it is about
"""Names keep what belongs to them, and two ways of writing one are found to be the same."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.values.roll_numbers import (
    clean_note,
    clean_text,
    is_printable,
    number_key,
    roll_number_for_name,
    same_name,
    same_number,
    search_form,
    search_words,
)

JOINED = [
    "علی\u200cرضا",
    "ශ\u0dca\u200dර\u0dd3",
    "ക\u0d4dര\u0d3fസ\u0d4d\u200dറ\u0d4dറ\u0d3f",
    "അന\u0d3fല\u0d4d\u200d",
]


@pytest.mark.parametrize("name", JOINED, ids=["Persian", "Sinhala", "Malayalam", "at the end of a word"])
def test_joiners_belong_to_a_name(name: str) -> None:
    assert clean_text(name) == name
    assert clean_note(f"{name}\x00") == name
    assert is_printable(name)


@pytest.mark.parametrize(
    ("copied", "name"),
    [
        ("\u200fDana Levi\u200e", "Dana Levi"),
        ("So\u00adphie Martin", "Sophie Martin"),
        ("\ufeffAda\u200b \u2066Lovelace\u2069", "Ada Lovelace"),
        ("\u202dAda\u202c", "Ada"),
        ("Ada\u200d Lovelace\u200c", "Ada Lovelace"),
        ("علی\u200c\u200cرضا", "علی\u200cرضا"),
    ],
)
def test_marks_that_copying_left_are_dropped(copied: str, name: str) -> None:
    assert clean_text(copied) == name
    assert is_printable(clean_text(copied))


@pytest.mark.parametrize("text", ["a\u202eb", "a\x00b", "a\u200d", "\U000e0041"])
def test_what_hides_or_turns_a_text_is_still_refused(text: str) -> None:
    assert not is_printable(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cs-17", "CS-17"),
        ("cs-17", "ｃｓ\uff0d１７"),
        ("CS\u201317", "CS-17"),
        ("17", "١٧"),
        ("17", "۱۷"),
        ("17", "१७"),
        (" CS  17", "cs\u00a017\u200e"),
        ("straße", "STRASSE"),
    ],
)
def test_a_number_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert same_number(one, other)


@pytest.mark.parametrize(("one", "other"), [("7", "007"), ("17", "1 7"), ("a", "á"), ("-17", "17")])
def test_other_numbers_are_others(one: str, other: str) -> None:
    assert not same_number(one, other)


@given(st.text(max_size=40))
def test_cleaning_changes_no_number_and_a_key_is_its_own_key(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)
    assert same_number(text, clean_text(text))
    assert number_key(number_key(text)) == number_key(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Seán O'Brien", "sean obrien"),
        ("O\u2019Brien", "O'Brien"),
        ("Lovelace, Ada", "Ada Lovelace"),
        ("Søren Łukasz", "soren lukasz"),
        ("Jürgen Müller", "Juergen Mueller"),
        ("Jürgen Müller", "Jurgen Muller"),
        ("GROSS", "groß"),
        ("Jean-Luc", "Jean Luc"),
        ("علی\u200cرضا", "علیرضا"),
    ],
)
def test_a_name_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert same_name(one, other)


@pytest.mark.parametrize(("one", "other"), [("Ada", "Adam"), ("राम", "रोम"), ("がく", "かく"), ("🎓", "😀")])
def test_other_names_are_others(one: str, other: str) -> None:
    assert not same_name(one, other)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("sean", "Seán Ó Briain"),
        ("o\u2019brien", "OBrien"),
        ("obrien", "O\u02bcBrien"),
        ("lovelace, ada", "Ada Lovelace"),
        ("jean-luc", "Jean Luc Picard"),
        ("mueller", "Müller"),
        ("cs-17", "CS-17"),
        ("17", "१७"),
    ],
)
def test_a_search_finds_each_way_of_writing(typed: str, text: str) -> None:
    assert all(word in search_form(text) for word in search_words(typed))


def test_a_name_with_vowel_signs_gives_a_number_of_its_own() -> None:
    assert roll_number_for_name("राम") != roll_number_for_name("रोम")


def test_joiners_by_the_thousand_take_no_time() -> None:
    text = "a\u200d" * 400_000
    begin = time.process_time()
    assert len(clean_text(text)) == len(text) - 1
    assert time.process_time() - begin < 6, "each joiner looks at all of the text before it"
