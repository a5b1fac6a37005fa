"""What is printed is one line a row, and nothing in a name steers the terminal."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout

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


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_in_a_terminal_a_table_is_drawn_and_a_name_is_no_markup() -> None:
    terminal = Terminal()
    with redirect_stdout(terminal):
        Screen().table(("Roll number", "Name"), [("17", "Eileen [red]Collins")])
    assert "Eileen [red]Collins" in terminal.getvalue()
    assert "│" in terminal.getvalue()


def test_in_a_terminal_an_empty_column_takes_no_room() -> None:
    terminal = Terminal()
    with redirect_stdout(terminal):
        Screen().table(("Roll number", "Phone", "Note"), [("17", "", ""), ("18", "", "ill")])
    assert "Phone" not in terminal.getvalue()
    assert "Note" in terminal.getvalue()


def test_in_a_terminal_a_bar_is_drawn_until_something_is_printed() -> None:
    terminal = Terminal()
    screen = Screen()
    with redirect_stderr(terminal):
        screen.bars("Enrolling", 1, 2)
        screen.note("done")
    assert "Enrolling" in terminal.getvalue()
    assert "50%" in terminal.getvalue()
    assert "\x1b[?25h" in terminal.getvalue(), "the cursor is shown again"


def test_a_bar_is_nothing_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen()
    screen.bars("Enrolling", 1, 2)
    screen.bars.clear()
    assert capsys.readouterr() == ("", "")
