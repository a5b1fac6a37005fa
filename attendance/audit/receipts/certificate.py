"""A certificate of an erasure: a signed text that names each place with counts, and nobody.

It is signed as it is, but for what mail programs change: ends of lines, and spaces at the ends.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from attendance.audit.receipts.letters import ALPHABET
from attendance.audit.receipts.signing import SIGNATURE_LETTERS, ReceiptKeys, is_signed_by, key_text
from attendance.store.erasure import Erasure

TITLE = "ATTENDANCE ERASURE CERTIFICATE 1"
MOST_CHARACTERS = 8_000
PLACES: dict[str, str] = {
    "students": "Records with details and consent",
    "templates": "Face templates",
    "crops": "Stored faces",
    "portraits": "Portraits",
    "marks": "Marks with their history",
    "traces": "Traces of check-ins",
    "notices": "Notices of absences",
    "changes": "Notes on changes of details",
    "alarms": "Alarms",
    "reviews": "Check-ins in review",
    "candidates": "Other check-ins in review that had the student as a candidate",
    "snapshots": "Pictures of check-ins",
    "answers": "Stored responses to phones and other software",
    "rosters": "Rosters",
    "sessions": "Sessions with lists of who was seen or called out",
    "classroom_photos": "Classroom photos whose results had the student",
    "computed": "Classifiers, evaluations and galleries computed from faces",
    "audit_keys": "Keys of hashes in the audit trail, destroyed",
    "data_keys": "Keys of sealed records, destroyed",
}
"""Each count of an erasure in words, in the order of the certificate."""
_SIGNATURE = "Signature: "
_SCOPE = (
    "Counted is what was deleted in the register and in the pictures of this site. Daily lists and the",
    "reports folder of this machine are cleaned at the same time. Files that people downloaded, printed or",
    "sent, backups, and the files of other servers with the same database are not covered.",
)
_SIGNED = re.compile(rf"(.*\n){_SIGNATURE}([{ALPHABET}\n ]+)", re.DOTALL)


def certificate_of(erasure: Erasure, at: datetime, head: str, keys: ReceiptKeys) -> str:
    """The certificate of an erasure, in plain text.

    Args:
        erasure: what was deleted.
        at: when; aware.
        head: of the audit trail, after it.
        keys: the site's.
    """
    width = max(map(len, PLACES.values()))
    counts = [f"  {words:<{width}}  {getattr(erasure, place)}" for place, words in PLACES.items()]
    text = "\n".join(
        (
            TITLE,
            "",
            "All data about one student were erased from an attendance register.",
            f"Erased: {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
            "",
            "Deleted:",
            *counts,
            "",
            *_SCOPE,
            "",
            f"Head of the audit trail: {head or 'none'}",
            f"Public key: {key_text(keys.public_key)}",
            "",
        )
    )
    signature = keys.signed(text.encode())
    return f"{text}{_SIGNATURE}{signature}\n"


def is_certificate(text: str) -> bool:
    """Whether a text begins as certificates do."""
    return text.lstrip().startswith(TITLE[: len("ATTENDANCE ERASURE")])


def is_signed_certificate(text: str, public_key: bytes) -> bool:
    """Whether a text is a certificate that was signed by a key, and nothing of it was changed.

    Args:
        text: with any ends of lines.
        public_key: 32 bytes.
    """
    found = _SIGNED.fullmatch(plain(text))
    if found is None:
        return False
    message, signature = found.groups()
    letters = "".join(signature.split())
    # A command gets bytes that are no UTF-8 as surrogates, which no signed text has.
    signed = message.encode("utf-8", "surrogatepass")
    return len(letters) == SIGNATURE_LETTERS and is_signed_by(public_key, signed, letters)


def plain(text: str) -> str:
    """A text without what mail programs change: ends of lines, and spaces at the ends."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
