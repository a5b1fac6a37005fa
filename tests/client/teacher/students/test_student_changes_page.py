"""What admins read of changes of students, so that nothing happens unseen."""

from __future__ import annotations

import base64

import pytest

from attendance.register import Register
from attendance.values import ChangeKind, Role
from client.teacher.students.changes_page import MOST_SHOWN
from tests.attendance.frozen_clock import FrozenClock
from tests.client.signed_in import SignedIn, SignIn

CHANGES = "/admin/changes/"
STUDENTS = "/teach/students/"


def id_of(register: Register, roll_number: str) -> str:
    return register.students.get(roll_number).id


def test_a_colleagues_student_is_taken_by_nobody_unseen(
    sign_in: SignIn, admin: SignedIn, register: Register
) -> None:
    theirs = register.courses.add("History", teachers=[sign_in().user.id], roster=["1"])
    curious, enroller = sign_in(), sign_in(enrols=True)
    mine = register.courses.add("Physics", teachers=[curious.user.id, enroller.user.id], roster=[])
    student = STUDENTS + id_of(register, "1")
    taken = {"roll_numbers": "1"}
    assert curious.post(f"/teach/courses/{mine.id}/add", taken).status_code == 403
    assert curious.get(student).status_code == 403
    assert curious.post(f"{student}/withdraw").status_code == 403
    assert enroller.get(student).status_code == 403
    assert enroller.post(f"/teach/courses/{theirs.id}/add", taken).status_code == 403
    assert enroller.post(f"/teach/courses/{mine.id}/add", taken).status_code == 303
    enroller.post(f"{student}/withdraw")
    enroller.post(f"/teach/courses/{mine.id}/remove", {"student": "1"})
    changes = register.student_history.latest(9)
    assert {(each.kind, each.by, each.course_id) for each in changes} == {
        (ChangeKind.ROSTER_ADDED, enroller.user.id, mine.id),
        (ChangeKind.CONSENT_WITHDRAWN, enroller.user.id, None),
        (ChangeKind.ROSTER_REMOVED, enroller.user.id, mine.id),
    }
    page = admin.get(CHANGES).text
    for words in ("Put on the roster", "Consent withdrawn", "Taken off the roster", enroller.user.name):
        assert words in page
    assert "Eileen Collins" in page
    enroller.post("/teach/account/name", {"name": curious.user.name})
    assert f"{curious.user.name} ({enroller.user.username})" in admin.get(CHANGES).text
    assert enroller.get(CHANGES).status_code == 403


def test_who_is_given_the_right_to_enrol_is_listed(
    teacher: SignedIn, admin: SignedIn, register: Register
) -> None:
    account, form = f"/admin/accounts/{teacher.user.id}", {"name": teacher.user.name, "role": "teacher"}
    for more in ({"enrols": "y"}, {"enrols": "y"}, {}):
        assert admin.post(account, form | more).status_code == 303
    newcomer = {"name": "Grace Hopper", "username": "grace", "role": "teacher", "enrols": "y"}
    admin.post("/admin/accounts/new", newcomer)
    me = teacher.user.id
    noted = [(each.kind, each.user_id) for each in register.student_history.latest(9)]
    grace = next(user.id for user in register.accounts.all() if user.username == "grace")
    assert sorted(noted) == sorted(
        [
            (ChangeKind.ENROL_RIGHT_GIVEN, me),
            (ChangeKind.ENROL_RIGHT_TAKEN, me),
            (ChangeKind.ENROL_RIGHT_GIVEN, grace),
        ]
    )
    page = admin.get(CHANGES).text
    assert "May enrol from now on" in page
    assert "May no longer enrol" in page
    assert f"{teacher.user.name} ({teacher.user.username})" in page


def test_who_may_not_is_told_whom_to_ask(teacher: SignedIn, admin: SignedIn, register: Register) -> None:
    course = register.courses.add("Physics", teachers=[teacher.user.id], roster=["1"])
    for path in (f"{STUDENTS}{id_of(register, '1')}", f"/teach/courses/{course.id}"):
        page = teacher.get(path)
        assert page.status_code == 200
        assert f"Ask an admin to tick “May enrol” for you under Accounts: {admin.user.name}." in page.text
        assert "Eileen Collins" in page.text
    refused = teacher.get(STUDENTS + "add")
    assert refused.status_code == 403
    assert admin.user.name in refused.text


