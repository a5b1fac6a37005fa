"""The audit trail in the browser, for admins."""

from __future__ import annotations

import pytest

from attendance.audit.chain.values import AuditKind
from attendance.register import Register
from attendance.values import MarkStatus
from client.teacher.audit.audit_words import KINDS
from tests.client.signed_in import SignedIn, SignIn

TRAIL = "/admin/audit/"


@pytest.fixture
def marked(admin: SignedIn, register: Register) -> SignedIn:
    """A register in which two students were marked, one of them twice, by a command and by the admin."""
    for roll_number, status in (("1", "present"), ("2", "present"), ("1", "excused")):
        register.marking.mark(roll_number, MarkStatus(status), by="ada")
    return admin


def test_each_kind_has_words() -> None:
    assert KINDS.keys() == {*AuditKind}


def test_marks_are_shown_with_what_was_before(marked: SignedIn, register: Register) -> None:
    page = marked.get(TRAIL).text
    assert "Mark changed: present by hand, now excused by hand" in page
    assert register.audit.head() in page
    assert register.students.get("1").name in page


def test_the_trail_is_filtered_by_student_kind_actor_and_days(marked: SignedIn) -> None:
    only = marked.get(f"{TRAIL}?roll=2&kind=marked").text
    assert only.count("Marked: present by hand") == 1
    assert "now excused" not in only
    assert "No entries match" in marked.get(f"{TRAIL}?kind=spot_check").text
    assert "No entries match" in marked.get(f"{TRAIL}?first=2099-01-01").text
    assert "No entries match" in marked.get(f"{TRAIL}?last=2001-01-01").text
    assert "Logged in" in marked.get(f"{TRAIL}?who=user:{marked.user.username}").text


def test_what_cannot_be_understood_is_said(marked: SignedIn) -> None:
    assert "No student has the roll number 777." in marked.get(f"{TRAIL}?roll=777").text
    assert "A day is written like 2026-11-30." in marked.get(f"{TRAIL}?first=yesterday").text
    assert marked.get(f"{TRAIL}?below=x&kind=x").status_code == 200


def test_older_entries_come_page_by_page(admin: SignedIn, register: Register) -> None:
    for _ in range(120):
        register.audit.note(AuditKind.EXPORT, "physics", format="csv")
    first = admin.get(TRAIL).text
    below = first.partition("below=")[2].partition('"')[0]
    second = admin.get(f"{TRAIL}?below={below}").text
    assert first.count("Report or data exported</td>") == 100
    assert 0 < second.count("Report or data exported</td>") <= 20
    assert "Older entries" not in second


def test_it_is_for_admins_alone(sign_in: SignIn) -> None:
    assert sign_in(enrols=True).get(TRAIL).status_code == 403
