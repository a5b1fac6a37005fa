"""The page on which receipts and certificates are verified."""

from __future__ import annotations

import html

import pytest

from attendance.audit.receipts.receipts import IssuedReceipt
from attendance.audit.receipts.signing import key_text
from attendance.register import Register
from attendance.values import MarkStatus, Session
from tests.client.signed_in import SignedIn, SignIn

PAGE = "/teach/receipts/"


@pytest.fixture
def session(register: Register, teacher: SignedIn) -> Session:
    """A class of the teacher's, in which Eileen Collins is present."""
    course = register.courses.add("Physics", teachers=[teacher.user.id], roster=["1", "2"])
    opened = register.class_sessions.open_now(course.id, by=teacher.user.id)
    register.marking.mark("1", MarkStatus.PRESENT, by="office", session=opened)
    return opened


@pytest.fixture
def receipt(register: Register, session: Session) -> IssuedReceipt:
    (mark,) = register.store.marks(session.id)
    issued = register.receipts.issue(session.id, mark.student_id, mark.status, mark.at)
    assert issued is not None
    return issued


def said(browser: SignedIn, text: str, status: int = 200) -> str:
    """The page after verifying a text."""
    reply = browser.post(PAGE, {"text": text})
    assert reply.status_code == status
    return html.unescape(reply.text)


def test_a_genuine_one_is_shown_beside_the_register(teacher: SignedIn, receipt: IssuedReceipt) -> None:
    for text in (receipt.line, receipt.line.lower().replace("-", " "), receipt.text, f" {receipt.text}\n"):
        page = said(teacher, text)
        assert "Genuine, and the mark is there." in page
        assert "Present, " in page
        assert "Eileen Collins" in page
        assert "Physics" in page


def test_what_was_changed_later_is_said(
    teacher: SignedIn, register: Register, session: Session, receipt: IssuedReceipt
) -> None:
    for status, sentence in (
        (MarkStatus.LATE, "Genuine. The mark was changed later."),
        (MarkStatus.ABSENT, "Genuine. The mark was withdrawn or changed later, and doesn't count."),
        (MarkStatus.EXCUSED, "Genuine. The mark was withdrawn or changed later, and doesn't count."),
    ):
        register.marking.mark("1", status, by="office", session=session)
        assert sentence in said(teacher, receipt.line)


def test_a_cancelled_class_and_an_erased_student_are_said(
    teacher: SignedIn, register: Register, session: Session, receipt: IssuedReceipt
) -> None:
    register.cancelling.cancel(session.id, by="office")
    assert "The class was cancelled later" in said(teacher, receipt.text)
    register.students.remove("1")
    page = said(teacher, receipt.text)
    assert "the student was erased, or the mark was deleted outside the program" in page
    assert "Eileen Collins" not in page


def test_a_class_that_the_register_does_not_have_is_said(admin: SignedIn, register: Register) -> None:
    issued = register.receipts.issue("nowhere", "nobody", MarkStatus.LATE, register.clock.now())
    assert issued is not None
    assert "The register no longer has this class." in said(admin, issued.line)


def test_a_teacher_of_another_course_learns_only_that_it_is_genuine(
    sign_in: SignIn, receipt: IssuedReceipt
) -> None:
    page = said(sign_in(), receipt.line)
    assert "Genuine. Only the course's teachers and admins can see" in page
    assert "Eileen Collins" not in page
    assert "Physics" not in page


def test_what_is_wrong_is_one_sentence(teacher: SignedIn, receipt: IssuedReceipt) -> None:
    third = receipt.line[:14] + ("0" if receipt.line[14] != "0" else "2") + receipt.line[15:]
    assert "Damaged: check group 3." in said(teacher, third, 422)
    assert "Some are missing" in said(teacher, receipt.line[:-7], 422)
    for text in ("", "hello", "\x00", "ü" * 50, "A" * 20_000, "<script>"):
        assert "neither a receipt nor a certificate" in said(teacher, text, 422)
    changed = receipt.text.replace("PRESENT", "LATE")
    assert "Not one of ours" in said(teacher, changed)


def test_a_certificate_is_verified_too(admin: SignedIn, teacher: SignedIn, register: Register) -> None:
    certificate = register.receipts.certificate(register.students.remove("2"))
    assert "Genuine: this site issued this certificate" in said(teacher, certificate)
    assert "Not one of ours" in said(teacher, certificate.replace("Erased: 2", "Erased: 3"))
    assert register.audit.head() in certificate


def test_the_public_key_is_shown(teacher: SignedIn, register: Register) -> None:
    assert key_text(register.receipts.keys.public_key) in teacher.get(PAGE).text
