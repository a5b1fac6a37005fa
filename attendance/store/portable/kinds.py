"""Which kinds of records a register has, and which fields each has: the one table for moving all of it.

A record is what ``records`` makes of a value, with the few fields besides that a database keeps of it: the
place in the feed of changes, and counters. Whatever a database can compute again isn't there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from attendance.audit.chain.values import AuditEntry
from attendance.store.protocols.jobs import PhotoJob
from attendance.store.protocols.sealing import SealState
from attendance.store.records import Declared, Record, field_names, from_record, nested_names, to_record
from attendance.store.refusals import UNREADABLE, unreadable
from attendance.values import (
    Alarm,
    ApiToken,
    CheckInTrace,
    Course,
    DayOff,
    EnginePin,
    FaceCrop,
    GrantAnswer,
    Login,
    Mark,
    NotedChange,
    Notice,
    OneTimeLink,
    Portrait,
    Review,
    Session,
    Student,
    Template,
    User,
)

FED = ("changed", "changed_at", "is_new")
"""The place in the feed of changes: its number, None where it has none; when; whether as something new."""
COUNT = "changes"  # of what a board shows
INSIDE: Mapping[str, type[Declared]] = {"templates": Template, "crops": FaceCrop}
"""What a student's record contains, so that a face never goes without the consent to it."""


@dataclass(frozen=True, eq=False)
class PortableKind:
    """One kind of record; each is one object, compared millions of times.

    Attributes:
        name: names its file, and mostly its table or collection.
        value: whose declared fields its records have, if they are those of a value.
        more: the fields besides.
    """

    name: str
    value: type[Declared] | None = None
    more: tuple[str, ...] = ()

    @property
    def fields(self) -> frozenset[str]:
        """The names of all fields."""
        return frozenset((*(() if self.value is None else field_names(self.value)), *self.more))

    @property
    def nested(self) -> tuple[str, ...]:
        """The declared fields that are lists or mappings."""
        return () if self.value is None else nested_names(self.value)

    def read(self, record: Mapping[str, Any]) -> Record:
        """A record as this version writes it, whichever database it comes from, without other fields.

        Raises:
            SchemaError: it isn't what this program writes.
        """
        try:
            read = {} if self.value is None else _as_declared(self.value, record)
            for name in self.more:
                read[name] = _read(name, record[name])
        except UNREADABLE as error:
            raise unreadable(self.value or dict, error) from error
        return read


ReadKind = Callable[[PortableKind], Iterable[Record]]
"""Gives the records of a kind, one after the other."""


def _as_declared(kind: type[Declared], record: Mapping[str, Any]) -> Record:
    return to_record(from_record(kind, record))


def _read(name: str, field: Any) -> Any:
    if name in INSIDE:
        return [_as_declared(INSIDE[name], each) for each in field]
    return bool(field) if name in ("is_new", "is_shared") else field  # SQLite has 0 and 1


def _many(*kinds: tuple[str, type[Declared]]) -> Iterable[PortableKind]:
    return (PortableKind(name, value) for name, value in kinds)


STUDENTS = PortableKind("students", Student, ("number_key", "twin", *FED, *INSIDE))
COURSES = PortableKind("courses", Course, (COUNT,))
SESSIONS = PortableKind("sessions", Session, (COUNT, *FED))
MARKS = PortableKind("marks", Mark, FED)
REVIEWS = PortableKind("reviews", Review)
PORTRAITS = PortableKind("portraits", Portrait)
ANSWERS = PortableKind("answers", GrantAnswer)
LINKS = PortableKind("one_time_links", OneTimeLink)
LOGIN_FAILURES = PortableKind("login_failures", more=("key", "at"))
USERS = PortableKind("users", User)
ENGINE = PortableKind("engine_pin", EnginePin)
GALLERY_VERSION = PortableKind("gallery", more=("version",))
PEOPLE_VERSION = PortableKind("people", more=("version",))
FEED_STATE = PortableKind("feed_state", more=("name", "number", "forgotten", "is_shared"))
"""Of the feed: its name, its last number, up to which erased entries were forgotten, and whether several
changes may have the same number, which they can't in SQLite."""
ERASED_STUDENTS = PortableKind("erased", more=("id", *FED))
CHAIN = PortableKind("audit", AuditEntry)
CHAIN_KEYS = PortableKind("audit_keys", more=("student_id", "key"))
SEAL = PortableKind("sealing", SealState)

KINDS: tuple[PortableKind, ...] = (  # what others refer to comes before them; SQLite needs the state first
    *(FEED_STATE, GALLERY_VERSION, PEOPLE_VERSION, ENGINE, SEAL),
    *(STUDENTS, PORTRAITS, COURSES, SESSIONS, MARKS, REVIEWS, ERASED_STUDENTS),
    *_many(("days_off", DayOff), ("traces", CheckInTrace), ("alarms", Alarm), ("photo_jobs", PhotoJob)),
    *_many(("notices", Notice), ("student_changes", NotedChange), ("api_tokens", ApiToken)),
    *(PortableKind("grants", more=("id", "digest", "expires_at")), ANSWERS),
    *(USERS, PortableKind("logins", Login), LOGIN_FAILURES, LINKS),
    *(CHAIN_KEYS, CHAIN),
)
