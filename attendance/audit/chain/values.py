"""Entries of the audit trail, and the events that become entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AuditKind(StrEnum):
    """What happened."""

    BEGUN = "begun"  # the chain began; what was in the register by then follows as CARRIED_OVER
    CARRIED_OVER = "carried_over"  # a mark from before the chain
    MARKED = "marked"
    CORRECTED = "corrected"  # a mark was changed, by whatever means
    REVIEW_HELD = "review_held"
    REVIEWED = "reviewed"
    STUDENT_ADDED = "student_added"
    DETAIL_CHANGED = "detail_changed"
    CONSENT_GIVEN = "consent_given"
    CONSENT_WITHDRAWN = "consent_withdrawn"  # or somebody objected who had never agreed
    OBJECTION_UNDONE = "objection_undone"
    CONSENT_ENDED = "consent_ended"  # nobody objected: its last day is over
    STUDENT_REMOVED = "student_removed"
    ENROLLED = "enrolled"  # templates were added, perhaps in the place of others
    PHOTOS_ERASED = "photos_erased"  # templates were deleted
    PORTRAIT = "portrait"  # saved or deleted
    COURSE_ADDED = "course_added"
    COURSE_CHANGED = "course_changed"
    ROSTER = "roster"
    SESSION_ADDED = "session_added"
    SESSION_CHANGED = "session_changed"
    SESSION_CLOSED = "session_closed"
    SESSION_REOPENED = "session_reopened"
    SESSION_CANCELLED = "session_cancelled"
    SESSION_RESTORED = "session_restored"
    SPOT_CHECK = "spot_check"
    ALARM_SETTLED = "alarm_settled"
    ALARM_REOPENED = "alarm_reopened"
    LOGIN = "login"
    FAILED_LOGIN = "failed_login"
    USER_ADDED = "user_added"
    USER_CHANGED = "user_changed"
    ROLE = "role"
    TOKEN_MADE = "token_made"  # noqa: S105 - a kind
    TOKEN_CHANGED = "token_changed"  # noqa: S105
    TOKEN_REVOKED = "token_revoked"  # noqa: S105
    SETTING = "setting"
    EXPORT = "export"
    RESTORED = "restored"  # the register came out of a backup or an export


OF_MARKS = (AuditKind.CARRIED_OVER, AuditKind.MARKED, AuditKind.CORRECTED)


@dataclass(frozen=True)
class AuditEvent:
    """Something that becomes an entry of the chain, once that is known to be the next.

    Attributes:
        id: 32 hex digits, random; an event is chained once.
        at: when it happened.
        actor: who did it, as ``attendance.audit.chain.actor`` writes it.
        origin: the keyed hash of the address it came from; empty if there was none.
        student: whom it is about, as ``hashing.reference`` names a student; empty if about none.
        about: the id of what it is about besides: a session, a course, a user, a token.
        before, after: facts as canonical JSON; empty if there was, or is, nothing.
    """

    id: str
    at: datetime
    kind: AuditKind
    actor: str
    origin: str
    student: str = ""
    about: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class AuditEntry:
    """An event in its place in the chain.

    Attributes:
        number: 1 for the first entry, one more for each that follows.
        id, at, kind, actor, origin, student, about, before, after: as in ``AuditEvent``.
        previous: the digest of the entry before, 64 hex digits; zeros for the first.
        digest: of this entry, as ``attendance.audit.chain.encoding`` computes it.
    """

    number: int
    id: str
    at: datetime
    kind: AuditKind
    actor: str
    origin: str
    student: str
    about: str
    before: str
    after: str
    previous: str
    digest: str


@dataclass(frozen=True)
class AuditFilter:
    """Which entries of the trail are wanted; None means any.

    Attributes:
        actor: the exact actor.
        kinds: what happened.
        student: whom it is about.
        since, until: when it happened, until exclusive.
        below: only entries with smaller numbers, for the next page.
    """

    actor: str | None = None
    kinds: tuple[AuditKind, ...] = ()
    student: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    below: int | None = None
