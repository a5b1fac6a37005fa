"""Reports as CSV, read again."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from attendance.files.formula_guard import without_guard
from attendance.reports.content.attendance_rate import Standing
from attendance.reports.content.values import Report, ReportEntry
from attendance.reports.content.words import evidence_word, method_word
from attendance.reports.export.csv_files import report_csv, session_headings
from attendance.values import LivenessResult, MarkEvidence, MarkMethod, Place
from tests.attendance.reports.builders import (
    course_report,
    frame,
    session,
    session_report,
    student,
    student_report,
)

COLLINS, HOPPER, GUEST = student(1, "Eileen Collins"), student(2, "Grace Hopper"), student(3, "Mae Jemison")


def read(report: Report) -> list[dict[str, str]]:
    """The rows by heading."""
    text = report_csv(report).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_session_has_a_row_for_each_student() -> None:
    rows = read(session_report({COLLINS: "P", HOPPER: "A"}, {GUEST: "U"}))
    assert rows[0] == {
        "day": "2026-11-23",
        "course": "Physics",
        "opened_at": "2026-11-23 13:00:07",
        "roll_number": "001",
        "name": "Eileen Collins",
        "on_roster": "yes",
        "status": "present",
        "came_at": "2026-11-23 13:05:07",
    }
    assert [(row["roll_number"], row["on_roster"], row["status"], row["came_at"]) for row in rows[1:]] == [
        ("002", "yes", "absent", ""),
        ("003", "no", "under_review", "2026-11-23 13:05:07"),
    ]


def test_a_course_has_a_row_for_each_student_and_a_column_for_each_session() -> None:
    rows = read(course_report({COLLINS: "PLAEUNAA", HOPPER: "NNNNNNNN"}, {GUEST: "PNNNNNNN"}, sessions=8))
    first = rows[0]
    assert list(first)[3:11] == [f"2026-11-{day} 13:00" for day in range(23, 31)]
    assert [first[f"2026-11-{day} 13:00"] for day in range(23, 29)] == [
        "present",
        "late",
        "absent",
        "excused",
        "under_review",
        "no_mark",
    ]
    totals = {name: first[name] for name in list(first)[11:]}
    assert totals == {
        "present": "1",
        "late": "1",
        "absent": "3",
        "excused": "1",
        "under_review": "1",
        "no_mark": "1",
        "there": "2",
        "counted": "5",
        "percent": "40.0",
        "current_absences": "3",
        "longest_absence": "3",
        "below_limit": "yes",
    }
    assert [(row["on_roster"], row["percent"], row["below_limit"]) for row in rows[1:]] == [
        ("yes", "", "no"),
        ("no", "100.0", "no"),
    ]


def test_a_student_has_a_row_for_each_session() -> None:
    rows = read(student_report(COLLINS, {"Physics": "PA", "Art": "E"}))
    assert [(row["course"], row["day"], row["status"]) for row in rows] == [
        ("Physics", "2026-11-23", "present"),
        ("Physics", "2026-11-24", "absent"),
        ("Art", "2026-11-23", "excused"),
    ]
    assert [(row["course_there"], row["course_counted"], row["course_percent"]) for row in rows[1:]] == [
        ("1", "2", "50.0"),
        ("0", "0", ""),
    ]
    assert [row["course_below_limit"] for row in rows] == ["yes", "yes", "no"]


def test_how_marks_came_about_is_told_only_where_asked() -> None:
    for methods in (False, True):
        session_rows = read(session_report({COLLINS: "P", HOPPER: "N"}, methods=methods))
        course_rows = read(course_report({COLLINS: "P"}, sessions=1, methods=methods))
        student_rows = read(student_report(COLLINS, {"Physics": "P"}, methods=methods))
        told = [row.get("method") for row in (*session_rows, *student_rows)]
        assert told == (["face", "", "face"] if methods else [None] * 3)
        assert course_rows[0].get("2026-11-23 13:00 method") == ("face" if methods else None)
        assert [row.get("evidence") for row in session_rows] == ([""] * 2 if methods else [None] * 2)


def test_what_speaks_for_a_mark_is_in_words_where_asked() -> None:
    seen = MarkEvidence(place=Place.THIS_NETWORK, liveness=LivenessResult.NOT_SHOWN)
    entry = ReportEntry(Standing.PRESENT, method=MarkMethod.FACE, evidence=seen)
    assert evidence_word(entry) == "No movement was shown. From this network."
    assert method_word(entry) == "Face. No movement was shown."
    right = replace(entry, evidence=MarkEvidence(liveness=LivenessResult.PASSED))
    assert (evidence_word(right), method_word(right)) == ("The head turned as asked.", "Face")
    assert (evidence_word(ReportEntry()), method_word(ReportEntry())) == ("", None)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start: str) -> None:
    person = student(1, f"{start}cmd|'/c calc'!A1", roll_number=f"{start}1")
    for report in (
        session_report({person: "P"}, course=f"{start}2"),
        course_report({person: "P"}, sessions=1),
        student_report(person, {f"{start}2": "P"}),
    ):
        (row,) = read(report)
        assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
        assert without_guard(row["name"]) == person.name
        assert without_guard(row["roll_number"]) == person.roll_number


def test_quotes_commas_line_ends_and_every_script_come_back() -> None:
    name = 'محمد "علي", 李小龙\nשרה\x00'
    (row,) = read(session_report({student(1, name): "P"}))
    assert row["name"] == name.replace("\x00", "\N{REPLACEMENT CHARACTER}")


def test_the_mark_of_utf_8_can_be_left_out() -> None:
    report = session_report({COLLINS: "P"})
    assert report_csv(report) == b"\xef\xbb\xbf" + report_csv(report, bom=False)
    assert report_csv(report, bom=False).endswith(b"\r\n")


def test_sessions_that_open_in_the_same_minute_have_headings_of_their_own() -> None:
    assert session_headings([session(), session(), session(1)], frame()) == [
        "2026-11-23 13:00",
        "2026-11-23 13:00 (2)",
        "2026-11-24 13:00",
    ]
