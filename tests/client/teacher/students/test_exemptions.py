"""A student who can't turn the head is exempted by one tap of any teacher of theirs, which is on record."""

from __future__ import annotations

from attendance.register import Register
from attendance.values import ChangeKind
from tests.client.signed_in import SignedIn, SignIn


def page_of(register: Register) -> str:
    return f"/teach/students/{register.students.get('1').id}"


def test_a_teacher_exempts_a_student_by_one_tap_and_ends_that(teacher: SignedIn, register: Register) -> None:
    page = page_of(register)
    assert "Does not turn the head" in teacher.get(page).text
    assert teacher.post(f"{page}/movement", {"exempt": "yes"}).status_code == 303
    assert register.students.get("1").movement_exempt
    assert "Eileen Collins need not turn the head" in (shown := teacher.get(page).text)
    assert "Ask for the turn again" in shown
    for _ in range(2):  # the second tap changes nothing
        assert teacher.post(f"{page}/movement", {"exempt": "no"}).status_code == 303
    assert not register.students.get("1").movement_exempt
    noted = [(each.kind, each.by) for each in register.student_history.latest(9)]
    me = teacher.user.id
    assert {*noted} == {(ChangeKind.MOVEMENT_ASKED, me), (ChangeKind.MOVEMENT_EXEMPTED, me)}
    assert len(noted) == 2


def test_a_change_of_details_keeps_it(enroller: SignedIn, admin: SignedIn, register: Register) -> None:
    page = page_of(register)
    admin.post(f"{page}/movement", {"exempt": "yes"})
    sent = {"roll_number": "1", "name": "Eileen M. Collins", "active": "yes"}
    assert enroller.post(f"{page}/edit", sent).status_code == 303
    student = register.students.get("1")
    assert (student.name, student.movement_exempt) == ("Eileen M. Collins", True)
    kinds = {each.kind for each in register.student_history.latest(9)}
    assert kinds == {ChangeKind.DETAILS, ChangeKind.MOVEMENT_EXEMPTED}
    assert "Need not turn the head to check in" in admin.get("/admin/changes/").text


def test_another_teachers_student_stays_as_they_are(sign_in: SignIn, register: Register) -> None:
    register.courses.add("History", teachers=["somebody"], roster=["1"])
    stranger = sign_in()
    assert stranger.post(f"{page_of(register)}/movement", {"exempt": "yes"}).status_code == 403
    assert not register.students.get("1").movement_exempt
