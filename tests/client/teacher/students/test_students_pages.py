"""The teacher finds, adds, changes and erases students."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote

import pytest

from attendance.audit.receipts.findings import ReceiptFinding
from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.values import Consent, MarkStatus, Withdrawal
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import HOPPER
from tests.attendance.store.twins import add_twin
from tests.client.signed_in import SignedIn, SignIn

STUDENTS = "/teach/students/"


def page_of(register: Register, roll_number: str) -> str:
    """The path of a student's page."""
    return f"{STUDENTS}{register.students.get(roll_number).id}"


def test_everybody_is_listed_and_a_search_finds_some(admin: SignedIn) -> None:
    assert all(name in admin.get(STUDENTS).text for name in ("Eileen Collins", "Grace Hopper"))
    found = admin.get(STUDENTS + "?q=gra+hop").text
    assert "Grace Hopper" in found
    assert "Eileen Collins" not in found
    assert "No students found" in admin.get(STUDENTS + "?q=nobody").text


@pytest.mark.parametrize("typed", ["sean", "obrien", "o%27brien,+SEAN", "O%E2%80%99Brien", "CS%E2%80%9317"])
def test_a_search_finds_a_name_however_it_is_written(admin: SignedIn, register: Register, typed: str) -> None:
    register.students.add(NewStudent("cs-17", "Seán O\u02bcBrien"))
    found = admin.get(f"{STUDENTS}?q={typed}").text
    assert "cs-17" in found
    assert "Grace Hopper" not in found


def test_an_admin_finds_twins_and_gives_one_another_number(
    admin: SignedIn, enroller: SignedIn, register: Register
) -> None:
    assert "written differently" not in admin.get(STUDENTS).text
    one = register.students.add(NewStudent("CS-17", "Mae Jemison"))
    add_twin(register.store, replace(one, id="twin", roll_number="cs-17", name="Ada Lovelace"))
    assert "2 students have roll numbers that others have, too" in admin.get(STUDENTS).text
    page = admin.get(STUDENTS + "?show=twins").text
    assert page.index("Mae Jemison") < page.index("Ada Lovelace")
    assert "Grace Hopper" not in page
    assert "written differently" not in enroller.get(STUDENTS).text
    assert "Grace Hopper" in enroller.get(STUDENTS + "?show=twins").text, "as if it were not asked for"
    form = {"roll_number": "Cs-17", "name": "Grace Hopper", "active": "yes"}
    taken = admin.post(page_of(register, "2") + "/edit", form)
    assert taken.status_code == 422
    assert "Another student has the roll number CS-17, which is the same." in taken.text
    form = {"roll_number": "18", "name": "Ada Lovelace", "active": "yes"}
    assert admin.post(f"{STUDENTS}twin/edit", form).status_code == 303
    assert "written differently" not in admin.get(STUDENTS).text


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=99999999", "show=x", "course=x", "q=%00%ff"])
def test_a_strange_address_of_the_list_is_no_error(admin: SignedIn, query: str) -> None:
    assert admin.get(f"{STUDENTS}?{query}").status_code == 200


def test_who_is_not_active_is_listed_when_asked_for(admin: SignedIn, register: Register) -> None:
    form = {"roll_number": "2", "name": "Grace Hopper"}  # the box is not ticked
    assert admin.post(page_of(register, "2") + "/edit", form).status_code == 303
    assert not register.students.get("2").active
    assert "Grace Hopper" not in admin.get(STUDENTS).text
    assert "Grace Hopper" in admin.get(STUDENTS + "?show=inactive").text


def test_who_lacks_consent_or_a_photo_is_found_from_the_first_page(
    admin: SignedIn, register: Register
) -> None:
    register.students.add(NewStudent("3", "Student Three"))
    consent = Consent(given_at=register.clock.now(), recorded_by="office", how="signed form")
    register.students.note_consent(register.students.add(NewStudent("4", "Student Four")).id, consent)
    home = admin.get("/teach/").text
    for shown, who in (("no-consent", "Student Three"), ("no-photo", "Student Four")):
        address = f"{STUDENTS}?show={shown}"
        assert f'href="{address}"' in home
        page = admin.get(address).text
        names = ("Eileen Collins", "Grace Hopper", "Student Three", "Student Four")
        assert [name for name in names if name in page] == [who]


def test_who_has_one_photo_is_found_from_the_first_page_and_offered_more(
    admin: SignedIn, register: Register
) -> None:
    consent = Consent(register.clock.now(), "office", "signed form")
    register.enrolment.enrol(
        NewStudent("2"), {"a.png": photo_of(HOPPER, side=90), "b.png": photo_of(HOPPER, side=80)}, consent
    )
    home = admin.get("/teach/").text
    assert "1 student has only one photo. Two or three make fewer mistakes." in home
    assert f'href="{STUDENTS}?show=one-photo"' in home
    listed = admin.get(f"{STUDENTS}?show=one-photo").text
    assert "Eileen Collins" in listed
    assert "Grace Hopper" not in listed
    assert "Two or three photos make fewer mistakes" in admin.get(page_of(register, "1")).text
    assert "Two or three photos make fewer mistakes" not in admin.get(page_of(register, "2")).text


