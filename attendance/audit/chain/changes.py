"""What the chain records of changed records: which tables and fields, for both databases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from attendance.audit.chain.values import AuditKind

Facts = dict[str, Any]

WATCHED: Mapping[str, tuple[str, ...]] = {
    "marks": (
        *("session_id", "student_id", "status", "method", "at", "score", "device", "reviewer", "attempt"),
        *("under_review", "version", "history", "evidence"),
    ),
    "reviews": ("id", "session_id", "reason", "decision", "decided_for"),
    "students": (
        *("id", "roll_number", "name", "email", "phone", "department", "year", "consent", "active"),
        *("guardian_email", "withdrawn", "image_id", "movement_exempt", "other_consents", "other_objections"),
        "guardian_name",
    ),
    "templates": ("student_id", "id"),
    "portraits": ("student_id", "source", "created_at"),
    "courses": (
        *("id", "name", "roster", "teachers", "late_after_minutes", "closes_after_minutes", "code_interval"),
        *("static_code", "active", "schedule", "first_day", "last_day", "liveness", "movements"),
        "spot_check",
    ),
    "sessions": (
        *("id", "course_id", "day", "opens_at", "closes_at", "late_at", "closed_at", "planned", "by_hand"),
        *("cancelled_at", "room_pictures", "spot_checks"),
    ),
    "users": ("id", "username", "name", "role", "active", "password_hash", "second_factor", "enrols"),
    "logins": ("id", "user_id"),
    "api_tokens": ("name", "scopes", "expires_at", "revoked_at", "photo_only"),
    "days_off": ("id", "first_day", "last_day", "name"),
    "alarms": ("session_id", "kind", "settled_at", "for_good"),
    "engine_pin": ("engine", "detector"),
}
"""The tables whose changes are recorded, and their fields that matter to it. The fields of marks are all that
they have, because the chain proves each mark as a whole."""

NESTED = frozenset(
    (
        *("history", "evidence", "consent", "withdrawn", "roster", "teachers", "schedule", "room_pictures"),
        *("spot_checks", "second_factor", "scopes", "other_consents", "other_objections"),
    )
)
"""The fields that are lists or mappings, which SQLite has as JSON."""

ONLY_ADDED = frozenset({"logins"})
"""The tables of which only new rows matter: a login is recorded, and not that somebody has gone."""


@dataclass(frozen=True)
class RecordChange:
    """A changed record.

    Attributes:
        table: one of ``WATCHED``.
        before, after: its watched fields; None where there was, or is, none.
    """

    table: str
    before: Facts | None
    after: Facts | None

    @property
    def record(self) -> Facts:
        """The record after the change, or what was deleted."""
        found = self.before if self.after is None else self.after
        assert found is not None
        return found

    def differs(self, *names: str) -> list[str]:
        """Those of the fields that are another now."""
        before, after = self.before or {}, self.after or {}
        return [name for name in names if before.get(name) != after.get(name)]


@dataclass(frozen=True)
class Noted:
    """What happened, before it has its time, its actor and its place.

    Attributes:
        kind, student, about: as in ``AuditEvent``.
        before, after: facts.
    """

    kind: AuditKind
    student: str = ""
    about: str = ""
    before: Facts = field(default_factory=dict)
    after: Facts = field(default_factory=dict)


def some_of(record: Facts | None, *names: str) -> Facts:
    """Some fields of a record as facts: those that are set."""
    return {name: record[name] for name in names if record.get(name) is not None} if record else {}
