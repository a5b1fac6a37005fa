"""The collections of the MongoDB register, and how an older database becomes a current one."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from attendance.errors import SchemaError, StoreUnavailableError
from attendance.store.mongo_connection import Register
from attendance.store.refusals import refuse_newer

Migration = Callable[
    [Register], None
]  # number n (from 1) leads from schema version n - 1 to n; may run twice

SCHEMA, LOCK, GALLERY, ENGINE_PIN = "schema", "migration", "gallery", "engine_pin"  # documents of `register`
LONGEST_MIGRATION = 300.0  # seconds; a lock that is older was left by a process that died
PAUSE = 0.05  # seconds between two looks at the lock


def version_1(register: Register) -> None:
    """Keys and indexes of the first schema."""
    register["students"].create_index("roll_number", unique=True)
    register["sessions"].create_index("token", unique=True)
    register["sessions"].create_index([("day", ASCENDING), ("opens_at", ASCENDING)])
    register["marks"].create_index([("session_id", ASCENDING), ("at", ASCENDING), ("student_id", ASCENDING)])
    register["marks"].create_index("student_id")
    register["reviews"].create_index([("decision", ASCENDING), ("created_at", ASCENDING)])
    register["grants"].create_index("expires_at")
    register["answers"].create_index("expires_at")
    register["register"].update_one(
        {"_id": GALLERY}, {"$setOnInsert": {"version": 0, "changes": []}}, upsert=True
    )


MIGRATIONS: tuple[Migration, ...] = (version_1,)


def prepare(register: Register, where: str, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Make the database a register of the current schema, whichever of several processes comes first.

    Args:
        register: the database; may be empty.
        where: its address, for people.
        migrations: all of them, in order.

    Raises:
        SchemaError: the database is another program's, or a newer version of this one wrote it.
        StoreUnavailableError: another process has been migrating it for too long.
    """
    if _version(register, where, len(migrations)) == len(migrations):
        return
    with _only_one(register, where):
        version = _version(register, where, len(migrations))
        for number, migrate in enumerate(migrations[version:], start=version + 1):
            migrate(register)
            register["register"].update_one({"_id": SCHEMA}, {"$set": {"version": number}}, upsert=True)


def _version(register: Register, where: str, known: int) -> int:
    """The database's schema version, 0 for an empty one."""
    schema = register["register"].find_one({"_id": SCHEMA})
    version = 0 if schema is None else int(schema["version"])
    if version == 0 and register["students"].find_one({}, {"_id": 1}) is not None:
        raise SchemaError(
            f"{where} holds students of another program. Name another database at the end of MONGODB_URI."
        )
    refuse_newer(where, version, known)
    return version


@contextmanager
def _only_one(register: Register, where: str) -> Iterator[None]:
    """Wait until no other process migrates, and keep others waiting."""
    me = uuid.uuid4().hex
    give_up = time.monotonic() + LONGEST_MIGRATION
    while not _locked(register, me):
        if time.monotonic() > give_up:
            raise StoreUnavailableError(
                f"Another process has been migrating the register on {where} for more than "
                f"{LONGEST_MIGRATION:.0f} seconds; wait for it to end and try again."
            )
        time.sleep(PAUSE)
    try:
        yield
    finally:
        register["register"].delete_one({"_id": LOCK, "by": me})


def _locked(register: Register, me: str) -> bool:
    try:
        register["register"].insert_one({"_id": LOCK, "by": me, "since": time.time()})
    except DuplicateKeyError:
        held = register["register"].find_one({"_id": LOCK})
        if held is not None and time.time() - held["since"] > LONGEST_MIGRATION:
            register["register"].delete_one({"_id": LOCK, "by": held["by"]})
        return False
    return True