def test_photos_of_the_former_engine_do_not_count_and_the_page_says_how_they_come_back(
    admin: SignedIn, register: Register
) -> None:
    student = register.students.get("1")
    (template,) = register.store.templates_of(student.id)
    register.store.add_templates([replace(template, id="old", source="another", engine="old-1")])
    page = admin.get(page_of(register, "1")).text
    assert "2 photos are enrolled." in page
    assert "1 of them belongs to the way faces were compared before" in page
    assert "the face of 1 photo, cut out" in page
    for question in ("remove", "withdraw"):
        assert "2 enrolled photos, with the stored faces, and the portrait" in " ".join(
            admin.get(f"{page_of(register, '1')}/{question}").text.split()
        )


def test_an_empty_register_says_what_to_do_first(admin: SignedIn, register: Register) -> None:
    for student in register.students.all():
        register.students.remove(student.roll_number)
    assert "No students yet" in admin.get(STUDENTS).text


def test_somebody_is_added(admin: SignedIn, register: Register) -> None:
    answer = admin.post(STUDENTS + "add", {"roll_number": " 17 ", "name": "Student One", "course": ""})
    assert answer.status_code == 303
    assert register.students.get("17").name == "Student One"
    assert "Student One was added." in admin.get(answer.location).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"roll_number": "1", "name": "Student One"}, "Another student already has this roll number"),
        ({"roll_number": "", "name": "Student One"}, "Enter a roll number."),
        ({"roll_number": "x" * 65, "name": "Student One"}, "Use at most 64 characters"),
        ({"roll_number": "a\u202eb", "name": "Student One"}, "be seen"),
        ({"roll_number": "17", "name": "Student One", "email": "x" * 201}, "Use at most 200 characters"),
        (
            {"roll_number": "17", "name": "Student One", "guardian_email": "a@example.org, b@example.org"},
            "Enter one address",
        ),
        ({"roll_number": "17", "name": "Student One", "email": "n/a"}, "Enter one address"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    admin: SignedIn, register: Register, typed: dict[str, str], said: str
) -> None:
    answer = admin.post(STUDENTS + "add", typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="Student One"' in answer.text
    assert len(register.students.all()) == 2


def test_an_address_that_was_stored_unchecked_stops_no_other_change(
    admin: SignedIn, register: Register
) -> None:
    register.store.update_student(replace(register.students.get("1"), email="n/a"))
    form = {"roll_number": "1", "name": "Eileen Collins", "active": "y"}
    path = page_of(register, "1") + "/edit"
    assert admin.post(path, form | {"email": "n/a", "phone": "303 555 0117"}).status_code == 303
    student = register.students.get("1")
    assert (student.email, student.phone) == ("n/a", "303 555 0117")
    assert admin.post(path, form | {"email": "none"}).status_code == 422
    assert admin.post(path, form | {"email": ""}).status_code == 303
    assert register.students.get("1").email is None


def test_a_guardians_address_is_kept_shown_found_and_cleared(admin: SignedIn, register: Register) -> None:
    path = page_of(register, "1")
    form = {"roll_number": "1", "name": "Eileen Collins", "active": "y"}
    assert admin.post(path + "/edit", form | {"guardian_email": " guardian@example.org "}).status_code == 303
    assert register.students.get("1").guardian_email == "guardian@example.org"
    assert "guardian@example.org" in admin.get(path).text
    assert 'value="guardian@example.org"' in admin.get(path + "/edit").text
    found = admin.get(STUDENTS + "?q=guardian@").text
    assert "Eileen Collins" in found
    assert "Grace Hopper" not in found
    assert admin.post(path + "/edit", form | {"guardian_email": ""}).status_code == 303
    assert register.students.get("1").guardian_email is None


def test_a_search_finds_by_details_only_for_those_who_enrol(
    teacher: SignedIn, enroller: SignedIn, register: Register
) -> None:
    person = NewStudent("1", "Eileen Collins", guardian_email="guardian@example.org", department="Flight")
    register.students.change(register.students.get("1").id, person, active=True)
    for words, found in (("guardian@", False), ("flight", False), ("eileen", True), ("1", True)):
        assert ("Eileen Collins" in teacher.get(f"{STUDENTS}?q={words}").text) is found
        assert "Eileen Collins" in enroller.get(f"{STUDENTS}?q={words}").text
    for narrowed in ("no-consent", "no-photo"):
        assert "Eileen Collins" in teacher.get(f"{STUDENTS}?show={narrowed}").text, "as if it said nothing"
        assert "Eileen Collins" not in enroller.get(f"{STUDENTS}?show={narrowed}").text


def test_a_changed_roll_number_keeps_the_face(admin: SignedIn, register: Register) -> None:
    path = page_of(register, "1")
    form = {"roll_number": "2026-1", "name": "Eileen Collins", "active": "y"}
    assert admin.post(path + "/edit", form).status_code == 303
    assert register.students.details("2026-1").templates == 1


def test_withdrawing_consent_is_asked_noted_and_keeps_marks(enroller: SignedIn, register: Register) -> None:
    path = page_of(register, "1")
    register.marking.mark("1", MarkStatus.LATE, by="office")
    assert f'href="{path}/withdraw"' in enroller.get(path).text
    page = enroller.get(f"{path}/withdraw")
    assert "1 enrolled photo" in page.text
    assert register.students.details("1").templates == 1, "looking changes nothing"
    answer = enroller.post(f"{path}/withdraw")
    assert answer.status_code == 303
    shown = enroller.get(answer.location).text
    assert "Photos and portrait of Eileen Collins were erased." in shown
    assert f"Withdrawn on 23 Nov 2026, noted by {enroller.user.username}." in shown
    assert "Record consent" in shown
    student = register.students.get("1")
    assert student.consent is None
    assert student.withdrawn == Withdrawal(register.clock.now(), enroller.user.username)
    assert len(register.store.marks_of_student(student.id)) == 1
    assert "The student or a guardian</label>" not in enroller.get(f"{path}/withdraw").text, (
        "both are named now"
    )
    assert enroller.post(f"{path}/withdraw").status_code == 303
    assert register.students.get("1") == student


def test_consent_given_again_ends_the_withdrawal(enroller: SignedIn, register: Register) -> None:
    path = page_of(register, "1")
    enroller.post(f"{path}/withdraw")
    assert enroller.post(f"{path}/consent", {"how": "signed again"}).status_code == 303
    assert "Withdrawn on" not in enroller.get(path).text
    assert register.students.get("1").withdrawn is None


def test_erasing_asks_for_the_roll_number(admin: SignedIn, register: Register) -> None:
    path = page_of(register, "1") + "/remove"
    assert "can't be undone" in admin.get(path).text.replace("&#39;", "'")
    assert "Downloaded or sent files" in admin.get(path).text
    wrong = admin.post(path, {"roll_number": "2"})
    assert wrong.status_code == 422
    assert 'value="2"' in wrong.text
    assert len(register.students.all()) == 2
    erased = admin.post(path, {"roll_number": " 1"})
    assert erased.status_code == 200
    assert "Eileen Collins and all data stored about them were erased." in erased.text
    link = re.search(r'href="data:text/plain;charset=utf-8,([^"]+)"', erased.text)
    assert link
    certificate = unquote(link.group(1))
    assert register.receipts.verify(certificate).finding is ReceiptFinding.CERTIFICATE
    assert "Collins" not in certificate
    assert [student.roll_number for student in register.students.all()] == ["2"]
    assert admin.get(path).status_code == 404


def test_a_teacher_sees_only_who_is_on_their_rosters(sign_in: SignIn, register: Register) -> None:
    mine, other = sign_in(enrols=True), sign_in(enrols=True)
    register.courses.add("Physics 2", teachers=[mine.user.id], roster=["1"])
    register.courses.add("History", teachers=[other.user.id], roster=["2"])
    listed = mine.get(STUDENTS).text
    assert "Eileen Collins" in listed
    assert "Grace Hopper" not in listed
    assert mine.get(page_of(register, "1")).status_code == 200
    for tail in ("", "/edit", "/camera", "/portrait", "/withdraw"):
        assert mine.get(page_of(register, "2") + tail).status_code == 403
    assert mine.post(page_of(register, "2") + "/consent", {"how": "by word"}).status_code == 403
    assert mine.post(page_of(register, "2") + "/withdraw").status_code == 403
    assert register.students.get("2").consent is not None


def test_a_teacher_adds_to_a_course_of_theirs_only(sign_in: SignIn, register: Register) -> None:
    mine, other = sign_in(enrols=True), sign_in(enrols=True)
    course = register.courses.add("Physics 2", teachers=[mine.user.id])
    foreign = register.courses.add("History", teachers=[other.user.id])
    form = {"roll_number": "17", "name": "Student One"}
    assert mine.post(STUDENTS + "add", {**form, "course": foreign.id}).status_code == 403
    assert mine.post(STUDENTS + "add", {**form, "course": ""}).status_code == 403
    assert mine.post(STUDENTS + "add", {**form, "course": course.id}).status_code == 303
    members = register.courses.members(register.courses.get(course.id))
    assert [student.roll_number for student in members] == ["17"]


def test_only_admins_erase(teacher: SignedIn, register: Register) -> None:
    path = page_of(register, "1") + "/remove"
    assert teacher.get(path).status_code == 403
    assert teacher.post(path, {"roll_number": "1"}).status_code == 403
    assert "Erase this student" not in teacher.get(page_of(register, "1")).text
    assert len(register.students.all()) == 2


def test_nobody_else_gets_in(app: object, client: object, register: Register, enroller: SignedIn) -> None:
    stranger = enroller.client.application.test_client()
    assert stranger.get(page_of(register, "1")).status_code == 303
    unsafe = enroller.post(STUDENTS + "add", {"roll_number": "17", "name": "Student One"}, csrf=False)
    assert unsafe.status_code == 400
    assert len(register.students.all()) == 2


def test_an_unknown_student_is_a_page(admin: SignedIn) -> None:
    assert admin.get(STUDENTS + "nobody").status_code == 404
