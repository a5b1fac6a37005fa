"""Any list becomes students, and what can't be one has a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from attendance.errors import StudentListError
from attendance.lists.list_file import LARGEST_LIST, parse_file, read_file
from attendance.lists.student_list import students_of
from attendance.lists.table import MOST_ROWS
from attendance.lists.values import ListChoices, StudentList, require_roll_numbers
from attendance.people.new_student import NewStudent
from tests.attendance.lists.cases import CASES, ListCase


def read(text: str | bytes, choices: ListChoices | None = None, encoding: str | None = None) -> StudentList:
    data = text.encode() if isinstance(text, str) else text
    return students_of(parse_file(data, "list.csv", encoding), choices or ListChoices())


def people(listed: StudentList) -> list[tuple[str, str | None]]:
    return [(row.person.roll_number, row.person.name) for row in listed.rows]


def kinds(listed: StudentList) -> list[str | None]:
    return [column.kind for column in listed.columns]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_list_is_read_as_it_is_meant(case: ListCase) -> None:
    listed = read(case.data)
    assert people(listed) == list(case.students)
    assert [line.line for line in listed.refused] == list(case.refused)
    for line in listed.refused:
        assert case.refused[line.line] in line.reason
    assert {
        row.person.roll_number: row.person.email for row in listed.rows if row.person.email
    } == case.emails


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("17,Zoë\n18,Grace Hopper\n", "utf-8"),
        ("17,Zoë\r\n18,Grace Hopper", "utf-8-sig"),
        ("17;Zoë\r\n18;Grace Hopper\r\n", "utf-16"),
        ("17\tZoë\n\n \t \n18\t Grace  Hopper \n", "utf-8"),
        ("17|Zoe\u0308\r18|Grace Hopper\r", "utf-8"),
        ("\nid,name\n17,Zoë\n18,Grace Hopper\n", "utf-8"),
        ("EnrollmentID,Name\n17,Zoë\n18,Grace Hopper\n", "utf-8-sig"),
        ("Name;Roll No\nZoë;17\nGrace Hopper;18\n", "cp1252"),
        ("Vorname;Name;Nr.\n;Zoë;17\nGrace;Hopper;18\n", "utf-8"),
        ("Zoë;1815-12-10;17\nGrace Hopper;1906-12-09;18\n", "utf-8"),
    ],
)
def test_it_may_be_written_in_many_ways(text: str, encoding: str) -> None:
    assert people(read(text.encode(encoding))) == [("17", "Zoë"), ("18", "Grace Hopper")]


def test_every_column_is_read_and_others_are_named() -> None:
    listed = read(
        "roll_no,name,email,phone,department,year,Guardian E-Mail,photos,shoe size\n"
        "17,Eileen Collins,e@example.org,'+1 555,Physics,2026,guardian@example.org,3,40\n"
    )
    (row,) = listed.rows
    assert row.person == NewStudent(
        "17", "Eileen Collins", "e@example.org", "+1 555", "Physics", "2026", "guardian@example.org"
    )
    assert listed.notes == ("Not read: “shoe size”.",)


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        ("Nr.;Matrikel-Nr.;Familienname;Vorname", [None, "roll_no", "last_name", "first_name"]),
        ("N° étudiant;Nom;Prénom;Courriel", ["roll_no", "last_name", "first_name", "email"]),
        ("Matrícula;Nombre;Apellidos", ["roll_no", "first_name", "last_name"]),
        ("Matricola;Cognome;Nome", ["roll_no", "last_name", "first_name"]),
        ("Numer albumu;Imię i nazwisko", ["roll_no", "name"]),
        ("Фамилия;Имя;Номер зачётки", ["last_name", "first_name", "roll_no"]),
        ("学号;姓名;手机", ["roll_no", "name", "phone"]),
        ("Student;ID;SIS User ID;SIS Login ID;Section", ["name", None, "roll_no", None, None]),
        ("OrgDefinedId;Last Name;First Name;Email", ["roll_no", "last_name", "first_name", "email"]),
        ("Adm No;Surname;Forename;Year Group", ["roll_no", "last_name", "first_name", "year"]),
        ("USN;Name of the Student", ["roll_no", "name"]),
        ("Vorname;Nachname;ID-Nummer", ["first_name", "last_name", "roll_no"]),
        ("Prénom;Nom;Numéro d'identification", ["first_name", "last_name", "roll_no"]),
        ("Nombre;Apellido(s);Número de ID", ["first_name", "last_name", "roll_no"]),
    ],
)
def test_headings_of_several_languages_and_systems_are_known(
    headings: str, expected: list[str | None]
) -> None:
    assert kinds(read(f"{headings}\n{';'.join(['7x'] * len(expected))}\n")) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Kennzeichen;Wer\n17;Ada\n18;Grace\n",
        "Course 12;\n\nKennzeichen;Wer\n17;Ada\n18;Grace\n",
        "name\nAda\nGrace\n",
        "Lovelace;Ada\nHopper;Grace\n",
        "Physics 2 in winter term\n",
    ],
)
def test_headings_and_mere_names_are_never_numbers_and_a_person_is_asked_what_they_mean(text: str) -> None:
    listed = read(text)
    assert not listed.has_roll_numbers
    assert (listed.rows, listed.refused) == ((), ())
    with pytest.raises(StudentListError, match=r"list\.csv has no column with roll numbers among"):
        require_roll_numbers(listed, "list.csv")


def test_a_person_can_say_what_the_columns_are_and_where_the_students_begin() -> None:
    text = "Kennzeichen;Wer\n0;nobody\n17;Ada\n18;Grace\n"
    listed = read(text, ListChoices(("roll_no", "name"), first_line=3))
    assert people(listed) == [("17", "Ada"), ("18", "Grace")]
    assert [column.samples for column in listed.columns] == [("17", "18"), ("Ada", "Grace")]
    assert people(read(text, ListChoices(("name", "roll_no")))) == [
        ("nobody", "0"),
        ("Ada", "17"),
        ("Grace", "18"),
    ]


def test_a_choice_that_is_not_possible_is_refused() -> None:
    for choices in (
        ListChoices(("roll_no", "roll_no")),
        ListChoices(("password",)),
        ListChoices(sheet="Two"),
        ListChoices(("roll_no", "name", "email")),
    ):
        with pytest.raises(StudentListError):
            read("17,Ada\n", choices)


def test_names_in_parts_are_put_together() -> None:
    assert people(read("Nr;Surname;Given name\n1;王;小明\n2;Lovelace;\n3;;Ada\n")) == [
        ("1", "王小明"),
        ("2", "Lovelace"),
        ("3", "Ada"),
    ]
    assert people(read('id,LastFirst\n1,"Lovelace, Ada"\n2,Plato\n')) == [
        ("1", "Ada Lovelace"),
        ("2", "Plato"),
    ]


def test_a_line_that_only_repeats_an_earlier_one_is_no_fault() -> None:
    listed = read("17,Zoë\n17,Zoe\u0308\n17,Zoë,\n")
    assert people(listed) == [("17", "Zoë")]
    assert listed.refused == ()
    assert listed.notes == (
        "Line 2 repeats line 1 and was skipped.",
        "Line 3 repeats line 1 and was skipped.",
    )


def test_a_line_with_a_number_and_no_name_is_pointed_out() -> None:
    listed = read("Lfd. Nr.;Matrikelnummer;Name\n1;17;Ada Lovelace\nAnzahl;1;\n")
    assert [row.person.roll_number for row in listed.rows] == ["17", "1"]
    assert "Line 3 has no name. A new student would be called 1." in listed.notes
    assert read("roll_no\n17\n").notes == (), "a list without names has nothing to point out"


def test_headings_that_are_repeated_are_pointed_out_and_names_that_mean_columns_are_names() -> None:
    listed = read("xyz;nr;who\nA;17;Ada\nXYZ;Nr;Who;\nB;18;Grace\n", ListChoices((None, "roll_no", "name")))
    assert people(listed) == [("17", "Ada"), ("18", "Grace")]
    assert "Line 3 repeats the headings and was skipped." in listed.notes
    assert people(read("roll_no,name,class\nA17,Ada,Class\nB,Name,8\n")) == [("A17", "Ada"), ("B", "Name")]


def test_of_many_notes_only_some_are_kept() -> None:
    listed = read("17,Zoë\n" * 100)
    assert people(listed) == [("17", "Zoë")]
    assert len(listed.notes) == 21
    assert listed.notes[-1] == "79 more lines are like these."


def test_a_line_that_cannot_be_divided_is_refused_alone() -> None:
    listed = read('17,"Zoë\n18,Ada\n19,"Grace" Hopper\n"20","Lovelace, Ada"\n')
    assert people(listed) == [("18", "Ada"), ("20", "Lovelace, Ada")]
    assert [(line.line, line.reason) for line in listed.refused] == [
        (1, "Its quotation marks don't match."),
        (3, "Its quotation marks don't match."),
    ]


def test_cells_that_a_spreadsheet_has_damaged_are_not_taken_for_what_they_were() -> None:
    listed = read("id,name,phone\n17,#REF!,\n#N/A,Ada,\n####,Grace,\n18,Mae Jemison,4.9151E+11\n")
    assert [line.line for line in listed.refused] == [2, 3, 4]
    assert [row.person for row in listed.rows] == [NewStudent("18", "Mae Jemison")]
    assert listed.notes == ("Line 5 without the phone 4.9151E+11: a spreadsheet has shortened this number.",)


def test_a_name_that_looks_like_a_formula_is_text() -> None:
    assert people(read("17,'=HYPERLINK(1)\n18,=1+1\n")) == [("17", "=HYPERLINK(1)"), ("18", "=1+1")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b" \n , \n", "is empty"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or a protected Excel file"),
        (b"\n <HTML><table><tr><td>17</td></tr></table>", "is a web page"),
        (b"PK\x03\x04 and nothing else", "not a complete Excel file"),
        (b"\x00\x01\x02\x80\xff\xfe\x00\x00" * 20, "is not a list"),
        (b"\xff\xfe1\x007\x00,", "ends in the middle of a letter"),
        (b"17,Ada\n" * (MOST_ROWS + 1), "more than 100,000 lines"),
    ],
)
def test_what_is_no_list_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(StudentListError, match=said):
        read(data)


def test_a_file_that_is_not_there_or_far_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudentListError, match="can't be read: No such file"):
        read_file(tmp_path / "none.csv")
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(LARGEST_LIST + 1)
    with pytest.raises(StudentListError, match=f"has {LARGEST_LIST + 1} bytes"):
        read_file(large)
