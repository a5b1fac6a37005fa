"""`studentdetails.csv` is read as other systems write it, and each refused line has a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from attendance.enrolment.enrolment_folder import FolderPlan
from attendance.errors import EnrolmentFolderError
from attendance.imports.student_list import LARGEST_LIST, parse_student_list, read_student_list


def read(text: str, encoding: str = "utf-8") -> FolderPlan:
    return parse_student_list(text.encode(encoding), "studentdetails.csv")


def people(plan: FolderPlan) -> list[tuple[str | None, str | None]]:
    return [(entry.roll_number, entry.name) for entry in plan.entries]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("17,Zoë\n18,Grace Hopper\n", "utf-8"),
        ("17,Zoë\r\n18,Grace Hopper", "utf-8-sig"),
        ("17;Zoë\r\n18;Grace Hopper\r\n", "utf-16"),
        ("17\tZoë\n\n \t \n18\t Grace  Hopper \n", "utf-8"),
        ("\nid,name\n17,Zoë\n18,Grace Hopper\n", "utf-8"),
        ("EnrollmentID,Name\n17,Zoë\n18,Grace Hopper\n", "utf-8-sig"),
        ("Name;Roll No\nZoë;17\nGrace Hopper;18\n", "utf-8"),
    ],
    ids=[
        "plain",
        "mark and returns",
        "semicolons, UTF-16",
        "tabs, empty lines",
        "heading",
        "joined",
        "turned",
    ],
)
def test_a_list_is_read_with_or_without_a_heading(text: str, encoding: str) -> None:
    plan = read(text, encoding)
    assert people(plan) == [("17", "Zoë"), ("18", "Grace Hopper")]
    assert (plan.refused, plan.notes) == ((), ())
    assert not any(entry.has_folder for entry in plan.entries)


def test_known_columns_beside_id_and_name_are_taken_and_others_named() -> None:
    plan = read("id,name,email,phone,Section\n17,Zoë,z@example.org,'+1 555,B\n")
    (entry,) = plan.entries
    assert (entry.person.email, entry.person.phone) == ("z@example.org", "+1 555")
    assert plan.notes == ("studentdetails.csv: the column “Section” is unknown and was ignored.",)


def test_columns_without_a_heading_after_the_second_are_not_guessed() -> None:
    plan = read("17,Zoë,2026-11-21,B\n")
    assert people(plan) == [("17", "Zoë")]
    assert [note.split("“")[1][:1] for note in plan.notes] == ["3", "4"]


def test_an_id_without_a_name_is_taken() -> None:
    assert people(read("17\n18,\n")) == [("17", None), ("18", None)]


def test_a_name_that_looks_like_a_formula_is_text() -> None:
    assert people(read("17,'=HYPERLINK(1)\n18,=1+1\n")) == [("17", "=HYPERLINK(1)"), ("18", "=1+1")]


def test_each_line_that_cannot_be_taken_is_named_with_its_reason() -> None:
    plan = read(f"17,Zoë\n,Grace Hopper\n{'9' * 65},Long\n20,a\u200fb\n17,Ada\n21,Eileen Collins\n")
    assert people(plan) == [("17", "Zoë"), ("21", "Eileen Collins")]
    assert [(aside.source, aside.reason.split(";")[0]) for aside in plan.refused] == [
        ("studentdetails.csv, line 2", "The line has no id."),
        ("studentdetails.csv, line 3", f"The roll number '{'9' * 64}'... has 65 characters"),
        ("studentdetails.csv, line 4", "The name of 20 contains a character that can't be seen."),
        (
            "studentdetails.csv, line 5",
            "17 is “Ada” here and “Zoë” in line 1, which was imported. Keep the right one.",
        ),
    ]


def test_a_line_that_only_repeats_an_earlier_one_is_no_fault() -> None:
    plan = read("17,Zoë\n17,Zoe\u0308\n")
    assert people(plan) == [("17", "Zoë")]
    assert plan.refused == ()
    assert plan.notes == ("studentdetails.csv, line 2 repeats 17 and was skipped.",)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b" \n , \n", "is empty"),
        (b"id,name\n", "has column names but no students"),
        ("17,Zo\xeb\n".encode("latin-1"), "is not in UTF-8 (byte 5)"),
        (b'17,"Zo\n', "is not a readable CSV file"),
        (b"17,\x00\n", "line 1"),
    ],
)
def test_what_is_no_list_is_refused(data: bytes, said: str) -> None:
    if said == "line 1":
        plan = parse_student_list(data, "studentdetails.csv")
        assert [aside.source for aside in plan.refused] == ["studentdetails.csv, line 1"]
        return
    with pytest.raises(EnrolmentFolderError, match=r"studentdetails\.csv") as refused:
        parse_student_list(data, "studentdetails.csv")
    assert said in str(refused.value)


def test_a_file_that_is_not_there_or_far_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EnrolmentFolderError, match="can't be read: No such file"):
        read_student_list(tmp_path / "none.csv")
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(LARGEST_LIST + 1)
    with pytest.raises(EnrolmentFolderError, match=f"has {LARGEST_LIST + 1} bytes"):
        read_student_list(large)
