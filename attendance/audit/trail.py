"""The audit trail of a register: noting what changes no record, reading, verifying, printing the head."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from attendance.audit.chain.actor import TOKEN, USER, Actor
from attendance.audit.chain.changes import Noted
from attendance.audit.chain.describing import event_of
from attendance.audit.chain.encoding import head_text, read_head
from attendance.audit.chain.hashing import reference
from attendance.audit.chain.values import AuditEntry, AuditFilter, AuditKind
from attendance.audit.marks_check import MarkFinding, compare_marks
from attendance.audit.verifying import BadEntry, Fault, verify_chain
from attendance.store.protocol import Store

_API = "api:"


@dataclass(frozen=True)
class AuditReport:
    """What a verification found.

    Attributes:
        entries: how many good entries there are before the first wrong one.
        head: the last good one, as heads are printed.
        bad: the first wrong entry.
        marks: the marks that aren't as the chain says; not looked at where the chain itself is wrong.
    """

    entries: int
    head: str
    bad: BadEntry | None
    marks: tuple[MarkFinding, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong."""
        return self.bad is None and not self.marks


class AuditTrail:
    """The audit trail.

    Args:
        store: the register's database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def note(self, kind: AuditKind, about: str = "", *, student_id: str | None = None, **facts: Any) -> None:
        """Chain something that changes no record.

        Args:
            kind: what happened.
            about: what it is about.
            student_id: whom it is about.
            facts: what else is worth knowing, and names nobody.
        """
        student = "" if student_id is None else self.reference(student_id) or ""
        self._store.note_event(event_of(Noted(kind, student, about, {}, facts)))

    def head(self) -> str:
        """The head as it is printed."""
        entry = self._store.audit_head()
        return "" if entry is None else head_text(entry)

    def find(self, wanted: AuditFilter, limit: int) -> list[AuditEntry]:
        """The latest entries that a filter wants, newest first."""
        return self._store.find_audit(wanted, limit)

    def actors(self) -> list[str]:
        """Everyone who has acted."""
        return self._store.audit_actors()

    def reference(self, student_id: str) -> str | None:
        """What the chain calls a student; None if it says nothing of them."""
        key = self._store.audit_keys([student_id]).get(student_id)
        return None if key is None else reference(key)

    def students(self) -> dict[str, str]:
        """The ids of the students in the register by what the chain calls them."""
        return {reference(key): student_id for student_id, key in self._store.audit_keys().items()}

    def verify(self, heads: Iterable[str] = ()) -> AuditReport:
        """Verify the chain, printed heads, and the marks of the register.

        Raises:
            ValueError: one of the heads is none.
        """
        wanted: dict[int, str] = {}
        other: BadEntry | None = None
        for number, digits in map(read_head, heads):
            if wanted.setdefault(number, digits) != digits:
                other = BadEntry(number, Fault.OTHER_HEAD)  # two heads of one number
        check = verify_chain(self._store.audit_rows, wanted)
        bad = check.bad or other
        marks = [] if bad else compare_marks(self._store, check)
        return AuditReport(check.number, check.head, check.bad or other, tuple(marks))


def actor_named(store: Store, by: str) -> Actor:
    """Who acts where a camera's stream marks, which is no request.

    Args:
        store: the register's database.
        by: the id of a user, or ``api:`` and a token's name.
    """
    if by.startswith(_API):
        return Actor(TOKEN + by.removeprefix(_API))
    user = store.user(by)
    return Actor(USER + (by if user is None else user.username))
