"""Reads all records out of a copy of a MongoDB register, and writes a new copy of such records."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

import bson

from attendance.errors import StoreUnavailableError
from attendance.files.whole_file import PRIVATE
from attendance.store.mongo.audit.chain import EVENT, PENDING, entry_record, key_of
from attendance.store.mongo.changes.feed import IS_GONE
from attendance.store.mongo.check_ins.grants import answer_key
from attendance.store.mongo.copying.whole_copies import ENDING, REGISTER, documents_in
from attendance.store.mongo.migrations.names import (
    BOARD,
    ENGINE_PIN,
    FEED,
    GALLERY,
    LISTS,
    PEOPLE,
    SCHEMA,
    lists_of,
)
from attendance.store.mongo.schema import MIGRATIONS
from attendance.store.mongo.sealing.states import STATE
from attendance.store.portable.kinds import (
    ANSWERS,
    CHAIN,
    CHAIN_KEYS,
    COUNT,
    COURSES,
    ENGINE,
    ERASED_STUDENTS,
    FEED_STATE,
    GALLERY_VERSION,
    KINDS,
    LINKS,
    LOGIN_FAILURES,
    MARKS,
    PEOPLE_VERSION,
    PORTRAITS,
    REVIEWS,
    SEAL,
    SESSIONS,
    STUDENTS,
    PortableKind,
    ReadKind,
)
from attendance.store.records import Record

IN_REGISTER: Mapping[PortableKind, str] = {
    FEED_STATE: FEED,
    GALLERY_VERSION: GALLERY,
    PEOPLE_VERSION: PEOPLE,
    ENGINE: ENGINE_PIN,
    SEAL: STATE,
}
"""The kinds that are one document of the collection `register`, and its key."""
KEYS: Mapping[PortableKind, Callable[[Record], str]] = {
    MARKS: lambda record: f"{record['session_id']}|{record['student_id']}",
    ANSWERS: lambda record: answer_key(record["grant_id"], record["digest"]),
    PORTRAITS: lambda record: str(record["student_id"]),
    LOGIN_FAILURES: lambda _: uuid.uuid4().hex,
}
"""What the key of a document is made of, beside all of the record; others have their id as key, and once."""
ALWAYS: Mapping[PortableKind, Record] = {
    STUDENTS: {"revision": 0},
    SESSIONS: {"changes": []},
    ERASED_STUDENTS: {IS_GONE: True},
}
"""What new documents of a kind have besides."""
UNNUMBERED = "change"  # the field of documents whose change the feed hasn't numbered yet


def records_in(folder: Path, kind: PortableKind) -> Iterator[Record]:
    """The records of a kind in a copy, one after the other.

    Raises:
        SchemaError: the copy is damaged.
        StoreUnavailableError: it was made while others wrote.
    """
    name = REGISTER if kind in IN_REGISTER else kind.name
    path = folder / f"{name}{ENDING}"
    for document in documents_in(path) if path.exists() else ():
        for record in _records(kind, document):
            yield kind.read(record)


def write_copy(folder: Path, read: ReadKind) -> None:
    """Write a copy of records, from which ``documents_put`` makes a register.

    Args:
        folder: empty.
        read: gives the records of each kind.

    Raises:
        OSError: there is no space.
    """
    register: list[Record] = [{"_id": SCHEMA, "version": len(MIGRATIONS)}]
    for kind in KINDS:
        if kind in IN_REGISTER:
            register += [_of_register(kind, record) for record in read(kind)]
        elif kind == LINKS:
            _write(folder, LINKS.name, _links(read(kind)))
        else:
            _write(folder, kind.name, (_document(kind, record) for record in read(kind)))
    _write(folder, REGISTER, register)


def _records(kind: PortableKind, document: Record) -> Iterable[Record]:
    """The records in a document: one, but of links as many as there are."""
    if kind == ERASED_STUDENTS and UNNUMBERED in document:
        return ()  # who is about to be erased, and may still be there
    if PENDING in document or UNNUMBERED in document:
        raise StoreUnavailableError(
            "Somebody changed the register while it was copied. Stop all servers, and try again."
        )
    if kind in IN_REGISTER:
        return () if document["_id"] != IN_REGISTER[kind] else [{**document, "is_shared": True}]
    if kind == LINKS:
        of_purpose = document["links"].items()
        return [{"digest": each, "purpose": document["_id"], "expires_at": at} for each, at in of_purpose]
    if kind == CHAIN:
        return [entry_record(document)]
    if kind == CHAIN_KEYS:
        return [{"student_id": document["_id"], "key": document["key"]}]
    record = {"id": document["_id"], **document}
    if kind == REVIEWS:
        record = {"subject": None, **record}
    if BOARD in document:
        record[COUNT] = document[BOARD]
    return [record]


def _of_register(kind: PortableKind, record: Record) -> Record:
    document = {"_id": IN_REGISTER[kind], **record}
    document.pop("is_shared", None)
    return document | {"changes": []} if kind in (GALLERY_VERSION, PEOPLE_VERSION) else document


def _document(kind: PortableKind, record: Record) -> Record:
    if kind == CHAIN:
        rest = {name: field for name, field in record.items() if name not in ("number", "id")}
        return {"_id": key_of(record["number"]), EVENT: record["id"], **rest}
    if kind == CHAIN_KEYS:
        return {"_id": record["student_id"], "key": record["key"]}
    if kind in KEYS:
        document = {"_id": KEYS[kind](record), **record}
    else:
        document = {"_id" if name == "id" else name: field for name, field in record.items()}
    if document.get("changed", 0) is None:
        del document["changed"]
        document[UNNUMBERED] = uuid.uuid4().hex
    return _with_computed(kind, document)


def _with_computed(kind: PortableKind, document: Record) -> Record:
    """A document with the fields that only this database has."""
    if kind in (COURSES, SESSIONS):
        document[BOARD] = document.pop(COUNT)
    if kind == STUDENTS:
        document[LISTS] = lists_of(document)
    if kind == REVIEWS:
        candidates = document["candidates"]
        document["best"] = candidates[0]["student_id"] if candidates else None
        if document["subject"] is None:  # which is unique where it is there
            del document["subject"]
    return document | ALWAYS.get(kind, {})


def _links(records: Iterable[Record]) -> Iterable[Record]:
    """The documents of links, one for each purpose."""
    found: dict[str, dict[str, int]] = {}
    for record in records:
        found.setdefault(record["purpose"], {})[record["digest"]] = record["expires_at"]
    return [{"_id": purpose, "links": links} for purpose, links in found.items()]


def _write(folder: Path, name: str, documents: Iterable[Record]) -> None:
    path = folder / f"{name}{ENDING}"
    path.touch(PRIVATE)
    with path.open("wb") as file:
        _write_all(file, documents)


def _write_all(file: IO[bytes], documents: Iterable[Record]) -> None:
    for document in documents:
        file.write(bson.encode(document))
