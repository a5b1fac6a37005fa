"""What a verification found: values, which the command and the page put into words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from attendance.audit.receipts.receipt import Receipt
from attendance.values import Mark, Session


class ReceiptFinding(StrEnum):
    """What a typed or pasted text is."""

    RECEIPT = "receipt"  # genuine
    CERTIFICATE = "certificate"  # genuine
    NOT_OURS = "not_ours"  # it looks like one, and the key isn't the one that signed it, or it was changed
    DAMAGED = "damaged"  # a group doesn't fit its check character
    WRONG_LENGTH = "wrong_length"  # a line with too few or too many characters
    NOTHING = "nothing"  # no receipt at all
    LINE_NEEDS_SITE = "line_needs_site"  # a line, where only the public key is known


class ReceiptStanding(StrEnum):
    """What the register says today of a genuine receipt."""

    THERE = "there"  # the mark is as the receipt says
    CHANGED = "changed"  # the student still counts as having come, with another status
    WITHDRAWN = "withdrawn"  # the mark no longer counts
    IN_REVIEW = "in_review"  # somebody objected, and a person decides
    CANCELLED = "cancelled"  # the class is cancelled, so its marks don't count
    NO_MARK = "no_mark"  # the student was erased, or the mark was deleted outside the program
    NO_SESSION = "no_session"  # the register has no such class


@dataclass(frozen=True)
class VerifiedText:
    """What was found.

    Attributes:
        finding: what the text is.
        group: the number of the damaged group, from 1.
        receipt: what it says, if it is a genuine receipt.
        text: the certificate, if it is a genuine one.
    """

    finding: ReceiptFinding
    group: int = 0
    receipt: Receipt | None = None
    text: str = ""

    @property
    def is_genuine(self) -> bool:
        """Whether it is a genuine receipt or certificate."""
        return self.finding in (ReceiptFinding.RECEIPT, ReceiptFinding.CERTIFICATE)


@dataclass(frozen=True)
class Compared:
    """A genuine receipt beside the register.

    Attributes:
        standing: whether the register agrees.
        session: the class; None if the register has none.
        mark: the mark as it is now; None if there is none.
    """

    standing: ReceiptStanding
    session: Session | None = None
    mark: Mark | None = None
