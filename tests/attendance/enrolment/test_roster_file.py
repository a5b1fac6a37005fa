"""`roster.csv` is read as spreadsheets write it, and what is wrong in it is said with the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from attendance.enrolment.roster_file import RosterRow, read_roster
from attendance.errors import EnrolmentFolderError
from attendance.people.new_student import NewStudent


def roster(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_every_column_is_read(tmp_path: Path) -> None:
    path = roster(
        tmp_path,
        "roll_no,name,email,phone,department,year,Guardian E-Mail\n"
        "17,Eileen Collins,e@example.org,+1 555,Physics,2026,guardian@example.org\n",
    )
    assert read_roster(path).rows == (
        RosterRow(
            2,
            NewStudent(
                "17", "Eileen Collins", "e@example.org", "+1 555", "Physics", "2026", "guardian@example.org"
            ),
        ),
    )


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Roll No;Name\r\n17;Zoë\r\n", "utf-8-sig"),
        ("roll-no\tname\n17\tZoë\n", "utf-16"),
        ("Name,Roll number\nZoë,17\n", "utf-8"),
        ("roll_no,name\n\n ,\n17,  Zoe\u0308  \n", "utf-8"),
    ],
    ids=[
        "semicolons and mark",
        "tabs in UTF-16",
        "other order",
        "empty lines, spaces and decomposed letters",
    ],
)
def test_the_ways_in_which_spreadsheets_write_are_read(tmp_path: Path, text: str, encoding: str) -> None:
    (row,) = read_roster(roster(tmp_path, text, encoding)).rows
    assert (row.person.roll_number, row.person.name) == ("17", "Zoë")


def test_what_guards_a_cell_against_being_a_formula_is_taken_off(tmp_path: Path) -> None:
    (row,) = read_roster(roster(tmp_path, "roll_no,phone\n17,'+1 555\n")).rows
    assert row.person.phone == "+1 555"


def test_a_column_that_is_not_known_is_named(tmp_path: Path) -> None:
    assert read_roster(roster(tmp_path, "roll_no,mail,photos\n17,x,3\n")).unknown_columns == ("mail",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no column roll_no"),
        ("name,email\nZoe,x\n", "no column roll_no"),
        ("roll_no,name,Name\n1,a,b\n", "the column name twice"),
        (
            "roll_no,name\n,Zoe\n17,A\n17,B\n",
            "line 2 has no roll number; line 4 repeats roll number 17 of line 3",
        ),
        ('roll_no,name\n17,"Zoe\n', "not a readable CSV file"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(EnrolmentFolderError, match=said):
        read_roster(roster(tmp_path, text))


def test_another_encoding_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(EnrolmentFolderError, match=r"not in UTF-8 \(byte 15\). Save it again as “CSV UTF-8”"):
        read_roster(roster(tmp_path, "roll_no,name\nZoë", "latin-1"))
