"""A roster.csv is shown first and then taken; what was not taken is listed."""

from __future__ import annotations

import html
import io
import re

import pytest
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from attendance.register import Register
from tests.client.signed_in import SignedIn

ROSTER = "/teach/students/roster"
FILE = (
    "roll_no,name,department,shoe size\n"
    "17,Student One,Physics,40\n"
    "1,Eileen M. Collins,,\n"
    "2,,,\n"
    "a\u202eb,X,,\n"
)


def send(who: SignedIn, text: str | bytes, course: str = "") -> TestResponse:
    """Choose a file."""
    data = text.encode() if isinstance(text, str) else text
    parts = [("file", FileStorage(io.BytesIO(data), "roster.csv")), ("course", course)]
    # In memory: the client's own way would put a large file on the disk, and never close it.
    boundary, body = encode_multipart(MultiDict([*parts, ("csrf_token", who.token())]))
    kind = f"multipart/form-data; boundary={boundary}"
    return who.client.post(ROSTER, data=body, content_type=kind)


def carried(page: TestResponse) -> str:
    """The file's text as the preview carries it to the next step."""
    found = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page.text, re.DOTALL)
    assert found
    return html.unescape(found[1])


def test_a_preview_writes_nothing(admin: SignedIn, register: Register) -> None:
    page = send(admin, FILE)
    assert page.status_code == 200
    assert "Import 3 students" in page.text
    assert "shoe size" in page.text
    assert "previously Eileen Collins" in page.text
    assert "was Grace Hopper" not in page.text
    assert len(register.students.all()) == 2
    assert register.students.get("1").name == "Eileen Collins"


def test_what_was_shown_is_taken_and_the_rest_is_listed(admin: SignedIn, register: Register) -> None:
    course = register.courses.add("Physics 2")
    text = carried(send(admin, FILE, course.id))
    page = admin.post(ROSTER + "/take", {"text": text, "course": course.id})
    assert "3 students were imported." in page.text
    assert "1 was not imported" in page.text
    assert [(s.roll_number, s.name) for s in register.students.all()] == [
        ("1", "Eileen M. Collins"),
        ("17", "Student One"),
        ("2", "Grace Hopper"),
    ]
    assert register.students.details("1").templates == 1
    assert len(register.courses.members(register.courses.get(course.id))) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "No file arrived"),
        ("name\nStudent One\n", "no column roll_no"),
        ("roll_no\n", "has no students"),
        ("roll_no,name\n17,A\n17,B\n", "repeats roll number 17"),
        (b"roll_no,name\n1,Zo\xeb\n", "not in UTF-8"),
        ("roll_no\n" + "1\n" * 300_000, "larger than 500 kB"),
        ("roll_no\n" + "".join(f"{n}\n" for n in range(5001)), "more than 5,000"),
    ],
)
def test_a_file_that_is_no_roster_is_refused(
    admin: SignedIn, register: Register, text: str | bytes, said: str
) -> None:
    page = send(admin, text)
    assert page.status_code == 422
    assert said in page.text
    assert len(register.students.all()) == 2


def test_a_spreadsheets_utf_16_goes_through_both_steps(admin: SignedIn, register: Register) -> None:
    text = carried(send(admin, "roll_no\tname\n17\tZoë\n".encode("utf-16")))
    assert admin.post(ROSTER + "/take", {"text": text}).status_code == 200
    assert register.students.get("17").name == "Zoë"


def test_a_teacher_changes_nobody_elses_students(enroller: SignedIn, register: Register) -> None:
    course = register.courses.add("Physics 2", teachers=[enroller.user.id], roster=["1"])
    foreign = register.courses.add("History", teachers=["somebody"], roster=["2"])
    text = "roll_no,name\n1,Eileen M. Collins\n2,Somebody Else\n"
    assert send(enroller, text).status_code == 403
    assert send(enroller, text, foreign.id).status_code == 403
    assert "details stay as they are" in send(enroller, text, course.id).text
    assert enroller.post(ROSTER + "/take", {"text": text, "course": course.id}).status_code == 200
    assert register.students.get("1").name == "Eileen M. Collins"
    assert register.students.get("2").name == "Grace Hopper"
    assert len(register.courses.members(register.courses.get(course.id))) == 2


@pytest.mark.parametrize(
    ("field", "called"), [("email", "email"), ("guardian_email", "guardian&#39;s email")]
)
def test_an_address_comes_with_the_file_and_a_wrong_one_is_listed(
    admin: SignedIn, register: Register, field: str, called: str
) -> None:
    text = carried(send(admin, f"roll_no,{field}\n1,one@example.org\n2,n/a\n"))
    page = admin.post(ROSTER + "/take", {"text": text})
    assert "1 student was imported." in page.text
    assert f"The {called} of 2, &#39;n/a&#39;, is not a valid address" in page.text
    assert getattr(register.students.get("1"), field) == "one@example.org"
    assert getattr(register.students.get("2"), field) is None
