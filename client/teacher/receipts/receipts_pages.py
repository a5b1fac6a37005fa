"""Verifying receipts and certificates: typed or pasted text in, what it is worth out."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from flask import render_template, request

from attendance.audit.receipts.certificate import MOST_CHARACTERS
from attendance.audit.receipts.findings import Compared, ReceiptFinding, VerifiedText
from attendance.audit.receipts.receipt import Receipt
from attendance.audit.receipts.signing import key_text
from attendance.errors import SessionNotFoundError
from attendance.values import Course, Student
from client.access.roles import Access, Pages, may, may_teach
from client.teacher.receipts.receipt_words import (
    Sentence,
    hidden_sentence,
    refused_sentence,
    standing_sentence,
    status_word,
)
from client.web.services import the_register

blueprint = Pages("receipts", __name__, access=Access.TEACHER, url_prefix="/teach/receipts")

Answer = str | tuple[str, int]


@dataclass(frozen=True)
class ShownReceipt:
    """A genuine receipt on the page.

    Attributes:
        receipt: what it says.
        status: in words.
        course, student: of the mark, where the user may see it and the register has it.
        mark: the mark's status now, in words; empty where it isn't shown.
    """

    receipt: Receipt
    status: str
    course: Course | None = None
    student: Student | None = None
    mark: str = ""


@blueprint.get("/")
def index() -> Answer:
    """The form."""
    return _page()


@blueprint.post("/")
def check() -> Answer:
    """Verify what was typed or pasted."""
    text = request.form.get("text", "")
    found = the_register().receipts.verify(text)
    if found.receipt is not None:
        sentence, shown = _beside_register(found.receipt)
        return _page(text, sentence, shown)
    if found.finding is ReceiptFinding.CERTIFICATE:
        return _page(text, certificate=found.text)
    page = _page(text[:MOST_CHARACTERS], refused_sentence(found))
    return page, _status_of(found)


def _page(
    text: str = "", sentence: Sentence | None = None, shown: ShownReceipt | None = None, certificate: str = ""
) -> str:
    return render_template(
        "teacher/receipts/index.html",
        text=text,
        sentence=sentence,
        shown=shown,
        certificate=certificate,
        public_key=key_text(the_register().receipts.keys.public_key),
    )


def _beside_register(receipt: Receipt) -> tuple[Sentence, ShownReceipt]:
    """What the register says of a receipt, as far as the user may know."""
    compared = the_register().receipts.compare(receipt)
    course = _course_of(compared)
    status = status_word(receipt.status)
    if not may(Access.ADMIN) and (course is None or not may_teach(course)):
        return hidden_sentence(), ShownReceipt(receipt, status)
    if compared.mark is None:
        return standing_sentence(compared), ShownReceipt(receipt, status, course)
    student = the_register().store.student(compared.mark.student_id)
    now = status_word(compared.mark.status)
    return standing_sentence(compared), ShownReceipt(receipt, status, course, student, now)


def _course_of(compared: Compared) -> Course | None:
    if compared.session is None:
        return None
    try:
        return the_register().sessions.course_of(compared.session)
    except SessionNotFoundError:
        return None


def _status_of(found: VerifiedText) -> int:
    """What can't be read is an error; what isn't genuine is an answer."""
    return HTTPStatus.OK if found.finding is ReceiptFinding.NOT_OURS else HTTPStatus.UNPROCESSABLE_ENTITY