def test_an_admin_gives_and_takes_the_right(admin: SignedIn, teacher: SignedIn, register: Register) -> None:
    path = f"/admin/accounts/{teacher.user.id}"
    form = {"name": teacher.user.name, "role": "teacher"}
    assert teacher.get(STUDENTS + "add").status_code == 403
    assert admin.post(path, form | {"enrols": "y"}).status_code == 303
    assert "checked" in admin.get(path).text
    assert "may enrol" in admin.get("/admin/accounts/").text
    assert teacher.get(STUDENTS + "add").status_code == 200
    assert admin.post(path, form).status_code == 303
    assert teacher.get(STUDENTS + "add").status_code == 403
    assert not register.accounts.get(teacher.user.id).may_enrol


def test_a_new_account_has_the_right_only_if_ticked(admin: SignedIn, register: Register) -> None:
    form = {"name": "Grace Hopper", "role": "teacher"}
    admin.post("/admin/accounts/new", form | {"username": "grace", "enrols": "y"})
    admin.post("/admin/accounts/new", form | {"username": "hopper"})
    rights = {user.username: user.may_enrol for user in register.accounts.all()}
    assert (rights["grace"], rights["hopper"], rights[admin.user.username]) == (True, False, True)


@pytest.mark.parametrize("role", [Role.TEACHER, Role.ADMIN])
def test_each_change_on_the_pages_is_noted(sign_in: SignIn, register: Register, role: Role) -> None:
    browser = sign_in(role=role, enrols=True)
    form = {"roll_number": "17", "name": "Student Seventeen"}
    browser.post(STUDENTS + "add", form)
    student = STUDENTS + id_of(register, "17")
    browser.post(f"{student}/edit", {**form, "email": "s17@example.org", "active": "y"})
    browser.post(f"{student}/edit", {**form, "email": "s17@example.org", "active": "y"})  # changes nothing
    browser.post(f"{student}/consent", {"how": "signed form"})
    browser.post(f"{student}/withdraw")
    browser.post(
        STUDENTS + "roster/take", {"list": base64.b64encode(b"roll_no,name\n17,Student XVII\n18,Student\n")}
    )
    noted = [(each.kind, each.student_id, each.by) for each in register.student_history.latest(99)]
    seventeen, eighteen, me = id_of(register, "17"), id_of(register, "18"), browser.user.id
    assert sorted(noted) == sorted(
        [
            (ChangeKind.ADDED, seventeen, me),
            (ChangeKind.DETAILS, seventeen, me),
            (ChangeKind.CONSENT_RECORDED, seventeen, me),
            (ChangeKind.CONSENT_WITHDRAWN, seventeen, me),
            (ChangeKind.DETAILS, seventeen, me),
            (ChangeKind.ADDED, eighteen, me),
        ]
    )


def test_of_an_erased_student_only_the_erasure_is_left(admin: SignedIn, register: Register) -> None:
    student = id_of(register, "1")
    admin.post(f"{STUDENTS}{student}/withdraw")
    admin.post(f"{STUDENTS}{student}/remove", {"roll_number": "1"})
    [left] = register.student_history.latest(9)
    assert (left.kind, left.student_id, left.by) == (ChangeKind.ERASED, None, admin.user.id)
    assert "A student was erased" in admin.get(CHANGES).text


def test_the_list_may_be_about_one_student(admin: SignedIn, register: Register) -> None:
    for number in ("1", "2"):
        admin.post(f"{STUDENTS}{id_of(register, number)}/withdraw")
    admin.get(CHANGES)  # shows what the last form said
    page = admin.get(CHANGES, query_string={"student": id_of(register, "1")}).text
    assert "Eileen Collins" in page
    assert "Grace Hopper" not in page
    assert "No changes yet" not in page


def test_an_import_hides_no_change_that_came_before_it(
    admin: SignedIn, register: Register, clock: FrozenClock
) -> None:
    ids = [id_of(register, "1")]
    register.student_history.note(ChangeKind.CONSENT_WITHDRAWN, ids, by="somebody curious")
    for _ in range(MOST_SHOWN):
        clock.advance(seconds=1)
        register.student_history.note(ChangeKind.DETAILS, ids, by=admin.user.id)
    page = admin.get(CHANGES).text
    assert "somebody curious" not in page
    assert f'href="{CHANGES}?all=yes"' in page
    older = admin.get(f"{CHANGES}?all=yes").text
    assert "somebody curious" in older
    assert "Show the older ones" not in older
