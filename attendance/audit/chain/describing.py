"""The events that the changes of one step become."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from attendance.audit.chain.actor import the_actor
from attendance.audit.chain.changes import ONLY_ADDED, Noted, RecordChange
from attendance.audit.chain.encoding import canonical
from attendance.audit.chain.hashing import KeyOf
from attendance.audit.chain.of_classes import (
    of_alarm,
    of_course,
    of_day_off,
    of_engine,
    of_login,
    of_session,
    of_token,
    of_user,
)
from attendance.audit.chain.of_people import of_mark, of_portrait, of_review, of_student, of_templates
from attendance.audit.chain.values import AuditEvent
from attendance.clock import whole_milliseconds

_DESCRIBERS: Mapping[str, Callable[[RecordChange, KeyOf], Iterator[Noted]]] = {
    "marks": of_mark,
    "reviews": of_review,
    "students": of_student,
    "portraits": of_portrait,
    "courses": of_course,
    "sessions": of_session,
    "users": of_user,
    "logins": of_login,
    "api_tokens": of_token,
    "days_off": of_day_off,
    "alarms": of_alarm,
    "engine_pin": of_engine,
}


def events_of(changes: Sequence[RecordChange], key_of: KeyOf) -> list[AuditEvent]:
    """What the chain records of the changes of one step, in their order.

    Of a student who is erased it records that, and nothing of what goes with the student.

    Args:
        changes: of watched records; those in which nothing watched is another are left out.
        key_of: the audit keys of students.
    """
    real = [change for change in changes if change.before != change.after]
    erased = removed_students(real)
    rest = [change for change in real if not _goes_with(change, erased)]
    noted = [each for change in rest for each in _described(change, key_of)]
    noted += of_templates((change for change in rest if change.table == "templates"), key_of)
    return [event_of(each) for each in noted]


def event_of(noted: Noted, at: datetime | None = None) -> AuditEvent:
    """An event of now, by whoever acts.

    Args:
        noted: what happened.
        at: when; None: now.
    """
    actor = the_actor()
    return AuditEvent(
        id=uuid.uuid4().hex,
        at=whole_milliseconds(at or datetime.now(UTC)),
        kind=noted.kind,
        actor=actor.name,
        origin=actor.origin,
        student=noted.student,
        about=noted.about,
        before=canonical(noted.before),
        after=canonical(noted.after),
    )


def removed_students(changes: Iterable[RecordChange]) -> set[str]:
    """The students who are erased, whose audit keys go once the events are made."""
    return {c.record["id"] for c in changes if c.table == "students" and c.after is None}


def _goes_with(change: RecordChange, erased: set[str]) -> bool:
    return change.table != "students" and change.record.get("student_id") in erased


def _described(change: RecordChange, key_of: KeyOf) -> Iterator[Noted]:
    describe = _DESCRIBERS.get(change.table)
    if describe is None or (change.table in ONLY_ADDED and change.before is not None):
        return
    yield from describe(change, key_of)
