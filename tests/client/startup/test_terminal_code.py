"""A phone reads the code in the terminal, and no terminal gets one that it can't show."""

from __future__ import annotations

import io
import re

import cv2
import numpy as np
import pytest

from attendance.console.screen import Screen
from client.startup.terminal_code import QUIET_ZONE, WHITE_ON_BLACK, code_lines, print_code
from tests.attendance.console.terminal import Terminal

ADDRESS = "https://stand-in.ngrok-free.app/s/" + "x" * 22


def columns(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setenv("COLUMNS", str(count))


def in_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    columns(monkeypatch, 80)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")


def scanned(lines: list[str]) -> str:
    """What a phone's camera reads off the printed code, a block of which is white."""
    halves = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1), " ": (0, 0)}
    rows: list[list[int]] = []
    for line in lines:
        pairs = [halves[character] for character in line]
        rows += [[upper for upper, _ in pairs], [lower for _, lower in pairs]]
    picture = np.array(rows, np.uint8) * 255
    large = np.pad(np.kron(picture, np.ones((8, 8), np.uint8)), 40, constant_values=255)
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(large)
    return str(text)


def test_a_phone_reads_the_code_in_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    in_colour(monkeypatch)
    terminal = Terminal()
    assert print_code(Screen(terminal), ADDRESS)
    lines = terminal.getvalue().splitlines()
    assert all(line.startswith(WHITE_ON_BLACK) for line in lines)
    assert scanned([re.sub(r"\x1b\[[\d;]*m", "", line) for line in lines]) == ADDRESS


def test_a_phone_reads_the_code_without_colours() -> None:
    assert scanned(code_lines(ADDRESS)) == ADDRESS


def test_the_code_has_a_quiet_zone() -> None:
    lines = code_lines(ADDRESS)
    assert set(lines[0]) == {"█"}
    assert all(line.startswith("█" * QUIET_ZONE) for line in lines[:-1])


def test_a_code_that_is_wider_than_the_terminal_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    columns(monkeypatch, 30)
    assert not print_code(Screen(out), ADDRESS)
    assert out.getvalue() == ""
    columns(monkeypatch, 45)
    assert print_code(Screen(out), ADDRESS)
    assert max(map(len, out.getvalue().splitlines())) <= 45


def test_a_terminal_without_these_letters_gets_no_code() -> None:
    assert not print_code(Screen(io.TextIOWrapper(io.BytesIO(), encoding="cp1252")), ADDRESS)


def test_a_log_has_no_escapes_and_a_terminal_has(monkeypatch: pytest.MonkeyPatch) -> None:
    in_colour(monkeypatch)
    log, terminal = io.StringIO(), Terminal()
    for out in (log, terminal):
        print_code(Screen(out), ADDRESS)
    assert "\x1b" not in log.getvalue()
    assert WHITE_ON_BLACK in terminal.getvalue()
