"""Verifies the audit trail: the chain itself, printed heads, and the marks of the register against it.

A changed byte of an entry changes its digest, and an entry that was deleted, inserted or moved breaks the row
of numbers or of digests. Whoever can write the database can also compute the digests of all later entries
again, or cut off the end; printed heads (`docs/audit.md`) show that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from attendance.audit.chain.encoding import (
    HEAD_DIGITS,
    NOTHING_BEFORE,
    SIGNED_FIELDS,
    digest_of,
    printed_head,
)
from attendance.audit.chain.values import OF_MARKS, AuditKind
from attendance.store.protocols.audit import AuditRow

AT_ONCE = 5_000  # entries
LOWEST = -(2**63)  # of the numbers that a database takes, so that nothing hides before the first entry
_KIND, _STUDENT, _ABOUT, _AFTER, _PREVIOUS = (
    SIGNED_FIELDS.index(name) for name in ("kind", "student", "about", "after", "previous")
)
_OF_MARKS = frozenset(kind.value.encode() for kind in OF_MARKS)
_REMOVED = AuditKind.STUDENT_REMOVED.value.encode()
ReadRows = Callable[[int, int], list[AuditRow]]
"""The rows with numbers greater than the first argument, at most as many as the second."""


class Fault(StrEnum):
    """What is wrong with an entry."""

    MISSING = "missing"  # none has the number that is due
    CHANGED = "changed"  # its digest isn't that of its content
    UNCONNECTED = "unconnected"  # it doesn't follow the entry before it
    OTHER_HEAD = "other_head"  # a printed head says something else
    CUT_OFF = "cut_off"  # a printed head has a greater number than the last entry


@dataclass(frozen=True)
class BadEntry:
    """The first entry that is wrong.

    Attributes:
        number: its number, or the one that is due.
    """

    number: int
    fault: Fault


@dataclass(frozen=True)
class LastWord:
    """What the chain says last of a mark.

    Attributes:
        number: of the entry.
        state: the keyed hash of the whole mark; empty if the entry has none.
    """

    number: int
    state: str


@dataclass
class ChainCheck:
    """The state of a verification, which goes on with the next rows.

    Attributes:
        number, digest: of the last good entry.
        bad: the first wrong one; nothing after it is looked at.
        marks: the last word on each mark, by its student's reference and its session.
        removed: the references of students who were erased.
    """

    number: int = 0
    digest: str = NOTHING_BEFORE
    bad: BadEntry | None = None
    marks: dict[tuple[str, str], LastWord] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)

    @property
    def head(self) -> str:
        """The last good entry as heads are printed; empty if there is none."""
        return printed_head(self.number, self.digest) if self.number else ""


def verify_chain(read: ReadRows, heads: Mapping[int, str], check: ChainCheck | None = None) -> ChainCheck:
    """Verify all entries, or those after the ones that a check has seen.

    Args:
        read: reads rows.
        heads: printed heads, numbers and their 16 hex digits.
        check: goes on with this one.
    """
    check = check or ChainCheck()
    while rows := read(check.number or LOWEST, AT_ONCE):
        for row in rows:
            check.bad = _next(check, row, heads)
            if check.bad is not None:
                return check
    missing = [number for number in heads if number > check.number]
    if missing:
        check.bad = BadEntry(min(missing), Fault.CUT_OFF)
    return check


def _next(check: ChainCheck, row: AuditRow, heads: Mapping[int, str]) -> BadEntry | None:
    """Take a row into the check; what is wrong with it, if anything."""
    due = check.number + 1
    *fields, stored = row
    digest = digest_of(fields)
    fault = None
    if fields[0] != b"%d" % due:
        fault = Fault.MISSING if fields[0].isdigit() else Fault.CHANGED
    elif stored != digest.encode():
        fault = Fault.CHANGED
    elif fields[_PREVIOUS] != check.digest.encode():
        fault = Fault.UNCONNECTED
    elif heads.get(due, digest[:HEAD_DIGITS]) != digest[:HEAD_DIGITS]:
        fault = Fault.OTHER_HEAD
    if fault is not None:
        return BadEntry(due, fault)
    check.number, check.digest = due, digest
    kind, student = fields[_KIND], fields[_STUDENT].decode()
    if kind in _OF_MARKS:
        state = str(json.loads(fields[_AFTER]).get("state", ""))
        check.marks[student, fields[_ABOUT].decode()] = LastWord(due, state)
    elif kind == _REMOVED:
        check.removed.add(student)
    return None
