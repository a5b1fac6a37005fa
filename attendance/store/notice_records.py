"""Notices as plain records (see ``records``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attendance.store.records import (
    Record,
    to_milliseconds,
    to_optional_milliseconds,
    to_optional_time,
    to_time,
)
from attendance.values import Notice, NoticeKind, NoticeState


def notice_record(notice: Notice) -> Record:
    """Flat; the key is called ``id``, as that of every record."""
    return {
        "id": notice.key,
        "kind": notice.kind.value,
        "student_id": notice.student_id,
        "course_id": notice.course_id,
        "session_id": notice.session_id,
        "day": notice.day,
        "address": notice.to,
        "created_at": to_milliseconds(notice.created_at),
        "state": notice.state.value,
        "sent_at": to_optional_milliseconds(notice.sent_at),
        "problem": notice.problem,
        "version": notice.version,
    }


def notice_from(record: Mapping[str, Any]) -> Notice:
    """The opposite of ``notice_record``."""
    return Notice(
        key=record["id"],
        kind=NoticeKind(record["kind"]),
        student_id=record["student_id"],
        course_id=record["course_id"],
        session_id=record["session_id"],
        day=record["day"],
        to=record["address"],
        created_at=to_time(record["created_at"]),
        state=NoticeState(record["state"]),
        sent_at=to_optional_time(record["sent_at"]),
        problem=record["problem"],
        version=record["version"],
    )
