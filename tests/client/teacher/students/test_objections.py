"""Who agreed and who objects is recorded on the student's page, and one mistake is taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance.register import Register
from attendance.values import ChangeKind, ConsentForm, ConsentParty
from tests.attendance.frozen_clock import FrozenClock
from tests.client.signed_in import SignedIn

GUARDIAN = ConsentParty.GUARDIAN
FORM = {
    "how": "kept in the office",
    "giver": "guardian",
    "guardian": "Ann Collins",
    "form": "paper",
    "given_on": "2026-11-20",
    "valid_until": "2027-07-31",
}


@pytest.fixture
def path(register: Register) -> str:
    """The page of a student with consent and a photo."""
    return f"/teach/students/{register.students.get('1').id}"


def test_a_guardians_consent_is_recorded_beside_the_students(
    enroller: SignedIn, register: Register, path: str
) -> None:
    assert enroller.post(f"{path}/consent", FORM).status_code == 303
    student = register.students.get("1")
    one, two = student.consents
    assert (one.giver, two.giver, two.form) == (ConsentParty.UNSTATED, GUARDIAN, ConsentForm.PAPER)
    assert (two.given_on, two.valid_until, student.guardian_name) == (
        "2026-11-20",
        "2027-07-31",
        "Ann Collins",
    )
    page = enroller.get(path).text
    for words in ("kept in the office", "A guardian", "On paper", "until 31 Jul 2027", "Ann Collins"):
        assert words in page
    assert enroller.post(f"{path}/consent", FORM | {"alone": "yes", "giver": "student"}).status_code == 303
    assert [each.giver for each in register.students.get("1").consents] == [ConsentParty.STUDENT]


def test_a_wrong_day_is_refused_and_what_was_typed_stays(
    enroller: SignedIn, register: Register, path: str
) -> None:
    for wrong, message in (
        ({"valid_until": "2020-01-01"}, "has ended already"),
        ({"given_on": "soon"}, "is not a day"),
    ):
        answer = enroller.post(f"{path}/consent", FORM | wrong)
        assert answer.status_code == 422
        assert message in answer.text
        assert 'value="kept in the office"' in answer.text
    assert len(register.students.get("1").consents) == 1


def test_a_guardians_objection_is_recorded_and_taken_back(
    enroller: SignedIn, register: Register, path: str
) -> None:
    form = {"objector": "guardian", "guardian": "Ann Collins", "how": "e-mail of 2 September"}
    assert "Who objects?" in enroller.get(f"{path}/withdraw").text
    assert enroller.post(f"{path}/withdraw", form).status_code == 303
    assert register.students.details("1").templates == 0
    page = enroller.get(path).text
    for words in ("By: A guardian.", "e-mail of 2 September", "Ann Collins", "Record an objection"):
        assert words in page
    refused = enroller.post(f"{path}/consent", {"how": "signed", "giver": "student"})
    assert (refused.status_code, "A guardian objects" in refused.text) == (409, True)
    assert enroller.post(f"{path}/undo-objection", {"objector": "guardian"}).status_code == 303
    assert register.students.get("1").consent is not None
    assert enroller.post(f"{path}/undo-objection", {"objector": "guardian"}).status_code == 303
    kinds = [each.kind for each in register.student_history.latest(9, register.students.get("1").id)]
    assert kinds.count(ChangeKind.OBJECTION_UNDONE) == 1
    assert enroller.post(f"{path}/withdraw", {"how": "x" * 201}).status_code == 422


def test_an_ended_consent_is_shown_and_admins_are_reminded_before(
    admin: SignedIn, register: Register, path: str
) -> None:
    clock = register.clock
    assert isinstance(clock, FrozenClock)
    until = (clock.now() + timedelta(days=20)).date()
    admin.post(f"{path}/consent", FORM | {"valid_until": until.isoformat(), "alone": "yes"})
    assert "The consent of 1 student ends within 30 days." in admin.get("/teach/").text
    assert "The face of a student whose consent ends" in admin.get("/admin/privacy/").text
    clock.advance(days=22)
    admin.log_in()
    page = admin.get(path).text
    assert "This consent has ended, so the face is no longer used." in page
    assert "Photos can be taken once consent is on record." in page
    assert f"{path}/camera" not in page
    assert admin.get(f"{path}/camera").status_code == 303
    assert "Eileen Collins" in admin.get("/teach/students/?show=no-consent").text
