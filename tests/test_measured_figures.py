"""The README's error rates are those of the page that has the measurement."""

from __future__ import annotations

import re
from pathlib import Path

from attendance.privacy.documents.measured import CLASSES, ENGINES, GROUPS, PRINTS_PASSED, PRINTS_TRIED

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


def test_flat_prints_that_passed_the_kit() -> None:
    kinds = ("print held", "print turned", "print tilted", "print waved")
    counts = [re.match(r"(\d+) of (\d+)", row_of("docs/liveness.md", kind)[0]) for kind in kinds]
    passed, tried = (sum(int(count[part]) for count in counts if count) for part in (1, 2))
    readme = (ROOT / "README.md").read_text("utf-8")
    page = (ROOT / "docs/liveness.md").read_text("utf-8")
    assert f"of {tried:,} made-up ones {passed or 'none'}." in readme
    assert f"flat ones {passed} of {tried:,} times." in page


def test_heads_that_the_kit_refused() -> None:
    page = (ROOT / "docs/liveness.md").read_text("utf-8")
    found = re.search(
        r"Of (\d+) tries of stand-ins for live heads (\d+) were refused: BPCER ([\d.]+) %", page
    )
    assert found
    assert f"{100 * int(found[2]) / int(found[1]):.1f}" == found[3]
    assert f"of the kit's stand-ins {found[3]} % of the tries" in page


def test_the_file_on_the_ai_system_has_the_measured_rates() -> None:
    text = (ROOT / "docs/accuracy.md").read_text("utf-8")
    assert f"| class of | | {' | '.join(ENGINES)} |" in text
    for each in CLASSES:
        strangers = row_of("docs/accuracy.md", f"{each.size} | strangers")[1:]
        at_once = row_of("docs/accuracy.md", "| students marked at once", after=f"| {each.size} | strangers")
        assert strangers == list(each.strangers)
        assert at_once[1:] == list(each.at_once)
    assert f"| part of the group | {' | '.join(ENGINES)} |" in text
    for part, cells in GROUPS:
        assert row_of("docs/accuracy.md", f"{part} |", after="| part of the group |") == list(cells)
    page = (ROOT / "docs/liveness.md").read_text("utf-8")
    assert f"{PRINTS_PASSED or 'none'} of {PRINTS_TRIED} tries" in page
