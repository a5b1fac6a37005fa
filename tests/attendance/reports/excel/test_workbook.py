"""The Excel file opened again, and compared with the report cell by cell."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date, datetime, time
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from attendance.errors import ReportError
from attendance.files.cells import LONGEST_CELL
from attendance.files.writable_text import REPLACEMENT
from attendance.reports.content.attendance_rate import Counts
from attendance.reports.content.values import CourseReport, CourseRow, Report, StudentCourse
from attendance.reports.content.words import METHOD_WORDS, STANDING_WORDS
from attendance.reports.excel.excel_book import LINE_HEIGHT
from attendance.reports.excel.workbook import report_workbook
from attendance.values import Student
from tests.attendance.reports.builders import course_report, session_report, student, student_report

LETTERS = st.sampled_from("PLAEUN")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
COUNTS = ("present", "late", "absent", "excused", "under_review", "no_mark")
HEADINGS = [
    "Present",
    "Late",
    "Absent",
    "Excused",
    "In review",
    "No mark",
    "There",
    "Counted",
    "Attendance",
    "Absent in a row now",
    "Longest run",
    "Below",
]
COLLINS, HOPPER, GUEST = student(1, "Eileen Collins"), student(2, "Grace Hopper"), student(3, "Mae Jemison")


def opened(report: Report, *, values: bool = True) -> Workbook:
    """The workbook as a reader that does not calculate sees it, or with its formulas."""
    return load_workbook(io.BytesIO(report_workbook(report)), data_only=values)


def grid(sheet: Worksheet) -> list[list[object]]:
    """All cells."""
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def rules_of(sheet: Worksheet) -> list[tuple[str, str]]:
    """Where which condition gives a colour."""
    return [
        (str(area.sqref), rule.formula[0]) for area in sheet.conditional_formatting for rule in area.rules
    ]


def padded(row: list[object], width: int) -> list[object]:
    return [*row, *[None] * (width - len(row))]


def numbers(counts: Counts) -> list[object]:
    share = None if counts.share is None else float(counts.share)
    return [*(getattr(counts, name) for name in COUNTS), counts.there, counts.counted, share]


def summary_row(labels: list[object], row: CourseRow | StudentCourse) -> list[object]:
    below = "yes" if row.is_below else None
    return [*labels, *numbers(row.counts), row.runs.current, row.runs.longest, below]


def who(of: Student) -> list[object]:
    return [of.roll_number, of.name]


TERM = {COLLINS: "PLAEUNAA", HOPPER: "PPPPPPPP", student(4, "Valentina Tereshkova"): "NNNNNNNN"}


class TestOfASession:
    """One sheet with the list and its totals."""

    @pytest.mark.parametrize("methods", [False, True])
    def test_every_cell_is_what_the_report_says(self, methods: bool) -> None:  # noqa: FBT001
        said = {student(number, f"Student {number}"): letter for number, letter in enumerate("PLAEUN", 1)}
        report = session_report(said, {GUEST: "P"}, methods=methods)
        book = opened(report)
        assert book.sheetnames == ["Physics"]
        width = 5 if methods else 4
        rows: list[list[object]] = [
            ["Physics"],
            ["Day", datetime(2026, 11, 23), "closed"],  # noqa: DTZ001 - a spreadsheet has no zones
            ["From", time(13, 0), "To", time(14, 0)],
            [],
            ["Roll number", "Name", "Status", "Came at", *(["Method"] if methods else [])],
        ]

        def line(who_: Student, word: str, came: object, method: object) -> list[object]:
            return [who_.roll_number, who_.name, word, came, *([method] if methods else [])]

        came = datetime(2026, 11, 23, 13, 5, 7)  # noqa: DTZ001
        for row in report.rows:
            method = METHOD_WORDS[row.entry.method] if row.entry.method else None
            moment = came if row.entry.came_at else None
            rows.append(line(row.student, STANDING_WORDS[row.standing], moment, method))
        rows.append([])
        rows += [[None, word, 1] for word in STANDING_WORDS.values()]
        rows += [[None, "Attendance", float(Fraction(2, 3))], [], ["Not on the roster"]]
        rows.append(line(GUEST, "Present", came, "Face" if methods else None))
        assert grid(book.active) == [padded(row, width) for row in rows]  # type: ignore[arg-type]

    def test_totals_are_formulas_over_the_list(self) -> None:
        sheet = opened(session_report({COLLINS: "P", HOPPER: "A"}), values=False).active
        assert sheet is not None
        assert sheet["C9"].value == '=COUNTIF(C6:C7,"Present")'
        assert sheet["C15"].value == '=IF(((C9+C10)+C11)=0,"",(C9+C10)/((C9+C10)+C11))'
        assert sheet["C15"].number_format == "0.0%"

    def test_one_without_any_student_is_written_too(self) -> None:
        sheet = opened(session_report({})).active
        assert sheet is not None
        assert [row[1:3] for row in grid(sheet)[6:]] == [
            *([word, 0] for word in STANDING_WORDS.values()),
            ["Attendance", None],
        ]


class TestOfACourse:
    """A summary with formulas, and a sheet with every session."""

    @pytest.mark.parametrize("guests", [{}, {GUEST: "NNPNNNNN"}])
    def test_the_summary_is_what_the_report_says(self, guests: Mapping[Student, str]) -> None:
        report = course_report(TERM, guests, sessions=8)
        rows: list[list[object]] = [
            ["Physics"],
            ["All days. Sessions held: 8; limit 75.0 %, below it: 1."],
            [],
            ["Roll number", "Name", *HEADINGS],
            *(summary_row(who(row.student), row) for row in report.rows),
            ["Total", None, *numbers(report.counts)],
        ]
        if guests:
            rows += [[], ["Not on the roster"]]
            rows += [summary_row(who(row.student), row) for row in report.guests]
        assert grid(opened(report)["Summary"]) == [padded(row, 14) for row in rows]

    @pytest.mark.parametrize("guests", [{}, {GUEST: "NNPNNNNN"}])
    def test_the_sessions_are_what_the_report_says(self, guests: Mapping[Student, str]) -> None:
        report = course_report(TERM, guests, sessions=8)
        assert grid(opened(report)["Sessions"]) == expected_sessions(report)

    def test_methods_have_a_sheet_of_their_own_where_asked(self) -> None:
        assert opened(course_report(TERM, sessions=8)).sheetnames == ["Summary", "Sessions"]
        book = opened(course_report(TERM, sessions=8, methods=True))
        assert book.sheetnames == ["Summary", "Sessions", "Methods"]
        told = ["Face", "Code", "Closing", "By hand", "By hand", None, "Closing", "Closing"]
        assert grid(book["Methods"])[4][2:] == told

    def test_totals_are_formulas_over_the_students(self) -> None:
        book = opened(course_report(TERM, sessions=8), values=False)
        summary, sessions = book["Summary"], book["Sessions"]
        assert summary["C8"].value == "=SUM(C5:C7)"
        assert summary["K8"].value == '=IF(J8=0,"",I8/J8)'
        assert (summary["I5"].value, summary["J5"].value) == ("=C5+D5", "=I5+E5")
        assert sessions["C8"].value == '=COUNTIF(C5:C7,"Present")+COUNTIF(C5:C7,"Late")'
        assert sessions["C9"].value == '=C8+COUNTIF(C5:C7,"Absent")'
        assert sessions["C10"].value == '=IF(C9=0,"",C8/C9)'

    def test_days_are_dates_and_shares_are_numbers_with_a_format(self) -> None:
        book = opened(course_report(TERM, sessions=8))
        day, opens = book["Sessions"]["C3"], book["Sessions"]["C4"]
        assert (day.is_date, day.number_format, opens.number_format) == (True, "yyyy-mm-dd", "hh:mm")
        share = book["Summary"]["K5"]
        assert (share.data_type, share.number_format) == ("n", "0.0%")

    def test_the_head_stays_and_filters_and_is_on_each_printed_page(self) -> None:
        book = opened(course_report(TERM, sessions=8))
        summary, sessions = book["Summary"], book["Sessions"]
        assert (summary.freeze_panes, sessions.freeze_panes) == ("C5", "C5")
        assert (summary.auto_filter.ref, sessions.auto_filter.ref) == ("A4:N7", "A4:J7")
        assert (summary.print_title_rows, sessions.print_title_rows) == ("$4:$4", "$3:$4")
        assert sessions.print_title_cols == "$A:$B"
        for sheet in (summary, sessions):
            assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
            assert sheet.sheet_properties.pageSetUpPr is not None
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)

    def test_the_head_has_room_for_headings_of_two_lines_and_stands_over_its_numbers(self) -> None:
        summary = opened(course_report(TERM, sessions=8))["Summary"]
        assert summary.row_dimensions[4].height == 2 * LINE_HEIGHT
        assert [summary.cell(4, column).alignment.horizontal for column in (1, 2, 3, 11, 14)] == [
            None,
            None,
            "right",
            "right",
            "right",
        ]
        session = opened(session_report({COLLINS: "P"})).worksheets[0]
        heights = {session.row_dimensions[row].height for row in range(1, 9)}
        assert heights <= {None, LINE_HEIGHT}

    def test_many_sessions_are_printed_on_several_pages_beside_each_other(self) -> None:
        report = course_report({COLLINS: "P" * 100}, sessions=100)
        assert opened(report)["Sessions"].page_setup.fitToWidth == 7

    def test_words_and_shares_have_colours(self) -> None:
        book = opened(course_report(TERM, sessions=8), values=False)
        assert rules_of(book["Sessions"]) == [
            ("C5:J7", f'"{word}"') for word in ("Present", "Late", "Absent", "Excused", "In review")
        ]
        assert rules_of(book["Summary"]) == [
            ("K5:K7", "AND(ISNUMBER(K5),K5<3/4)"),
            ("K8", "AND(ISNUMBER(K8),K8<3/4)"),
        ]

    def test_one_without_sessions_or_students_is_written_too(self) -> None:
        assert opened(course_report({COLLINS: ""}, sessions=0)).sheetnames == ["Summary"]
        book = opened(course_report({}, sessions=2))
        assert grid(book["Sessions"])[5][:3] == ["There", None, 0]
        assert book["Summary"]["A6"].value == "Total"

    def test_no_formula_is_of_the_cell_that_it_is_in(self) -> None:
        for report in (
            session_report({}),
            course_report({}, sessions=2),
            course_report(TERM, sessions=8),
            student_report(COLLINS, {}),
        ):
            for sheet in opened(report, values=False):
                for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
                    assert not _is_within(cell.coordinate, str(cell.value))

    def test_one_that_no_sheet_can_hold_is_an_error(self) -> None:
        with pytest.raises(ReportError, match="16370 sessions"):
            report_workbook(course_report({}, sessions=16_370))

    @settings(max_examples=15, deadline=None)
    @given(
        st.integers(0, 6).flatmap(
            lambda count: st.tuples(
                st.just(count),
                st.lists(st.text(LETTERS, min_size=count, max_size=count), max_size=5),
                st.lists(st.text(LETTERS, min_size=count, max_size=count), max_size=2),
            )
        )
    )
    def test_whatever_the_marks_each_cell_is_the_reports(
        self, made: tuple[int, list[str], list[str]]
    ) -> None:
        count, rows, guests = made
        report = course_report(
            {student(number, f"Student {number}"): letters for number, letters in enumerate(rows)},
            {student(50 + number, f"Guest {number}"): letters for number, letters in enumerate(guests)},
            sessions=count,
        )
        book = opened(report)
        summary = grid(book["Summary"])
        first = 4
        assert summary[first : first + len(rows)] == [
            summary_row(who(row.student), row) for row in report.rows
        ]
        total = ["Total", None, *numbers(report.counts), None, None, None]
        assert summary[first + max(len(rows), 1)] == total
        if count:
            assert grid(book["Sessions"]) == expected_sessions(report)


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(LETTERS, min_size=3, max_size=3), max_size=5))
def test_every_formula_comes_to_the_value_that_is_in_the_file(rows: list[str]) -> None:
    people = [student(number, f"Student {number}") for number in range(len(rows))]
    for report in (
        session_report({who_: letters[0] for who_, letters in zip(people, rows, strict=True)}),
        course_report(dict(zip(people, rows, strict=True)), {GUEST: "PAP"}, sessions=3),
        student_report(COLLINS, {f"Course {number}": letters for number, letters in enumerate(rows)}),
    ):
        formulas, values = opened(report, values=False), opened(report)
        for sheet in formulas:
            for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
                assert calculated(sheet, cell.coordinate) == values[sheet.title][cell.coordinate].value


class TestOfAStudent:
    """A summary and a sheet for each course."""

    COURSES: Mapping[str, str] = {"Physics": "PLA", "Art: [a/b]": "EUN", "art  *a?b": "AAAA", "Empty": ""}

    def test_every_cell_is_what_the_report_says(self) -> None:
        report = student_report(COLLINS, self.COURSES)
        book = opened(report)
        assert book.sheetnames == ["Summary", "Physics", "Art a b", "art a b (2)"]
        rows: list[list[object]] = [
            ["Eileen Collins (001)"],
            ["From 2026-11-23."],
            [],
            ["Roster", "Course", *HEADINGS],
            *(summary_row(["on the roster", part.course.name], part) for part in report.courses),
            ["Total", None, *numbers(report.counts)],
        ]
        assert grid(book["Summary"]) == [padded(row, 14) for row in rows]
        came = datetime(2026, 11, 23, 13, 5, 7)  # noqa: DTZ001
        assert grid(book["Physics"]) == [
            padded(["Physics"], 4),
            [None] * 4,
            ["Day", "From", "Status", "Came at"],
            [datetime(2026, 11, 23), time(13, 0), "Present", came],  # noqa: DTZ001
            [datetime(2026, 11, 24), time(13, 0), "Late", came.replace(day=24)],  # noqa: DTZ001
            [datetime(2026, 11, 25), time(13, 0), "Absent", None],  # noqa: DTZ001
        ]

    def test_methods_are_told_where_asked(self) -> None:
        book = opened(student_report(COLLINS, {"Physics": "PLAEN"}, methods=True))
        told = [row[4] for row in grid(book["Physics"])[2:]]
        assert told == ["Method", "Face", "Code", "Closing", "By hand", None]


class TestText:
    """Whatever is in a name stays text, and the file stays whole."""

    @pytest.mark.parametrize("start", FORMULA_STARTS)
    def test_what_begins_like_a_formula_survives_as_text(self, start: str) -> None:
        name = f"{start}cmd|'/c calc'!A1"
        person = student(7, name, roll_number=f"{start}7")
        for report in (
            session_report({person: "P"}, course=name),
            course_report({person: "P"}, sessions=1, course=name),
            student_report(person, {name: "P"}),
        ):
            book = opened(report, values=False)
            ours = ("=COUNTIF(", "=IF(", "=SUM(", "=C", "=I")
            for sheet in book:
                for row in sheet.iter_rows():
                    for cell in row:
                        assert cell.data_type != "f" or str(cell.value).startswith(ours)
        cell = opened(session_report({person: "P"})).active["B6"]  # type: ignore[index]
        # Office Open XML writes a return as _x000D_, which openpyxl leaves as it is.
        assert (cell.data_type, cell.value.replace("_x000D_", "\r")) == ("s", name)

    @pytest.mark.parametrize("name", ["=1+1", "https://example.org", "007", "1e5", "TRUE", "2026-11-23"])
    def test_nothing_is_taken_for_a_number_or_a_link(self, name: str) -> None:
        cell = opened(session_report({student(1, name): "P"}), values=False).active["B6"]  # type: ignore[index]
        assert (cell.data_type, cell.value, cell.hyperlink) == ("s", name, None)

    @pytest.mark.parametrize(
        "name",
        [
            "محمد علي",
            "שרה לוי",
            "李小龙",
            "Zoë O'Brien-Ñandú",
            "नेहा",
            "👩🏽‍🚀 Mae",
            'a"b<c>&d',
            " a ",
            "_x0041_",
        ],
    )
    def test_every_script_comes_back_as_it_was(self, name: str) -> None:
        report = session_report({student(1, name): "P"}, course=name)
        sheet = opened(report).active
        assert sheet is not None
        assert (sheet["A1"].value, sheet["B6"].value) == (name, name)

    def test_what_no_file_can_hold_is_shown_as_such(self) -> None:
        report = session_report({student(1, "a\x00b\x1fc\ud800d\uffffe"): "P"}, course="\x07")
        sheet = opened(report).active
        assert sheet is not None
        assert sheet["B6"].value == REPLACEMENT.join("abcde")
        assert sheet["A1"].value == REPLACEMENT

    @pytest.mark.parametrize("letter", ["a", "😀", "&"])
    def test_what_is_too_long_is_cut(self, letter: str) -> None:
        sheet = opened(session_report({student(1, letter * 40_000): "P"}, course=letter * 300)).active
        assert sheet is not None
        text = sheet["B6"].value
        assert isinstance(text, str)
        assert LONGEST_CELL - 1 <= len(text.encode("utf-16-le")) // 2 <= LONGEST_CELL
        assert text == letter * (len(text) - 1) + "…"
        assert len(sheet.title.encode("utf-16-le")) // 2 <= 31

    def test_the_same_report_is_the_same_file(self) -> None:
        report = course_report(TERM, sessions=8)
        first, second = report_workbook(report), report_workbook(report)
        with zipfile.ZipFile(io.BytesIO(first)) as a, zipfile.ZipFile(io.BytesIO(second)) as b:
            assert {name: a.read(name) for name in a.namelist()} == {n: b.read(n) for n in b.namelist()}


def expected_sessions(report: CourseReport) -> list[list[object]]:
    """The sheet with every session, put together from the report."""
    width = 2 + len(report.sessions)

    def midnight(day: str) -> datetime:
        return datetime.combine(date.fromisoformat(day), time())

    def line(row: CourseRow) -> list[object]:
        return [*who(row.student), *(STANDING_WORDS[entry.standing] for entry in row.entries)]

    shares = [None if counts.share is None else float(counts.share) for counts in report.session_counts]
    rows: list[list[object]] = [
        ["Physics: Status in each session"],
        [],
        [None, None, *(midnight(session.day) for session in report.sessions)],
        ["Roll number", "Name", *[time(13, 0)] * len(report.sessions)],
        *(map(line, report.rows) if report.rows else [[]]),
        ["There", None, *(counts.there for counts in report.session_counts)],
        ["Counted", None, *(counts.counted for counts in report.session_counts)],
        ["Attendance", None, *shares],
    ]
    if report.guests:
        rows += [[], ["Not on the roster"], *map(line, report.guests)]
    return [padded(row, width) for row in rows]


def calculated(sheet: Worksheet, coordinate: str) -> object:
    """What a spreadsheet shows in a cell; knows the formulas that we write and no others."""
    text = sheet[coordinate].value
    if not isinstance(text, str) or not text.startswith("="):
        return text
    condition = re.fullmatch(r'=IF\((.+)=0,"",(.+)\)', text)
    if condition:
        return None if arithmetic(sheet, condition[1]) == 0 else arithmetic(sheet, condition[2])
    return arithmetic(sheet, text[1:])


def arithmetic(sheet: Worksheet, text: str) -> float:
    """Sums and quotients of cells, ``SUM`` and ``COUNTIF``."""

    def cells(reference: str) -> list[object]:
        return [calculated(sheet, cell.coordinate) for (cell,) in _column(sheet, reference)]

    text = re.sub(r'COUNTIF\(([^,]+),"([^"]+)"\)', lambda m: str(cells(m[1]).count(m[2])), text)
    text = re.sub(r"SUM\(([^)]+)\)", lambda m: str(sum(each or 0 for each in cells(m[1]))), text)  # type: ignore[misc]
    text = re.sub(r"[A-Z]+\d+", lambda m: str(calculated(sheet, m[0]) or 0), text)
    assert re.fullmatch(r"[\d.+/()]+", text), text
    return float(eval(text))


def _column(sheet: Worksheet, reference: str) -> tuple[tuple[Cell, ...], ...]:
    found = sheet[reference]
    return found if isinstance(found, tuple) else ((found,),)


def _is_within(cell: str, formula: str) -> bool:
    """Whether a formula takes its own cell into account."""
    column, row = coordinate_from_string(cell)
    ranges = re.findall(r"([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?", formula)
    return any(
        first <= column <= (last or first) and int(top) <= row <= int(bottom or top)
        for first, top, last, bottom in ranges
    )
