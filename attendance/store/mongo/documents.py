"""Values as documents of MongoDB, whose natural key is the ``_id``, and documents as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError

from attendance.store.records import Declared, Record, Value, from_record, to_record
from attendance.store.refusals import UNREADABLE, unreadable

KEY_TAKEN = 11000  # the server's code for a duplicate unique key


def to_document(value: Declared) -> Record:
    """The document of a value: its record, whose ``id`` becomes the ``_id``."""
    return {"_id" if name == "id" else name: field for name, field in to_record(value).items()}


def from_document(kind: type[Value], document: Mapping[str, Any]) -> Value:
    """The opposite of ``to_document``.

    Raises:
        SchemaError: the document isn't what this program writes.
    """
    try:
        return from_record(kind, {**document, "id": document["_id"]})
    except UNREADABLE as error:
        raise unreadable(kind, error) from error


def insert_once(collection: Collection[Record], document: Record) -> bool:
    """Insert a document unless one of its unique keys is taken; returns whether it was inserted.

    A refusal is as durable as the document that caused it: a majority has stored that one before.
    """
    try:
        collection.insert_one(document)
    except DuplicateKeyError:
        return False
    return True


def exchange(collection: Collection[Record], document: Record, more: Record | None = None) -> bool:
    """Write the next version of a document unless it was changed meanwhile; returns whether it was written.

    Args:
        collection: the document's collection.
        document: the new one; its version is one more than that of the document it was made from.
        more: operators of the update besides ``$set``.
    """
    before = {"_id": document["_id"], "version": document["version"] - 1}
    fields = {name: value for name, value in document.items() if name != "_id"}
    return collection.update_one(before, {"$set": fields, **(more or {})}).matched_count == 1


def insert_missing(collection: Collection[Record], documents: Sequence[Record]) -> list[Record]:
    """Insert documents whose unique keys are free, in one command; returns those that were inserted."""
    if not documents:
        return []
    try:
        collection.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        refused = error.details["writeErrors"]
        if any(each["code"] != KEY_TAKEN for each in refused) or error.details.get("writeConcernErrors"):
            raise
        taken = {each["index"] for each in refused}
        return [document for number, document in enumerate(documents) if number not in taken]
    return list(documents)
