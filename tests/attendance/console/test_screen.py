"""What is printed is legible on narrow terminals, in a log and for programs; no name steers a terminal."""

from __future__ import annotations

import io
import re
from contextlib import closing, redirect_stderr, redirect_stdout

import pytest

from attendance.console.printable import printable
from attendance.console.screen import RED, Screen
from tests.attendance.console.terminal import Terminal

ADDRESS = "https://stand-in.ngrok-free.app/s/" + "x" * 22


def test_a_piped_table_is_headings_and_rows_parted_by_tabs(capsys: pytest.CaptureFixture[str]) -> None:
    Screen(for_programs=True).table(("Roll number", "Name"), [("17", "Eileen [b]Collins"), ("18", "a\tb\nc")])
    assert capsys.readouterr().out == "Roll number\tName\n17\tEileen [b]Collins\n18\ta b c\n"


def test_notes_stay_out_of_what_is_piped_on(capsys: pytest.CaptureFixture[str]) -> None:
    Screen(for_programs=True).note("Nobody is enrolled.")
    assert capsys.readouterr() == ("", "Nobody is enrolled.\n")


@pytest.mark.parametrize("text", ["\x1b[2J", "\x07", "\u202e", "\u2066", "\x9b1m"])
def test_what_steers_a_terminal_or_turns_the_reading_direction_is_shown_as_a_mark(text: str) -> None:
    assert printable(text)[0] == "\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("name", ["Zoë", "王小明", "نرگس", "می\u200cخواهم", "O'Neil"])  # noqa: RUF001 - real letters
def test_names_of_all_scripts_are_shown_as_they_are(name: str) -> None:
    assert printable(name) == name


def test_in_a_terminal_a_table_is_drawn_and_a_name_is_no_markup() -> None:
    terminal = Terminal()
    with redirect_stdout(terminal):
        Screen(for_programs=True).table(("Roll number", "Name"), [("17", "Eileen [red]Collins")])
    assert "Eileen [red]Collins" in terminal.getvalue()
    assert "│" in terminal.getvalue()


def test_in_a_terminal_an_empty_column_takes_no_room() -> None:
    terminal = Terminal()
    with redirect_stdout(terminal):
        Screen(for_programs=True).table(("Roll number", "Phone", "Note"), [("17", "", ""), ("18", "", "ill")])
    assert "Phone" not in terminal.getvalue()
    assert "Note" in terminal.getvalue()


def test_in_a_terminal_a_bar_is_drawn_until_something_is_printed() -> None:
    terminal = Terminal()
    screen = Screen(for_programs=True)
    with redirect_stderr(terminal):
        screen.bars("Enrolling", 1, 2)
        screen.note("done")
    assert "Enrolling" in terminal.getvalue()
    assert "50%" in terminal.getvalue()
    assert "\x1b[?25h" in terminal.getvalue(), "the cursor is shown again"


def test_a_bar_is_nothing_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen(for_programs=True)
    screen.bars("Enrolling", 1, 2)
    screen.bars.clear()
    assert capsys.readouterr() == ("", "")


def test_a_log_has_no_escapes_and_a_terminal_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    log, terminal = io.StringIO(), Terminal()
    for out in (log, terminal):
        Screen(out).problem("Something is wrong.")
    assert "\x1b" not in log.getvalue()
    assert RED in terminal.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    grey = Terminal()
    Screen(grey).problem("Something is wrong.")
    assert "\x1b" not in grey.getvalue()


def test_long_sentences_are_broken_and_addresses_stay_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "44")
    out = io.StringIO()
    Screen(out).say(f"Students scan this code with their phones: {ADDRESS}")
    assert ADDRESS in out.getvalue().splitlines()
    Screen(out).pairs([("Faces", "A sentence that is longer than a narrow terminal is wide.")])
    *_, first, second, third = out.getvalue().splitlines()
    assert first.startswith("Faces   ")
    assert second.startswith(" " * 18)
    assert third.startswith(" " * 18)


@pytest.mark.parametrize(
    "command",
    [
        ".venv/bin/python -m create_database enrol FOLDER --data /srv/attendance",
        "cd '/srv/my school' && .venv/bin/python -m create_database list --data /srv/attendance",
        "'/srv/my programs/face-attendance-admin' list --data /srv/attendance",
        "ATTENDANCE_SERVICE=school-2 attendance-admin restore /srv/backups/monday.backup",
        "sudo apt install libgl1 libglib2.0-0 and-a-long-name-of-another-package",
    ],
)
def test_a_command_stays_on_one_line_to_be_copied(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    out = io.StringIO()
    Screen(out).say(
        f"Nobody is enrolled in the register that is in use here. To enrol students, run: {command}"
    )
    *sentence, last = out.getvalue().splitlines()
    assert last == command
    assert len(sentence) == 2
    out = io.StringIO()
    Screen(out).pairs([("First admin", command)])
    assert out.getvalue().split(maxsplit=2)[2].strip() == command


def test_a_log_has_one_line_for_each_stage() -> None:
    out = io.StringIO()
    with closing(Screen(out).bars) as progress:
        for done in range(100):
            progress("Downloading FaceNet", done, 100)
        progress("Converting FaceNet", 0, 0)
    assert out.getvalue().splitlines() == ["Downloading FaceNet …", "Converting FaceNet …"]


def test_a_terminal_has_a_bar_that_goes_away() -> None:
    terminal = Terminal()
    with closing(Screen(terminal).bars) as progress:
        progress("Downloading FaceNet", 1, 2)
        progress("Downloading FaceNet", 2, 2)
        progress("Converting FaceNet", 0, 0)
    drawn = terminal.getvalue()
    assert "Downloading FaceNet" in drawn
    assert "100%" in drawn
    assert drawn.endswith("\x1b[2K"), "the line is cleared"
    progress("Loading", 1, 2)
    assert terminal.getvalue() == drawn


def test_pairs_are_aligned_in_a_terminal_and_parted_by_tabs_for_programs() -> None:
    pairs = [("Roll number", "17"), ("Name", "Eileen\tCollins"), ("A label that is long", "x")]
    terminal, piped = Terminal(), io.StringIO()
    for out in (terminal, piped):
        Screen(out, for_programs=True).pairs(pairs)
    assert piped.getvalue() == "Roll number\t17\nName\tEileen Collins\nA label that is long\tx\n"
    values = [re.sub(r"\x1b\[\d+m", "", line) for line in terminal.getvalue().splitlines()]
    assert [line[22:] for line in values] == ["17", "Eileen Collins", "x"]


def test_for_programs_a_sentence_stays_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "44")
    out = io.StringIO()
    Screen(out, for_programs=True).say("word " * 40)
    assert out.getvalue().count("\n") == 1
