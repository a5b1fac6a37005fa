"""The feed of changes in the MongoDB register: writers leave a token on what they change, readers number it.

There are no transactions, and a number that a writer takes before its write may become visible after greater
ones. Therefore no writer takes any. The command that changes a document also puts a token of its own into the
document's ``change``: both are there, or neither. Whoever reads the feed first numbers what has a token:

1. Read the last number, N.
2. Find all documents with a token.
3. Take a new number, greater than N, and write it as ``changed`` into those documents that still have the
   token with which they were found, removing the token.

Entries up to N are complete then, so that a reader may go on from N. A number is taken only after the tokens
that it is for were found. So whatever another reader gives a number up to N had its token in step 1 already,
and was found in step 2 either with its number or with its token. If with its token, step 3 gave it a number
greater than N, and the other reader, however late, finds no such token any more. If a writer dies, either its
document is changed, and the next reader numbers it, or nothing has happened.

Reads return only what a majority has stored. Where another reader's number is not stored there yet, step 2
still finds the token, and step 3 changes fewer documents than were found. Such an attempt proves nothing, and
is repeated.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Collection
from datetime import UTC, datetime

from attendance.clock import from_milliseconds, to_milliseconds, whole_milliseconds
from attendance.errors import StoreUnavailableError
from attendance.store.mongo.connection import MongoConnection, Register
from attendance.store.mongo.migrations.names import ERASED, FEED
from attendance.store.records import Record
from attendance.values.feed import Feed, FeedEntry, FeedKind, FeedPlace

COLLECTIONS = {  # in this order, what a mark refers to usually has a smaller number than the mark
    FeedKind.ERASED: ERASED,
    FeedKind.STUDENT: "students",
    FeedKind.SESSION: "sessions",
    FeedKind.MARK: "marks",
}
SHOWN = ("change", "changed", "changed_at", "is_new", "session_id", "student_id")
HAS_TOKEN = {"change": {"$exists": True}}
IS_GONE = "is_gone"  # a field of what is left of an erased student
AT_ONCE = 500  # documents with one number
MARKS_TOO = "marks_too"  # a field of a session whose marks change with it, besides ``change``
PASSES = 2  # the second returns what the first one has numbered
MOST_ATTEMPTS, PAUSE = 100, 0.02  # seconds; an attempt fails where another reader, or a writer, was quicker


class _OtherReaderError(Exception):
    """Something that was found without a number has got one from another reader, or was changed again."""


class MongoFeed:
    """Which students, sessions and marks have changed since a place in the feed."""

    _connection: MongoConnection

    def feed(
        self, after: FeedPlace, limit: int, kinds: Collection[FeedKind], *, since: datetime | None = None
    ) -> Feed:
        """See ``Store``; clocks of several machines differ, so ``since`` tells nothing."""
        del since
        with self._connection.register() as register:
            number = settle(register)
            entries = [entry for kind in kinds for entry in _entries(register, kind, after, number, limit)]
            state = _state(register)  # last: it was valid for all entries
        entries.sort(key=lambda entry: (entry.number, entry.place.key))
        return Feed(
            name=state["name"],
            entries=tuple(entries[:limit]),
            number=number,
            is_known=after.number <= state["number"],
            forgotten=state["forgotten"],
            read_at=whole_milliseconds(datetime.now(UTC)),
        )

    def feed_number(self) -> int:
        """See ``Store``."""
        with self._connection.register() as register:
            return settle(register)

    def forget_erased(self, before: datetime) -> int:
        """See ``Store``."""
        old = {"changed_at": {"$lt": to_milliseconds(before)}, "change": {"$exists": False}}
        with self._connection.register() as register:
            settle(register)
            found = list(register[ERASED].find(old, ("changed",)))
            if not found:
                return 0
            greatest = max(document["changed"] for document in found)
            # First, so that nobody goes on from a place after which an entry is missing.
            less = {"_id": FEED, "forgotten": {"$lt": greatest}}
            register["register"].update_one(less, {"$set": {"forgotten": greatest}})
            return register[ERASED].delete_many(old | {"changed": {"$lte": greatest}}).deleted_count


def stamp(*, is_new: bool = False) -> Record:
    """The fields that put the change of one document into the feed; never share them between documents."""
    now = to_milliseconds(whole_milliseconds(datetime.now(UTC)))
    return {"change": uuid.uuid4().hex, "changed_at": now, "is_new": is_new}


def announce_erasure(register: Register, student_id: str) -> None:
    """Leave what the feed shows of a student who is about to be deleted, and nothing more.

    It gets its number once the student is gone, even if the process dies between deleting and confirming.
    """
    register[ERASED].update_one({"_id": student_id}, {"$set": stamp() | {IS_GONE: False}}, upsert=True)


def confirm_erasure(register: Register, student_id: str) -> None:
    """Confirm that a student was deleted, whether or not the same one is added again."""
    register[ERASED].update_one({"_id": student_id}, {"$set": {IS_GONE: True}})


def settle(register: Register) -> int:
    """Number all changes that have no number; returns that up to which entries are complete.

    Raises:
        StoreUnavailableError: other readers were numbering the same all the time.
    """
    passes = 0
    for _ in range(MOST_ATTEMPTS):
        number = int(_state(register)["number"])
        try:
            found = sum([_number_all(register, kind) for kind in COLLECTIONS])
        except _OtherReaderError:
            time.sleep(PAUSE)
            continue
        passes += 1
        if not found or passes == PASSES:
            return number
    raise StoreUnavailableError("Too many programs read the changes of the register at once. Try again.")


def _number_all(register: Register, kind: FeedKind) -> int:
    """Number the changes of a kind, at least all that were there before; returns how many were found."""
    collection, total = register[COLLECTIONS[kind]], 0
    while True:
        found = _with_token(register, kind)[:AT_ONCE]
        if found:
            number = _next_number(register)
            for document in found:
                if document.get(MARKS_TOO):
                    older = {"session_id": document["_id"], "changed": {"$lt": number}}
                    new = {"changed": number, "changed_at": document["changed_at"], "is_new": False}
                    register["marks"].update_many(older, {"$set": new})
            still = {
                "_id": {"$in": [document["_id"] for document in found]},
                "change": {"$in": [document["change"] for document in found]},
            }
            settled = {"$set": {"changed": number}, "$unset": {"change": "", MARKS_TOO: ""}}
            if collection.update_many(still, settled).modified_count < len(found):
                raise _OtherReaderError
        total += len(found)
        if len(found) < AT_ONCE:
            return total


def _with_token(register: Register, kind: FeedKind) -> list[Record]:
    """The first documents without a number; a student who is still there may not be erased yet."""
    wanted = ("change", "changed_at", MARKS_TOO, IS_GONE)
    if kind is not FeedKind.ERASED:
        return list(register[COLLECTIONS[kind]].find(HAS_TOKEN, wanted).limit(AT_ONCE))
    found = list(register[ERASED].find(HAS_TOKEN, wanted))
    if not found:
        return []
    unsure = {"_id": {"$in": [document["_id"] for document in found if not document[IS_GONE]]}}
    there = {document["_id"] for document in register["students"].find(unsure, ("_id",))}
    return [document for document in found if document["_id"] not in there]


def _next_number(register: Register) -> int:
    while True:
        number = int(_state(register)["number"])
        unchanged = {"_id": FEED, "number": number}
        if register["register"].update_one(unchanged, {"$set": {"number": number + 1}}).matched_count:
            return number + 1


def _state(register: Register) -> Record:
    found = register["register"].find_one({"_id": FEED})
    if found is None:
        raise StoreUnavailableError(
            "The register's document of the feed is gone from the collection register. Restore a backup of "
            "the database."
        )
    return found


def _entries(
    register: Register, kind: FeedKind, after: FeedPlace, number: int, limit: int
) -> list[FeedEntry]:
    """The first entries of a kind after a place, and up to a number."""
    rank = str(list(FeedKind).index(kind))
    later: Record = {"changed": {"$gt": after.number, "$lte": number}}
    if after.key < rank:
        later = {"changed": {"$gte": after.number, "$lte": number}}
    elif after.key.startswith(rank):
        rest = {"changed": after.number, "_id": {"$gt": after.key.removeprefix(rank)}}
        later = {"$or": [rest, later]}
    order = [("changed", 1), ("_id", 1)]
    found = register[COLLECTIONS[kind]].find(later, SHOWN).sort(order).limit(limit)
    return [_entry(kind, document) for document in found]


def _entry(kind: FeedKind, document: Record) -> FeedEntry:
    is_mark = kind is FeedKind.MARK
    return FeedEntry(
        number=document["changed"],
        kind=kind,
        session_id=document["session_id"] if is_mark else "",
        id=document["student_id"] if is_mark else document["_id"],
        is_new=document["is_new"],
        at=from_milliseconds(document["changed_at"]),
    )
