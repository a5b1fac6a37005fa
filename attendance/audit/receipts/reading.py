"""Reads what somebody typed, pasted or scanned: a line, the text of a QR code, or a certificate."""

from __future__ import annotations

from attendance.audit.receipts.certificate import (
    MOST_CHARACTERS,
    is_certificate,
    is_signed_certificate,
    plain,
)
from attendance.audit.receipts.findings import ReceiptFinding, VerifiedText
from attendance.audit.receipts.letters import bare, groups_of, wrong_group
from attendance.audit.receipts.receipt import GROUPS, LINE_LETTERS, TITLE, read_content, read_text
from attendance.audit.receipts.signing import ReceiptKeys

_WHOLE = LINE_LETTERS + GROUPS  # characters of a line with its check characters
_SHORTEST = 12  # characters of what may be the beginning of a line


def verify(text: str, public_key: bytes, keys: ReceiptKeys | None = None) -> VerifiedText:
    """What a text is, and whether it is genuine.

    Args:
        text: whatever was given.
        public_key: with which it must be signed.
        keys: the site's own; None where only the public key is known, which can't verify lines.
    """
    if len(text) > MOST_CHARACTERS:
        return VerifiedText(ReceiptFinding.NOTHING)
    if is_certificate(text):
        if is_signed_certificate(text, public_key):
            return VerifiedText(ReceiptFinding.CERTIFICATE, text=plain(text))
        return VerifiedText(ReceiptFinding.NOT_OURS)
    scanned = " ".join(text.upper().split())
    if scanned.startswith(TITLE):
        receipt = read_text(scanned, public_key)
        return VerifiedText(
            ReceiptFinding.NOT_OURS if receipt is None else ReceiptFinding.RECEIPT, receipt=receipt
        )
    return _verified_line(bare(text), keys)


def _verified_line(typed: str, keys: ReceiptKeys | None) -> VerifiedText:
    if not typed.isascii() or not typed.isalnum() or len(typed) < _SHORTEST or len(typed) > 2 * _WHOLE:
        return VerifiedText(ReceiptFinding.NOTHING)
    groups = groups_of(typed)
    wrong = wrong_group(groups)
    if wrong is not None and wrong <= GROUPS:
        return VerifiedText(ReceiptFinding.DAMAGED, group=wrong)
    if len(typed) != _WHOLE:
        return VerifiedText(ReceiptFinding.WRONG_LENGTH)
    if keys is None:
        return VerifiedText(ReceiptFinding.LINE_NEEDS_SITE)
    receipt = read_content("".join(group[:-1] for group in groups), keys)
    return VerifiedText(
        ReceiptFinding.NOT_OURS if receipt is None else ReceiptFinding.RECEIPT, receipt=receipt
    )
