"""The digest of an entry: SHA-256 over exact bytes, which `docs/audit.md` gives in full.

The bytes are netstrings (https://cr.yp.to/proto/netstrings.txt), one for each field in the order of
``SIGNED_FIELDS``, after one with ``VERSION``. A netstring is the field's length in bytes as decimal digits, a
colon, the field in UTF-8, and a comma; numbers and times (milliseconds since 1970 in UTC) are decimal digits.
No two entries have the same bytes, and no JSON library has to agree with another.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from attendance.audit.chain.values import AuditEntry, AuditEvent
from attendance.clock import to_milliseconds

VERSION = "attendance-audit-1"
NOTHING_BEFORE = "0" * 64  # the ``previous`` of the first entry
SIGNED_FIELDS = (
    *("number", "id", "at", "kind", "actor", "origin"),
    *("student", "about", "before", "after", "previous"),
)
HEAD_DIGITS = 16  # hex digits of a printed head; nobody finds another chain with the same 64 bits
_GROUP = 4
_BEGINNING = f"{len(VERSION)}:{VERSION},".encode()


def canonical(value: Mapping[str, Any]) -> str:
    """Facts as JSON with sorted keys and no spaces; empty if there are none."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True) if value else ""


def digest_of(fields: Iterable[bytes]) -> str:
    """The digest of an entry, as 64 hex digits.

    Args:
        fields: those of ``SIGNED_FIELDS`` in UTF-8, in that order.
    """
    strings = [b"%d:%b," % (len(field), field) for field in fields]
    return hashlib.sha256(_BEGINNING + b"".join(strings)).hexdigest()


def chained(event: AuditEvent, number: int, previous: str) -> AuditEntry:
    """The entry that an event becomes.

    Args:
        event: what happened.
        number: of the entry, one more than that of the last one.
        previous: the digest of the last entry, or ``NOTHING_BEFORE``.
    """
    fields = (
        *(str(number), event.id, str(to_milliseconds(event.at)), event.kind.value, event.actor),
        *(event.origin, event.student, event.about, event.before, event.after, previous),
    )
    return AuditEntry(
        number=number,
        **{name: getattr(event, name) for name in AuditEvent.__dataclass_fields__},
        previous=previous,
        digest=digest_of([field.encode() for field in fields]),
    )


def head_text(entry: AuditEntry) -> str:
    """The head of the chain as it is printed: its number, and 16 hex digits of its digest in groups."""
    return printed_head(entry.number, entry.digest)


def printed_head(number: int, digest: str) -> str:
    """As ``head_text``, for a number and the beginning of a digest."""
    digits = digest[:HEAD_DIGITS].upper()
    groups = [digits[begin : begin + _GROUP] for begin in range(0, HEAD_DIGITS, _GROUP)]
    return "-".join([str(number), *groups])


def read_head(text: str) -> tuple[int, str]:
    """The number and the first 16 hex digits of a printed head, however it is spaced.

    Raises:
        ValueError: it is no head.
    """
    number, _, rest = "".join(text.split()).partition("-")
    digits = rest.replace("-", "").lower()
    is_head = number.isascii() and number.isdigit() and len(digits) == HEAD_DIGITS
    if not is_head or set(digits) - set("0123456789abcdef"):
        raise ValueError(
            f"{text!r} is no head of the audit trail. One looks like 1234-0A1B-2C3D-4E5F: a number, then 16 "
            "digits from 0 to F."
        )
    return int(number), digits
