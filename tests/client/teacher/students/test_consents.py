"""Consent of many students is recorded at once, with one note, and for nobody who has withdrawn it."""

from __future__ import annotations

import re

import pytest

from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.values import ChangeKind, Course, Withdrawal
from tests.client.signed_in import SignedIn, SignIn

PAGE = "/teach/students/consent"


@pytest.fixture
def physics(register: Register, enroller: SignedIn) -> Course:
    """A course of five: two with consent (1, 2), one who has withdrawn it (3), and two without (4, 5)."""
    for number, name in (("3", "Mae Jemison"), ("4", "Sally Ride"), ("5", "Valentina Tereshkova")):
        register.students.add(NewStudent(number, name))
    withdrawal = Withdrawal(register.clock.now(), "office")
    who = register.students.get("3")
    register.store.update_student(type(who)(**{**vars(who), "withdrawn": withdrawal}))
    register.students.add(NewStudent("6", "Peggy Whitson"))
    return register.courses.add("Physics", roster=list("12345"), teachers=[enroller.user.id])


def ids(register: Register, *numbers: str) -> list[str]:
    return [register.students.get(number).id for number in numbers]


def hows(register: Register) -> dict[str, str | None]:
    """What is on record of each student."""
    return {one.roll_number: one.consent.how if one.consent else None for one in register.students.all()}


def send(browser: SignedIn, page: str, **fields: str) -> str:
    """Send the form of a page."""
    chosen = re.search(r'name="students" value="([^"]*)"', page)
    assert chosen is not None
    answer = browser.post(PAGE, {"students": chosen[1], **fields}, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


def test_of_a_whole_roster(enroller: SignedIn, register: Register, physics: Course) -> None:
    page = enroller.get(f"{PAGE}?course={physics.id}&all=yes").text
    assert "2 students have no consent on record." in page
    assert "2 have it already and keep its date and note." in page
    assert "1 student has withdrawn consent and is left out: Mae Jemison." in page
    before = register.students.get("1").consent
    text = send(enroller, page, how=" signed   forms of today ")
    assert "Consent of 2 students is on record now." in text
    signed = "signed forms of today"
    expected = {"1": "signed form", "2": "signed form", "3": None, "4": signed, "5": signed, "6": None}
    assert hows(register) == expected
    assert register.students.get("1").consent == before
    assert register.students.get("3").withdrawn is not None
    noted = {(note.kind, note.by, note.student_id) for note in register.student_history.latest(10)}
    me = enroller.user.id
    assert noted == {(ChangeKind.CONSENT_RECORDED, me, one) for one in ids(register, "4", "5")}
    given = register.students.get("4").consent
    assert given is not None
    assert given.recorded_by == enroller.user.username


def test_of_those_who_are_ticked(enroller: SignedIn, register: Register, physics: Course) -> None:
    _, fifth = ids(register, "4", "5")
    listed = enroller.get("/teach/students/").text
    assert f'name="student" value="{fifth}"' in listed
    text = send(enroller, enroller.get(f"{PAGE}?student={fifth}&show=active").text, how="signed")
    assert "Consent of 1 student is on record now." in text
    assert [number for number, how in hows(register).items() if how == "signed"] == ["5"]
    assert physics.active


def test_what_is_on_record_is_replaced_only_if_asked(
    enroller: SignedIn, register: Register, physics: Course
) -> None:
    page = enroller.get(f"{PAGE}?course={physics.id}&all=yes").text
    send(enroller, page, how="new forms", renew="yes")
    assert hows(register) == {**dict.fromkeys("1245", "new forms"), "3": None, "6": None}


def test_all_that_a_search_finds(admin: SignedIn, register: Register, physics: Course) -> None:
    page = admin.get(f"{PAGE}?q=ride&show=no-consent&all=yes").text
    assert "Sally Ride" in page
    assert "Valentina" not in page
    send(admin, page, how="signed")
    assert hows(register)["4"] == "signed"
    assert hows(register)["5"] is None
    assert physics.active


@pytest.mark.parametrize("how", ["", "   ", "x" * 201])
def test_without_a_note_nothing_is_recorded(
    enroller: SignedIn, register: Register, physics: Course, how: str
) -> None:
    before = hows(register)
    answer = enroller.post(PAGE, {"students": ",".join(ids(register, "4", "5")), "how": how})
    assert answer.status_code == 422
    assert "how consent was given" in answer.text
    assert "Sally Ride" in answer.text
    assert hows(register) == before
    assert register.student_history.latest(10) == []
    assert physics.active


def test_nobody_records_for_students_of_others(
    enroller: SignedIn, sign_in: SignIn, register: Register, physics: Course
) -> None:
    theirs, mine = ids(register, "6", "4")
    before = hows(register)
    for wanted in (theirs, f"{mine},{theirs}"):
        assert enroller.post(PAGE, {"students": wanted, "how": "signed"}).status_code == 403
    assert enroller.post(PAGE, {"students": "nobody", "how": "signed"}).status_code == 404
    assert enroller.get(f"{PAGE}?student={theirs}").status_code == 403
    assert enroller.post(PAGE, {"students": "", "how": "signed"}).status_code == 400
    other = register.courses.add("History", roster=["6"], teachers=[sign_in().user.id])
    assert enroller.get(f"{PAGE}?course={other.id}&all=yes").status_code == 404
    assert sign_in().get(f"{PAGE}?course={physics.id}&all=yes").status_code == 403
    assert hows(register) == before


def test_who_was_erased_since_the_page_was_opened_keeps_no_consent_from_the_others(
    enroller: SignedIn, register: Register, physics: Course
) -> None:
    gone, there = ids(register, "4", "5")
    register.students.remove("4")
    page = enroller.get(f"{PAGE}?student={gone}&student={there}")
    assert page.status_code == 200
    assert f'value="{there}"' in page.text
    answer = enroller.post(PAGE, {"students": f"{gone},{there}", "how": "signed"})
    assert answer.status_code == 303
    assert hows(register)["5"] == "signed"
    assert physics.active


def test_nobody_ticked_leads_back_to_the_search(enroller: SignedIn, physics: Course) -> None:
    answer = enroller.get(f"{PAGE}?show=no-consent&course={physics.id}")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/teach/students/?show=no-consent&course={physics.id}"
