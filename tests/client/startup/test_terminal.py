"""What is printed is legible on narrow terminals, without colours, and into a log."""

from __future__ import annotations

import io
import re

import cv2
import numpy as np
import pytest

from client.startup.terminal import BLACK_ON_WHITE, QUIET_ZONE, Screen, qr_lines

ADDRESS = "https://stand-in.ngrok-free.app/s/" + "x" * 22


class Terminal(io.StringIO):
    """Somebody looks at it."""

    def isatty(self) -> bool:
        return True


def columns(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setenv("COLUMNS", str(count))


def scanned(lines: list[str], *, block_is_white: bool) -> str:
    """What a phone's camera reads off the printed code."""
    halves = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1), " ": (0, 0)}
    rows: list[list[int]] = []
    for line in lines:
        pairs = [halves[character] for character in line]
        rows += [[upper for upper, _ in pairs], [lower for _, lower in pairs]]
    picture = np.array(rows, np.uint8) * 255
    if not block_is_white:
        picture = 255 - picture
    large = np.pad(np.kron(picture, np.ones((8, 8), np.uint8)), 40, constant_values=255)
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(large)
    return str(text)


def test_a_phone_reads_the_code_in_colour() -> None:
    lines = [re.sub(r"\x1b\[[\d;]*m", "", line) for line in qr_lines(ADDRESS, coloured=True)]
    assert scanned(lines, block_is_white=False) == ADDRESS


def test_a_phone_reads_the_code_without_colours() -> None:
    assert scanned(qr_lines(ADDRESS, coloured=False), block_is_white=True) == ADDRESS


def test_the_code_has_a_quiet_zone() -> None:
    lines = qr_lines(ADDRESS, coloured=False)
    assert set(lines[0]) == {"█"}
    assert all(line.startswith("█" * QUIET_ZONE) for line in lines[:-1])


def test_a_code_that_is_wider_than_the_terminal_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    columns(monkeypatch, 30)
    assert not Screen(out).code(ADDRESS)
    assert out.getvalue() == ""
    columns(monkeypatch, 45)
    assert Screen(out).code(ADDRESS)
    assert max(map(len, out.getvalue().splitlines())) <= 45


def test_a_terminal_without_these_letters_gets_no_code() -> None:
    assert not Screen(io.TextIOWrapper(io.BytesIO(), encoding="cp1252")).code(ADDRESS)


def test_a_log_has_no_escapes_and_a_terminal_has(monkeypatch: pytest.MonkeyPatch) -> None:
    columns(monkeypatch, 80)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    log, terminal = io.StringIO(), Terminal()
    for out in (log, terminal):
        Screen(out).problem("Something is wrong.")
        Screen(out).code(ADDRESS)
    assert "\x1b" not in log.getvalue()
    assert BLACK_ON_WHITE in terminal.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    grey = Terminal()
    Screen(grey).problem("Something is wrong.")
    assert "\x1b" not in grey.getvalue()


def test_long_sentences_are_broken_and_addresses_stay_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    columns(monkeypatch, 44)
    out = io.StringIO()
    Screen(out).say(f"Students scan this code with their phones: {ADDRESS}")
    assert ADDRESS in out.getvalue().splitlines()
    Screen(out).pairs([("Faces", "A sentence that is longer than a narrow terminal is wide.")])
    *_, first, second, third = out.getvalue().splitlines()
    assert first.startswith("Faces   ")
    assert second.startswith(" " * 18)
    assert third.startswith(" " * 18)


def test_a_log_has_one_line_for_each_stage() -> None:
    out = io.StringIO()
    with Screen(out).preparing() as progress:
        for done in range(100):
            progress("Downloading FaceNet", done, 100)
        progress("Converting FaceNet", 0, 0)
    assert out.getvalue().splitlines() == ["Downloading FaceNet …", "Converting FaceNet …"]


def test_a_terminal_has_a_bar_that_goes_away() -> None:
    screen = Screen(Terminal())
    with screen.preparing() as progress:
        progress("Downloading FaceNet", 1, 2)
        progress("Downloading FaceNet", 2, 2)
