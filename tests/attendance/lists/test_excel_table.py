"""Excel files are read as they are shown, and none of them can expand to too much."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from attendance.errors import StudentListError
from attendance.lists import excel_table
from attendance.lists.list_file import parse_file
from attendance.lists.student_list import students_of
from attendance.lists.values import ListChoices, StudentList
from attendance.people.new_student import NewStudent
from tests.attendance.lists.made_books import Change, book

HEAD = ["roll_no", "name"]
ONE: dict[str, list[list[Any]]] = {"Class": [HEAD, [17, "Ada"]]}


def read(
    sheets: Mapping[str, Any], change: Change | None = None, choices: ListChoices | None = None
) -> StudentList:
    return students_of(parse_file(book(sheets, change), "list.xlsx"), choices or ListChoices())


def people(listed: StudentList) -> list[tuple[str, str | None]]:
    return [(row.person.roll_number, row.person.name) for row in listed.rows]


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The file with another content of one of its parts."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
    return changed.getvalue()


def part_of(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


SHEET = "xl/worksheets/sheet1.xml"


def test_a_list_is_read_and_titles_and_empty_rows_are_skipped() -> None:
    listed = read(
        {
            "Class": [
                ["Physics 2 in 2026"],
                [],
                ["Nr", "Surname", "First name", "Year"],
                [17, "Lovelace", "Ada", 2],
                [],
            ]
        }
    )
    assert [row.person for row in listed.rows] == [NewStudent("17", "Ada Lovelace", year="2")]
    assert listed.rows[0].line == 4


def test_numbers_are_what_a_spreadsheet_shows() -> None:
    def format_numbers(made: Workbook) -> None:
        made.worksheets[0]["A5"].number_format = "00000"

    listed = read(
        {
            "Class": [
                HEAD,
                [17.0, "Whole"],
                [2.02612e11, "Large"],
                ["007", "Text"],
                [7, "Zeros"],
                [-5, "Minus"],
            ]
        },
        format_numbers,
    )
    assert people(listed) == [
        ("17", "Whole"),
        ("202612000000", "Large"),
        ("007", "Text"),
        ("00007", "Zeros"),
        ("-5", "Minus"),
    ]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("17.0", "17.0 can't be a roll number: a spreadsheet has added decimals"),
        ("2.02612E+11", "2.02612E+11 can't be a roll number: a spreadsheet has shortened"),
        (17.5, "17.5 can't be a roll number"),
        (
            1234567890123456,
            "1234567890123456 can't be a roll number: spreadsheets keep only the first 15 digits",
        ),
        (date(2026, 2, 1), "2026-02-01 can't be a roll number: a spreadsheet has made a date of it"),
        (datetime(2026, 2, 1, 9, 30), "2026-02-01T09:30:00 can't be a roll number"),  # noqa: DTZ001 - no zone
        (True, "TRUE can't be a roll number"),
        ("#REF!", "#REF! can't be a roll number: it is an error"),
        ("=17+1", "=17+1 can't be a roll number: it is a formula without a result"),
        (None, "The line has no roll number."),
    ],
)
def test_a_cell_that_can_be_no_roll_number_is_refused_with_its_line(cell: object, reason: str) -> None:
    listed = read({"Class": [HEAD, [1, "Grace"], [cell, "Ada"]]})
    assert people(listed) == [("1", "Grace")]
    (line,) = listed.refused
    assert line.line == 3
    assert line.reason.startswith(reason)


def test_formulas_count_by_their_results() -> None:
    data = book({"Class": [HEAD, ["=16+1", "Ada"], ['="007"', "Q"]]})
    sheet = part_of(data, SHEET)
    calculated, count = re.subn(
        rb"<c r=\"A2\"([^>]*)><f>16\+1</f><v ?/?>(</v>)?", rb'<c r="A2"><f>16+1</f><v>17</v>', sheet
    )
    assert count == 1
    listed = students_of(parse_file(with_part(data, SHEET, calculated), "list.xlsx"))
    assert people(listed) == [("17", "Ada"), ("007", "Q")]
    assert listed.refused == ()


def test_a_cell_that_is_merged_downwards_belongs_to_each_row() -> None:
    def merge(made: Workbook) -> None:
        made.worksheets[0].merge_cells("A1:C1")
        made.worksheets[0].merge_cells("C3:C4")

    listed = read(
        {
            "Class": [
                ["Class of 2026", None, None],
                [*HEAD, "department"],
                [17, "Ada", "Physics"],
                [18, "Eve", None],
            ]
        },
        merge,
    )
    assert [row.person.department for row in listed.rows] == ["Physics", "Physics"]


def test_the_first_sheet_with_a_list_is_read_and_the_others_are_named() -> None:
    def hide(made: Workbook) -> None:
        made.worksheets[1].sheet_state = "hidden"

    sheets = {"Notes": [["Hello"]], "Old": [HEAD, [1, "Old"]], "7a": [HEAD, [17, "Ada"]]}
    listed = read(sheets, hide)
    assert people(listed) == [("17", "Ada")]
    assert listed.notes == ("The sheet “7a” was read, and not “Notes”, “Old” (hidden).",)
    assert listed.sheets == ("Notes", "7a")
    with pytest.raises(StudentListError, match="There is no sheet “Old”"):
        read(sheets, hide, ListChoices(sheet="Old"))


def test_dates_beside_the_number_are_kept() -> None:
    (row,) = read({"Class": [[*HEAD, "year"], [17, "Ada", date(2026, 9, 1)]]}).rows
    assert row.person.year == "2026-09-01"


def test_a_file_that_expands_to_too_much_is_refused_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    filled = with_part(book(ONE), SHEET, b"<worksheet>" + b" " * 70_000_000 + b"</worksheet>")
    assert len(filled) < 500_000
    with pytest.raises(StudentListError, match="holds too much"):
        parse_file(filled, "list.xlsx")
    monkeypatch.setattr(excel_table, "MOST_CELLS", 3)
    with pytest.raises(StudentListError, match="rows or 3 cells"):
        read(ONE)


@pytest.mark.parametrize(
    ("part", "before", "many"),
    [
        (SHEET, b"</row></sheetData>", b"<c/>" * 20_000),
        (SHEET, b"</worksheet>", b'<mergeCell ref="A1:A90000"/>' * 50_000),
        ("xl/styles.xml", b"</cellXfs>", b'<xf numFmtId="0"/>' * 100_000),
    ],
    ids=["one row", "merged cells", "styles"],
)
def test_what_would_be_slow_to_read_is_refused_before(part: str, before: bytes, many: bytes) -> None:
    data = book(ONE)
    content = part_of(data, part)
    assert before in content
    with pytest.raises(StudentListError, match=r"holds too much|a row that no spreadsheet can have"):
        parse_file(with_part(data, part, content.replace(before, many + before)), "list.xlsx")


def test_a_comment_full_of_merged_cells_takes_no_time() -> None:
    data = book(ONE)
    comment = b"<!-- " + b"<mergeCell " * 20_000 + b" -->"
    sheet = part_of(data, SHEET).replace(b"</worksheet>", comment + b"</worksheet>")
    begin = time.process_time()
    assert people(students_of(parse_file(with_part(data, SHEET, sheet), "list.xlsx"))) == [("17", "Ada")]
    assert time.process_time() - begin < 5


def test_what_a_file_says_of_its_size_is_not_believed() -> None:
    data = book(ONE)
    sheet = part_of(data, SHEET)
    huge = sheet.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"').replace(
        b"</sheetData>", b'<row r="90000"><c r="XFD90000"><v>1</v></c></row></sheetData>'
    )
    assert people(students_of(parse_file(with_part(data, SHEET, huge), "list.xlsx"))) == [("17", "Ada")]
    small = sheet.replace(b'ref="A1:B2"', b'ref="A1"')
    assert people(students_of(parse_file(with_part(data, SHEET, small), "list.xlsx"))) == [("17", "Ada")]


@pytest.mark.parametrize(
    ("part", "content"),
    [
        (SHEET, b"<worksheet><sheetData><row>"),
        (SHEET, b""),
        (
            SHEET,
            b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
            + b"".join(
                b'<!ENTITY a%d "%s">' % (n, b"&a%s;" % (b"" if n == 1 else b"%d" % (n - 1)) * 10)
                for n in range(1, 9)
            )
            + b']><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            b'<row r="1"><c r="A1" t="inlineStr"><is><t>&a8;</t></is></c></row></sheetData></worksheet>',
        ),
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/styles.xml", b"no XML"),
        ("[Content_Types].xml", b"<Types/>"),
    ],
    ids=["cut", "empty", "entities", "no sheets", "no styles", "no types"],
)
def test_a_damaged_or_hostile_file_is_one_sentence(part: str, content: bytes) -> None:
    with pytest.raises(StudentListError, match=r"list\.xlsx"):
        students_of(parse_file(with_part(book(ONE), part, content), "list.xlsx"))


@pytest.mark.parametrize("packing", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_file_that_no_spreadsheet_packs_so_is_one_sentence(packing: int) -> None:
    data, packed = book(ONE), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w", packing) as new:
        for part in old.namelist():
            new.writestr(part, old.read(part))
    broken = bytearray(packed.getvalue())
    broken[60:80] = bytes(20)  # what LZMA unpacks there is an error of its own kind
    for sent in (packed.getvalue(), bytes(broken)):
        with pytest.raises(StudentListError, match=r"list\.xlsx can't be read as an Excel file"):
            parse_file(sent, "list.xlsx")


def test_a_cut_file_and_another_archive_are_one_sentence() -> None:
    with pytest.raises(StudentListError, match="not a complete Excel file"):
        parse_file(book(ONE)[:-200], "list.xlsx")
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(StudentListError, match=r"is not an \.xlsx file"):
        parse_file(other.getvalue(), "list.ods")
