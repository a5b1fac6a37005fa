"""Records as documents of MongoDB: the natural key is the ``_id``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError

from attendance.store.records import Record

KEY_TAKEN = 11000  # the server's code for a unique key that another document has


def to_document(record: Mapping[str, Any]) -> Record:
    """The record's ``id`` becomes the ``_id``."""
    return {"_id" if name == "id" else name: value for name, value in record.items()}


def to_record(document: Mapping[str, Any]) -> Record:
    """The opposite of ``to_document``."""
    return {"id" if name == "_id" else name: value for name, value in document.items()}


def insert_once(collection: Collection[Record], document: Record) -> bool:
    """Whether the document was inserted; False where a unique key of it is taken.

    The refusal is as durable as the document that caused it: a majority has that one before it arrives.
    """
    try:
        collection.insert_one(document)
    except DuplicateKeyError:
        return False
    return True


def exchange(collection: Collection[Record], record: Mapping[str, Any], more: Record | None = None) -> bool:
    """Write the next version of a record, unless others have; whether it was written.

    Args:
        collection: where the record is.
        record: as it shall be; its version is one more than that of the record it was made of.
        more: operators of the update besides ``$set``.
    """
    before = {"_id": record["id"], "version": record["version"] - 1}
    fields = {name: value for name, value in record.items() if name != "id"}
    return collection.update_one(before, {"$set": fields, **(more or {})}).matched_count == 1


def insert_missing(collection: Collection[Record], documents: Sequence[Record]) -> list[Record]:
    """The documents that were inserted, in one command; those whose unique key is taken are left out."""
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
