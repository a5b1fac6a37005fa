"""Chains in memory, and ways to tamper with them."""

from __future__ import annotations

import random
from datetime import timedelta

from attendance.audit.chain.changes import Noted
from attendance.audit.chain.describing import event_of
from attendance.audit.chain.encoding import NOTHING_BEFORE, SIGNED_FIELDS, chained
from attendance.audit.chain.values import AuditKind
from attendance.audit.verifying import ChainCheck, verify_chain
from attendance.clock import to_milliseconds
from attendance.store.protocols.audit import AuditRow
from tests.attendance.store.builders import NOON

DIGEST = len(SIGNED_FIELDS)


def chain_of(length: int, begin: int = 0, previous: str = NOTHING_BEFORE) -> list[AuditRow]:
    """A good chain, or one that goes on after so many entries."""
    rows: list[AuditRow] = []
    for number in range(begin + 1, begin + length + 1):
        facts = {"status": "present", "state": f"{number:032x}"}
        noted = Noted(AuditKind.MARKED, f"{number % 60:024x}", f"session {number // 60}", {}, facts)
        entry = chained(event_of(noted, NOON + timedelta(seconds=number)), number, previous)
        previous = entry.digest
        texts = {name: str(getattr(entry, name)) for name in SIGNED_FIELDS} | {
            "at": str(to_milliseconds(entry.at)),
            "kind": entry.kind.value,
        }
        fields = (texts[name].encode() for name in SIGNED_FIELDS)
        rows.append((*fields, entry.digest.encode()))
    return rows


def one_byte_changed(rows: list[AuditRow], chance: random.Random) -> tuple[int, list[AuditRow]]:
    """The chain with one byte of one entry exchanged for another, and the entry's number."""
    index = chance.randrange(len(rows))
    row = list(rows[index])
    lengths = [len(field) for field in row]
    (field,) = chance.choices(range(len(row)), weights=lengths)
    place = chance.randrange(lengths[field])
    content = bytearray(row[field])
    content[place] = (content[place] + chance.randrange(1, 256)) % 256
    row[field] = bytes(content)
    return index + 1, [*rows[:index], tuple(row), *rows[index + 1 :]]


def checked(rows: list[AuditRow], heads: dict[int, str] | None = None) -> ChainCheck:
    """The verification of rows, in the order of their numbers as a database reads them."""
    return verify_chain(lambda after, limit: rows[max(after, 0) : max(after, 0) + limit], heads or {})
