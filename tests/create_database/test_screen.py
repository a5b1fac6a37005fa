"""What is printed is one line a row, and nothing in a name steers the terminal."""

from __future__ import annotations

import pytest

from create_database.screen import Screen, printable


def test_a_piped_table_is_headings_and_rows_parted_by_tabs(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().table(("Roll number", "Name"), [("17", "Eileen [b]Collins"), ("18", "a\tb\nc")])
    assert capsys.readouterr().out == "Roll number\tName\n17\tEileen [b]Collins\n18\ta b c\n"


def test_notes_stay_out_of_what_is_piped_on(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().note("Nobody is enrolled.")
    assert capsys.readouterr() == ("", "Nobody is enrolled.\n")


@pytest.mark.parametrize("text", ["\x1b[2J", "\x07", "\u202e", "\u2066", "\x9b1m"])
def test_what_steers_a_terminal_or_turns_the_reading_direction_is_shown_as_a_mark(text: str) -> None:
    assert printable(text)[0] == "\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("name", ["Zoë", "王小明", "نرگس", "می\u200cخواهم", "O'Neil"])  # noqa: RUF001 - real letters
def test_names_of_all_scripts_are_shown_as_they_are(name: str) -> None:
    assert printable(name) == name
