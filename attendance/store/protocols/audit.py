"""The part of the `Store` protocol about the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from attendance.audit.chain.values import AuditEntry, AuditEvent, AuditFilter

AuditRow = tuple[bytes, ...]
"""An entry as it is stored: ``SIGNED_FIELDS`` and the digest, each as the bytes that are hashed."""


class AuditStore(Protocol):
    """The audit trail: a chain of entries that is only added to.

    Every method that changes a watched record (``attendance.audit.chain.changes``) also leaves its entry: in
    SQLite in the same transaction. In MongoDB the changed document carries the event until somebody chains
    it, which reading the trail does first; a process that dies in between loses nothing.
    """

    def note_event(self, event: AuditEvent) -> None:
        """Chain something that changes no record, such as an export."""
        ...

    def audit_head(self) -> AuditEntry | None:
        """The last entry, once everything that has happened is chained."""
        ...

    def audit_rows(self, after: int, limit: int) -> list[AuditRow]:
        """The entries with numbers greater than ``after``, by number, just as they are stored."""
        ...

    def find_audit(self, wanted: AuditFilter, limit: int) -> list[AuditEntry]:
        """The latest entries that a filter wants, newest first."""
        ...

    def audit_actors(self) -> list[str]:
        """Everyone who has acted, in plain string order."""
        ...

    def audit_keys(self, student_ids: Sequence[str] | None = None) -> dict[str, bytes]:
        """The audit keys of some students, or of all; those of whom the trail says nothing have none."""
        ...

    def chain_pending(self) -> int:
        """Chain the events that documents still carry; returns their number. 0 where none ever does."""
        ...
