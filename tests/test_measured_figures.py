"""The README's error rates are those of the page that has the measurement."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def row_of(page: str, begins: str, after: str = "") -> list[str]:
    """The cells of the first table row that begins so, after a text on its page; without bold type."""
    text = (ROOT / page).read_text("utf-8").replace("**", "")
    text = text[text.index(after) :]
    line = next(line for line in text.splitlines() if line.startswith(f"| {begins}"))
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


def first_rate(cell: str) -> str:
    found = re.match(r"\d+(\.\d+)?( \(.*?\))?", cell)
    assert found, cell
    return found[0]


def test_students_of_a_class_of_60_who_are_marked_at_once() -> None:
    shown = row_of("README.md", "class of 60: students")
    measured = row_of("docs/accuracy.md", "| students marked at once", after="| 60 | strangers")[1:]
    strangers = row_of("docs/accuracy.md", "60 | strangers")[1:]
    assert [first_rate(cell) for cell in shown] == [first_rate(cell) for cell in measured]
    assert [cell.partition("; ")[2] for cell in shown] == [
        f"{first_rate(cell).partition(' ')[0]} %" for cell in strangers
    ]


def test_faces_of_classroom_photos_that_are_named() -> None:
    shown = row_of("README.md", "classroom photo: faces of 48 px")
    measured = row_of("docs/classroom.md", "enrolled, 48 px and more")[2:]
    wrong = row_of("docs/classroom.md", "named wrongly, of all 800 faces")[2:]
    assert shown == [
        f"{first_rate(named)} %; {number} of 800" for named, number in zip(measured, wrong, strict=True)
    ]
