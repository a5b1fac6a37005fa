"""A receipt in its two forms: a text for the QR code, signed; and a line to type, with a keyed tag.

The text is what any phone shows that scans the code, and whoever has the site's public key can verify it:

    ATTENDANCE RECEIPT 1 PRESENT 2026-11-30 09:02 +01:00 CLASS 7K2M9Q STUDENT 4D5E6F SIGNED (103 letters)

The line has the same content in 18 letters, and 17 letters of HMAC-SHA-256 that only the site can verify.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from attendance.audit.receipts.letters import (
    ALPHABET,
    BITS,
    GROUP,
    from_letters,
    to_letters,
    with_checks,
)
from attendance.audit.receipts.signing import SIGNATURE_LETTERS, ReceiptKeys, is_signed_by
from attendance.values import MarkStatus

VERSION = 1
TITLE = "ATTENDANCE RECEIPT"
NAME_LETTERS = 6  # of a class and of a student; 30 bits
TAG_LETTERS = 17  # 85 bits; nobody who can ask the site a million times a second finds one by trying
_MINUTE_LETTERS = 5
EARLIEST = datetime(2024, 1, 1, tzinfo=UTC)  # 25 bits of minutes last until 2087
_CONTENT_LETTERS = 1 + _MINUTE_LETTERS + 2 * NAME_LETTERS
LINE_LETTERS = _CONTENT_LETTERS + TAG_LETTERS
GROUPS = LINE_LETTERS // GROUP
_STATUSES = (MarkStatus.PRESENT, MarkStatus.LATE)
_STATUS_BITS = 2  # of the first letter; the others are the version
_LETTER = f"[{ALPHABET}]"
_TEXT = re.compile(
    rf"({TITLE} {VERSION} (PRESENT|LATE) (\d{{4}}-\d\d-\d\d \d\d:\d\d) ([+-])(\d\d):(\d\d) "
    rf"CLASS ({_LETTER}{{{NAME_LETTERS}}}) STUDENT ({_LETTER}{{{NAME_LETTERS}}})) "
    rf"SIGNED ({_LETTER}{{{SIGNATURE_LETTERS}}})",
    re.ASCII,
)


@dataclass(frozen=True)
class Receipt:
    """What a receipt says.

    Attributes:
        status: present or late.
        at: when the mark was given, to the minute; aware, in the site's time zone or UTC.
        session: what a class session is called in receipts; see ``ReceiptKeys.session``.
        student: what its student is called in receipts of this session; see ``ReceiptKeys.student``.
    """

    status: MarkStatus
    at: datetime
    session: str
    student: str

    @property
    def words(self) -> str:
        """The text without its signature."""
        offset = f"{self.at:%z}"
        return (
            f"{TITLE} {VERSION} {self.status.value.upper()} {self.at:%Y-%m-%d %H:%M} "
            f"{offset[:3]}:{offset[3:5]} CLASS {self.session} STUDENT {self.student}"
        )

    @property
    def content(self) -> str:
        """The line without its tag and its check characters."""
        header = VERSION << _STATUS_BITS | _STATUSES.index(self.status)
        minutes = (self.at - EARLIEST) // timedelta(minutes=1)
        return to_letters(header, 1) + to_letters(minutes, _MINUTE_LETTERS) + self.session + self.student


def text_of(receipt: Receipt, keys: ReceiptKeys) -> str:
    """A receipt as the text of its QR code."""
    return f"{receipt.words} SIGNED {keys.signed(receipt.words.encode())}"


def line_of(receipt: Receipt, keys: ReceiptKeys) -> str:
    """A receipt as a line to type: seven groups of six characters."""
    return with_checks(receipt.content + _tag(receipt.content, keys))


def read_text(text: str, public_key: bytes) -> Receipt | None:
    """The receipt in the text of a QR code; None if it isn't signed by the key.

    Args:
        text: in capitals, with single spaces.
        public_key: 32 bytes.
    """
    found = _TEXT.fullmatch(text)
    if found is None:
        return None
    words, status, moment, sign, hours, minutes, session, student, signature = found.groups()
    if not is_signed_by(public_key, words.encode(), signature):
        return None
    offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
    at = datetime.strptime(moment, "%Y-%m-%d %H:%M").replace(tzinfo=timezone(offset))
    return Receipt(MarkStatus(status.lower()), at, session, student)


def read_content(letters: str, keys: ReceiptKeys) -> Receipt | None:
    """The receipt in a line without check characters; None if the site hasn't issued it.

    Args:
        letters: ``LINE_LETTERS`` of the alphabet.
        keys: the site's.
    """
    content, tag = letters[:_CONTENT_LETTERS], letters[_CONTENT_LETTERS:]
    if not keys.is_tag(tag, _tag(content, keys)):
        return None
    header = from_letters(content[0])
    at = EARLIEST + timedelta(minutes=from_letters(content[1 : 1 + _MINUTE_LETTERS]))
    session, student = content[-2 * NAME_LETTERS : -NAME_LETTERS], content[-NAME_LETTERS:]
    return Receipt(_STATUSES[header & 2**_STATUS_BITS - 1], at, session, student)


def _tag(content: str, keys: ReceiptKeys) -> str:
    return keys.tag(content.encode(), TAG_LETTERS * BITS)
