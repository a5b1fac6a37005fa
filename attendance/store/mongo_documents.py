"""Records as documents of MongoDB: the natural key is the ``_id``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from attendance.store.records import Record


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
