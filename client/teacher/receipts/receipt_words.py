"""What verifying a receipt found, in sentences."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from attendance.audit.receipts.findings import Compared, ReceiptFinding, ReceiptStanding, VerifiedText
from attendance.values import MarkStatus
from client.teacher.mark_words import STATES

_REFUSED = {
    ReceiptFinding.NOT_OURS: _l("Not one of ours: this site didn't issue it, or it was changed."),
    ReceiptFinding.WRONG_LENGTH: _l(
        "A receipt's line has seven groups of six characters. Some are missing, or too many."
    ),
    ReceiptFinding.NOTHING: _l(
        "This is neither a receipt nor a certificate. Type the line, or paste the QR code's text."
    ),
}
_STANDINGS = {
    ReceiptStanding.THERE: ("ok", _l("Genuine, and the mark is there.")),
    ReceiptStanding.CHANGED: ("warn", _l("Genuine. The mark was changed later.")),
    ReceiptStanding.WITHDRAWN: (
        "warn",
        _l("Genuine. The mark was withdrawn or changed later, and doesn't count."),
    ),
    ReceiptStanding.IN_REVIEW: (
        "warn",
        _l("Genuine. The mark is in review, and doesn't count until it is decided."),
    ),
    ReceiptStanding.CANCELLED: (
        "warn",
        _l("Genuine. The class was cancelled later, so its marks don't count."),
    ),
    ReceiptStanding.NO_MARK: (
        "warn",
        _l(
            "Genuine. The register no longer has the mark: the student was erased, or the mark was deleted "
            "outside the program."
        ),
    ),
    ReceiptStanding.NO_SESSION: ("warn", _l("Genuine. The register no longer has this class.")),
}


@dataclass(frozen=True)
class Sentence:
    """What was found.

    Attributes:
        tone: ok, warn or bad.
        text: in one or two sentences.
    """

    tone: str
    text: str


def refused_sentence(found: VerifiedText) -> Sentence:
    """Why a text isn't genuine."""
    if found.finding is ReceiptFinding.DAMAGED:
        return Sentence("warn", str(_("Damaged: check group %(number)s.", number=found.group)))
    tone = "bad" if found.finding is ReceiptFinding.NOT_OURS else "warn"
    return Sentence(tone, str(_REFUSED[found.finding]))


def standing_sentence(compared: Compared) -> Sentence:
    """What the register says today of a genuine receipt."""
    tone, text = _STANDINGS[compared.standing]
    return Sentence(tone, str(text))


def hidden_sentence() -> Sentence:
    """A genuine receipt of another teacher's class."""
    return Sentence(
        "ok",
        str(_("Genuine. Only the course's teachers and admins can see whether the mark is there.")),
    )


def status_word(status: MarkStatus) -> str:
    """Present or Late."""
    return str(STATES[status.value][2])
