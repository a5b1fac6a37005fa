"""A list is shown first, with what its columns are, and then imported; what was not imported is listed."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from attendance.lists.values import ListedStudent
from attendance.people.new_student import NewStudent
from attendance.register import Register
from client.teacher.students.uploaded_lists.list_rows import ListImport
from tests.attendance.lists.cases import CASES, ListCase
from tests.attendance.lists.made_books import book
from tests.client.signed_in import SignedIn
from tests.client.teacher.students.uploaded_lists.list_form import ROSTER, carried, chooses, send

FILE = (
    "roll_no,name,department,shoe size\n"
    "17,Student One,Physics,40\n"
    "1,Eileen M. Collins,,\n"
    "2,,,\n"
    "a\u202eb,X,,\n"
)


def takes(who: SignedIn, form: MultiDict[str, str]) -> TestResponse:
    """Press the button Import."""
    return who.post(ROSTER + "/take", dict(form.lists()))


def shows_again(who: SignedIn, form: MultiDict[str, str]) -> TestResponse:
    """Press the button Show again."""
    return who.post(ROSTER, dict(form.lists()))


def names_of(register: Register) -> list[tuple[str, str]]:
    return [(student.roll_number, student.name) for student in register.students.all()]


KNOWN = [("1", "Eileen Collins"), ("2", "Grace Hopper")]


def test_a_preview_writes_nothing(admin: SignedIn, register: Register) -> None:
    page = send(admin, FILE)
    assert page.status_code == 200
    assert "Import 3 students" in page.text
    assert "shoe size" in page.text
    assert "previously Eileen Collins" in page.text
    assert "was Grace Hopper" not in page.text
    assert names_of(register) == KNOWN


def test_what_was_shown_is_taken_and_the_rest_is_listed(admin: SignedIn, register: Register) -> None:
    course = register.courses.add("Physics 2")
    page = takes(admin, carried(send(admin, FILE, course.id)))
    assert "3 students were imported." in page.text
    assert "1 line was not imported" in page.text
    assert names_of(register) == [("1", "Eileen M. Collins"), ("17", "Student One"), ("2", "Grace Hopper")]
    assert register.students.details("1").templates == 1
    assert len(register.courses.members(register.courses.get(course.id))) == 3


def test_who_is_erased_while_the_list_is_imported_keeps_nobody_off_the_roster(
    admin: SignedIn, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = register.courses.add("Physics 2")
    form, add = carried(send(admin, FILE, course.id)), ListImport.add

    def erased_after(importing: ListImport, rows: Iterable[ListedStudent]) -> None:
        add(importing, rows)
        register.students.remove("2")

    monkeypatch.setattr(ListImport, "add", erased_after)
    page = takes(admin, form)
    assert page.status_code == 200
    assert "3 students were imported." in page.text
    on_it = register.courses.members(register.courses.get(course.id))
    assert [student.roll_number for student in on_it] == ["1", "17"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_list_comes_through_a_browser_as_it_is_meant(
    admin: SignedIn, register: Register, case: ListCase
) -> None:
    for known, _name in KNOWN:
        register.students.remove(known)
    shown = send(admin, case.data, name=case.name)
    assert shown.status_code == 200
    assert names_of(register) == []
    done = takes(admin, carried(shown))
    assert sorted(names_of(register)) == sorted(case.students)
    for page in (shown, done):
        for number, reason in case.refused.items():
            assert reason in page.text.replace("&#39;", "'")
            assert f">{number}</td>" in page.text
    for roll_number, address in case.emails.items():
        assert register.students.get(roll_number).email == address


def test_columns_can_be_chosen_and_the_file_is_not_lost(admin: SignedIn, register: Register) -> None:
    asked = send(admin, "Kennzeichen;Wer;Tel\n0;nobody;\n17;Ada;303\n")
    assert asked.status_code == 200
    assert "It is unclear which column has the roll numbers." in asked.text
    assert ">Kennzeichen</label>" in asked.text
    assert "formaction" not in asked.text, "there is nobody to import yet"
    form = chooses(asked, {1: "roll_no", 2: "name"}, first_line="3")
    shown = shows_again(admin, form)
    assert "Import 1 student" in shown.text
    assert names_of(register) == KNOWN
    assert "1 student was imported." in takes(admin, carried(shown)).text
    assert register.students.get("17").phone == "303"


def test_what_was_chosen_and_not_shown_yet_is_shown_before_it_is_imported(
    admin: SignedIn, register: Register
) -> None:
    shown = send(admin, "Nr;Name;Vorname\n17;Lovelace;Ada\n")
    page = takes(admin, chooses(shown, {2: "name", 3: ""}))
    assert "Your choices have changed." in page.text
    assert names_of(register) == KNOWN
    takes(admin, carried(page))
    assert register.students.get("17").name == "Lovelace"


def test_two_columns_cannot_be_the_same_and_nothing_is_lost(admin: SignedIn, register: Register) -> None:
    page = shows_again(admin, chooses(send(admin, "Nr;Name;X\n17;Ada;B\n"), {3: "name"}))
    assert page.status_code == 422
    assert "Two columns are “Name”. Choose one of them." in page.text
    takes(admin, carried(page))
    assert register.students.get("17").name == "Ada"


def test_letters_that_look_wrong_can_be_read_in_another_way(admin: SignedIn, register: Register) -> None:
    shown = send(admin, "roll_no;name\n17;Ilić\n".encode("cp1250"))
    assert "If letters look wrong" in shown.text
    assert "Ilić" not in shown.text
    page = shows_again(admin, chooses(shown, encoding="cp1250"))
    assert "Ilić" in page.text
    takes(admin, carried(page))
    assert register.students.get("17").name == "Ilić"


def test_an_excel_file_is_imported_and_another_sheet_can_be_chosen(
    admin: SignedIn, register: Register
) -> None:
    data = book(
        {
            "Read me": [["Hello"]],
            "7a": [["Roll no", "Name"], [17, "Ada"]],
            "7b": [["id", "name"], [18, "Eve"]],
        }
    )
    shown = send(admin, data, name="list.xlsx")
    assert "The sheet “7a” was read, and not “Read me”, “7b”." in shown.text
    page = shows_again(admin, chooses(shown, sheet="7b"))
    assert "Eve" in page.text
    takes(admin, carried(page))
    assert names_of(register) == [("1", "Eileen Collins"), ("18", "Eve"), ("2", "Grace Hopper")]


def test_a_number_that_lost_its_zeros_is_pointed_out(admin: SignedIn, register: Register) -> None:
    register.students.add(NewStudent("007", "James Bond"))
    page = send(admin, "roll_no,name\n7,bond james\n8,James Bond\n")
    assert "James Bond has the roll number 007, and spreadsheets drop zeros in front." in page.text
    assert "Import 1 student" in page.text


def test_the_same_number_with_another_name_is_pointed_out(admin: SignedIn, register: Register) -> None:
    register.students.add(NewStudent("cs-17", "Ada Lovelace"))
    page = send(admin, "roll_no,name\nCS-17,Grace Hopper\n")
    assert "CS-17 is the same roll number as cs-17, which another student has." in page.text
    takes(admin, carried(send(admin, "roll_no,name,year\nCS-17,Lovelace Ada,2\n")))
    student = register.students.get("cs-17")
    assert (student.roll_number, student.name, student.year) == ("cs-17", "Lovelace Ada", "2")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "No file arrived"),
        ("roll_no\n", "has no students"),
        ("roll_no\n" + "1\n" * 300_000, "larger than 500 kB"),
        ("roll_no\n" + "".join(f"{n}\n" for n in range(5001)), "more than 5,000"),
        ("%PDF-1.7", "The file is a PDF"),
    ],
)
def test_a_file_that_is_no_list_is_refused(
    admin: SignedIn, register: Register, text: str | bytes, said: str
) -> None:
    page = send(admin, text)
    assert page.status_code == 422
    assert said in page.text
    assert names_of(register) == KNOWN


@pytest.mark.parametrize(
    "form",
    [{"list": "no base64"}, {"list": ""}, {}, {"list": "MTcsQWRh", "column": ["password"]}],
    ids=["not encoded", "empty", "missing", "unknown column"],
)
def test_a_form_that_no_page_sends_is_refused(
    admin: SignedIn, register: Register, form: dict[str, object]
) -> None:
    assert admin.post(ROSTER + "/take", form).status_code in (400, 422)
    assert names_of(register) == KNOWN


def test_a_teacher_changes_nobody_elses_students(enroller: SignedIn, register: Register) -> None:
    course = register.courses.add("Physics 2", teachers=[enroller.user.id], roster=["1"])
    foreign = register.courses.add("History", teachers=["somebody"], roster=["2"])
    text = "roll_no,name\n1,Eileen M. Collins\n2,Somebody Else\n"
    assert send(enroller, text).status_code == 403
    assert send(enroller, text, foreign.id).status_code == 403
    page = send(enroller, text, course.id)
    assert "details stay as they are" in page.text
    assert takes(enroller, carried(page)).status_code == 200
    assert register.students.get("1").name == "Eileen M. Collins"
    assert register.students.get("2").name == "Grace Hopper"
    assert len(register.courses.members(register.courses.get(course.id))) == 2


def test_a_teacher_finds_out_no_number_of_anothers_student(enroller: SignedIn, register: Register) -> None:
    course = register.courses.add("Physics 2", teachers=[enroller.user.id], roster=["1"])
    register.courses.add("History", teachers=["somebody"], roster=["2"])
    page = send(enroller, "roll_no,name\n02,Grace Hopper\n01,Eileen Collins\n", course.id)
    assert "Eileen Collins has the roll number 1" in page.text
    assert "Grace Hopper has the roll number" not in page.text


@pytest.mark.parametrize(
    ("field", "called"), [("email", "email"), ("guardian_email", "guardian&#39;s email")]
)
def test_an_address_comes_with_the_file_and_a_wrong_one_is_listed(
    admin: SignedIn, register: Register, field: str, called: str
) -> None:
    shown = send(admin, f"roll_no,{field}\n1,one@example.org\n2,n/a\n")
    page = takes(admin, carried(shown))
    assert "1 student was imported." in page.text
    assert f"The {called} of 2, &#39;n/a&#39;, is not a valid address" in page.text
    assert getattr(register.students.get("1"), field) == "one@example.org"
    assert getattr(register.students.get("2"), field) is None
