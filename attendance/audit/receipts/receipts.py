"""Receipts and certificates of one register: issuing them, and comparing receipts with the register."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property

from attendance.audit.chain.encoding import head_text
from attendance.audit.receipts.certificate import certificate_of
from attendance.audit.receipts.findings import Compared, ReceiptStanding, VerifiedText
from attendance.audit.receipts.reading import verify
from attendance.audit.receipts.receipt import EARLIEST, Receipt, line_of, text_of
from attendance.audit.receipts.signing import ReceiptKeys
from attendance.clock import Clock
from attendance.store.erasure import Erasure
from attendance.store.protocol import Store
from attendance.values import Mark, MarkStatus, Session

_DAYS_AROUND = timedelta(days=2)  # a class of the evening may end on the next day, in any time zone


@dataclass(frozen=True)
class IssuedReceipt:
    """A receipt as it is shown.

    Attributes:
        line: to type.
        text: of the QR code.
    """

    line: str
    text: str


class Receipts:
    """Issues and verifies receipts and certificates.

    Args:
        store: the register's database.
        clock: the source of the time.
        zone: the site's time zone; None means the computer's own.
        secret: gives the secret of ``receipts_secret``; asked for when it is first needed.
    """

    def __init__(self, store: Store, clock: Clock, zone: tzinfo | None, secret: Callable[[], bytes]) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        self._secret = secret

    @cached_property
    def keys(self) -> ReceiptKeys:
        """The site's keys.

        Raises:
            SettingsError: see ``receipts_secret``.
        """
        return ReceiptKeys(self._secret())

    def issue(
        self, session_id: str, student_id: str, status: MarkStatus, marked_at: datetime
    ) -> IssuedReceipt | None:
        """The receipt of a mark; the same each time.

        Args:
            session_id: of the class.
            student_id: who is marked.
            status: present or late.
            marked_at: when; aware. None is issued for times that receipts can't express.
        """
        if marked_at < EARLIEST:
            return None
        receipt = Receipt(
            status=status,
            at=marked_at.astimezone(self._zone).replace(second=0, microsecond=0),
            session=self.keys.session(session_id),
            student=self.keys.student(session_id, student_id),
        )
        return IssuedReceipt(line_of(receipt, self.keys), text_of(receipt, self.keys))

    def certificate(self, erasure: Erasure) -> str:
        """The certificate of an erasure that has just been done."""
        self._store.chain_pending()
        head = self._store.audit_head()
        return certificate_of(erasure, self._clock.now(), "" if head is None else head_text(head), self.keys)

    def verify(self, text: str) -> VerifiedText:
        """What a typed, pasted or scanned text is, and whether this site has issued it."""
        return verify(text, self.keys.public_key, self.keys)

    def compare(self, receipt: Receipt) -> Compared:
        """A genuine receipt beside the register of today."""
        day = receipt.at.astimezone(UTC).date()
        sessions = self._store.sessions_between(str(day - _DAYS_AROUND), str(day + _DAYS_AROUND))
        found = [session for session in sessions if self.keys.session(session.id) == receipt.session]
        for session in found:
            mark = self._mark(session, receipt)
            if mark is not None:
                return Compared(_standing(session, mark, receipt), session, mark)
        return Compared(ReceiptStanding.NO_MARK, found[0]) if found else Compared(ReceiptStanding.NO_SESSION)

    def _mark(self, session: Session, receipt: Receipt) -> Mark | None:
        """The mark that a receipt is about."""
        for mark in self._store.marks(session.id):
            if self.keys.student(session.id, mark.student_id) == receipt.student:
                return mark
        return None


def _standing(session: Session, mark: Mark, receipt: Receipt) -> ReceiptStanding:
    if session.is_cancelled:
        return ReceiptStanding.CANCELLED
    if mark.under_review:
        return ReceiptStanding.IN_REVIEW
    if not mark.counts_as_there:
        return ReceiptStanding.WITHDRAWN
    return ReceiptStanding.THERE if mark.status is receipt.status else ReceiptStanding.CHANGED
