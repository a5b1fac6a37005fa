"""Names of files and sheets that every system takes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.files.cells import LONGEST_SHEET_NAME, fitting, sheet_name
from attendance.reports.export.file_names import file_name, marked, safe
from tests.attendance.reports.builders import course_report, session_report, student, student_report


def test_a_file_says_what_it_holds() -> None:
    assert file_name(session_report({}), "csv") == "Physics 2026-11-23 13.00.csv"
    assert file_name(course_report({}, sessions=0), "xlsx") == "Physics.xlsx"
    report = student_report(student(1, "Eileen Collins"), {})
    assert file_name(report, "xlsx") == "001 2026-11-23 to now.xlsx"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("../../etc/passwd", "etc passwd"),
        ("a/b\\c:d*e?f", "a b c d e f"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("...", "_"),
        ("-rf", "_-rf"),
        ("Physik für Ärzte", "Physik für Ärzte"),
        ("فيزياء", "فيزياء"),
        ("a\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe", "a fdp.exe"),
    ],
)
def test_names_of_courses_become_safe(text: str, name: str) -> None:
    assert safe(text) == name


@given(st.text())
def test_whatever_a_course_is_called_the_file_lies_in_the_folder(name: str) -> None:
    made = marked(file_name(session_report({}, course=name), "xlsx"), "physics|1")
    path = Path("folder") / made
    assert path.parent == Path("folder")
    assert len(made.encode()) <= 255
    assert not set(made) & set('<>:"/\\|?*\0')


def test_things_of_the_same_name_have_files_of_their_own() -> None:
    first, second = marked("Physics.xlsx", "physics"), marked("Physics.xlsx", "physics-2")
    assert first != second
    assert first == marked("Physics.xlsx", "physics")
    assert first.startswith("Physics ")
    assert first.endswith(".xlsx")


@given(st.lists(st.text(), max_size=6))
def test_sheets_have_names_that_excel_takes(wanted: list[str]) -> None:
    taken: set[str] = set()
    names = [sheet_name(text, taken) for text in wanted]
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert 1 <= len(name.encode("utf-16-le")) // 2 <= LONGEST_SHEET_NAME
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")


@pytest.mark.parametrize(
    ("text", "name"),
    [("", "Sheet"), ("'a'", "a"), ("History", "History (2)"), ("x" * 40, "x" * 30 + "…"), ("a[b]", "a b")],
)
def test_sheets_that_excel_would_refuse_are_renamed(text: str, name: str) -> None:
    assert sheet_name(text, set()) == name


@given(st.text(), st.integers(1, 20))
def test_what_is_cut_ends_with_an_ellipsis_and_fits(text: str, longest: int) -> None:
    cut = fitting(text, longest)
    assert len(cut.encode("utf-16-le", "surrogatepass")) // 2 <= longest
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))
