"""The indexes that a MongoDB register has, which are looked at when it is opened.

The migrations make them. One that was dropped, or is missing because a database was restored without its
indexes, would allow two students one roll number, or make each page read everything.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError, OperationFailure

from attendance.errors import SchemaError
from attendance.store.mongo.audit.chain import AUDIT, CARRIERS, EVENT, PENDING
from attendance.store.mongo.connection import Register
from attendance.store.mongo.migrations.names import ERASED, FED

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class WantedIndex:
    """An index of a collection.

    Attributes:
        fields: in their order, all ascending.
        unique: whether no two documents may have the same.
        sparse: whether documents without the fields are left out.
    """

    collection: str
    fields: tuple[str, ...]
    unique: bool = False
    sparse: bool = False


def _plain(collection: str, *indexes: str) -> tuple[WantedIndex, ...]:
    return tuple(WantedIndex(collection, tuple(each.split())) for each in indexes)


INDEXES: tuple[WantedIndex, ...] = (
    WantedIndex("students", ("roll_number",), unique=True),
    WantedIndex("students", ("number_key", "twin"), unique=True),
    WantedIndex("sessions", ("token",), unique=True),
    WantedIndex("users", ("username",), unique=True),
    WantedIndex("api_tokens", ("digest",), unique=True),
    WantedIndex("reviews", ("subject",), unique=True, sparse=True),
    WantedIndex("reviews", ("slot",), unique=True, sparse=True),
    *_plain("sessions", "day opens_at", "course_id opens_at", "closed_at opens_at"),
    *_plain("marks", "session_id at student_id", "student_id"),
    *_plain("reviews", "decision created_at", "session_id created_at"),
    *_plain("grants", "expires_at"),
    *_plain("answers", "expires_at"),
    *_plain("login_failures", "key at", "at"),
    *_plain("notices", "created_at", "student_id created_at"),
    *_plain("logins", "user_id created_at", "expires_at"),
    *_plain("student_changes", "at", "student_id at"),
    *_plain("traces", "session_id at", "student_id", "device at", "digest at", "at"),
    *_plain("alarms", "session_id at", "student_ids", "kind subject", "at"),
    *_plain("photo_jobs", "session_id", "reading decision"),
    *(each for name in (*FED, ERASED) for each in _plain(name, "changed")),
    *(WantedIndex(name, ("change",), sparse=True) for name in (*FED, ERASED)),
    WantedIndex(AUDIT, (EVENT,), unique=True),
    *_plain(AUDIT, "student"),
    *(WantedIndex(name, (PENDING,), sparse=True) for name in CARRIERS),
)


def need_indexes(register: Register, where: str, *, is_new: bool = False) -> None:
    """Make the indexes that are missing, and log it.

    Args:
        register: the database, of the current schema.
        where: its address, for messages.
        is_new: whether it is empty, so that there is nothing to log.

    Raises:
        SchemaError: one can't be made, because documents contradict it, or another one is in its place.
    """
    known: dict[str, dict[tuple[str, ...], bool]] = {}
    for index in INDEXES:
        if index.collection not in known:
            known[index.collection] = _indexes_of(register, index.collection)
        found = known[index.collection]
        if index.unique and found.get(index.fields) is False:
            raise SchemaError(
                f"The register on {where} has an index of {index.collection} on {', '.join(index.fields)} "
                "that isn't unique, so two could get the same. Drop that index; the next start makes the "
                "right one."
            )
        if index.fields not in found:
            if not is_new:
                _log.warning(
                    "The register on %s lacks its index of %s on %s; it is created.",
                    where,
                    index.collection,
                    ", ".join(index.fields),
                )
            _make(register, where, index)


def _indexes_of(register: Register, collection: str) -> dict[tuple[str, ...], bool]:
    """The fields of each index, and whether it is unique."""
    found = register[collection].index_information().values()
    return {tuple(field for field, _ in each["key"]): bool(each.get("unique")) for each in found}


def _make(register: Register, where: str, index: WantedIndex) -> None:
    fields = ", ".join(index.fields)
    options: dict[str, Any] = {name: True for name in ("unique", "sparse") if getattr(index, name)}
    try:
        register[index.collection].create_index([(each, ASCENDING) for each in index.fields], **options)
    except (DuplicateKeyError, OperationFailure) as error:
        raise SchemaError(
            f"The register on {where} lacks its index of {index.collection} on {fields}, and it can't be "
            f"made: {str(error).partition(', full error')[0]}. If two documents have the same there, restore "
            "a backup, or change one of them; if this user may not make indexes, give it the role readWrite."
        ) from error
