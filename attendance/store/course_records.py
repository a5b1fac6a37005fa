"""Courses and sessions as plain records (see ``records``)."""

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
from attendance.values import Course, ScheduleRule, Session


def course_record(course: Course) -> Record:
    """The roster is a list, or None for every active student; the schedule is a list of records."""
    return {
        "id": course.id,
        "name": course.name,
        "roster": None if course.roster is None else list(course.roster),
        "teachers": list(course.teachers),
        "late_after_minutes": course.late_after_minutes,
        "closes_after_minutes": course.closes_after_minutes,
        "code_interval": course.code_interval,
        "static_code": course.static_code,
        "active": course.active,
        "schedule": [
            {"weekday": rule.weekday, "start": rule.start, "minutes": rule.minutes}
            for rule in course.schedule
        ],
        "version": course.version,
    }


def course_from(record: Mapping[str, Any]) -> Course:
    """The opposite of ``course_record``."""
    roster = record["roster"]
    return Course(
        id=record["id"],
        name=record["name"],
        roster=None if roster is None else tuple(roster),
        teachers=tuple(record["teachers"]),
        late_after_minutes=record["late_after_minutes"],
        closes_after_minutes=record["closes_after_minutes"],
        code_interval=record["code_interval"],
        static_code=bool(record["static_code"]),
        active=bool(record["active"]),
        schedule=tuple(
            ScheduleRule(rule["weekday"], rule["start"], rule["minutes"]) for rule in record["schedule"]
        ),
        version=record["version"],
    )


def session_record(session: Session) -> Record:
    """Flat."""
    return {
        "id": session.id,
        "course_id": session.course_id,
        "token": session.token,
        "day": session.day,
        "opens_at": to_milliseconds(session.opens_at),
        "closes_at": to_milliseconds(session.closes_at),
        "late_at": to_optional_milliseconds(session.late_at),
        "secret": session.secret,
        "opened_by": session.opened_by,
        "closed_at": to_optional_milliseconds(session.closed_at),
        "planned": session.planned,
        "version": session.version,
    }


def session_from(record: Mapping[str, Any]) -> Session:
    """The opposite of ``session_record``."""
    return Session(
        id=record["id"],
        course_id=record["course_id"],
        token=record["token"],
        day=record["day"],
        opens_at=to_time(record["opens_at"]),
        closes_at=to_time(record["closes_at"]),
        late_at=to_optional_time(record["late_at"]),
        secret=record["secret"],
        opened_by=record["opened_by"],
        closed_at=to_optional_time(record["closed_at"]),
        planned=bool(record["planned"]),
        version=record["version"],
    )
