"""Creates a MongoDB register, and migrates older ones to the current schema."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from pymongo.errors import DuplicateKeyError

from attendance.errors import SchemaError, StoreUnavailableError
from attendance.store.mongo.connection import Register
from attendance.store.mongo.migrations.names import ERASED, LOCK, SCHEMA
from attendance.store.mongo.migrations.version_6 import version_6
from attendance.store.mongo.migrations.version_7 import version_7
from attendance.store.mongo.migrations.version_8 import version_8
from attendance.store.mongo.migrations.version_9 import version_9
from attendance.store.mongo.migrations.versions_1_to_5 import (
    version_1,
    version_2,
    version_3,
    version_4,
    version_5,
)
from attendance.store.refusals import refuse_newer

Migration = Callable[
    [Register], None
]  # number n (from 1) leads from schema version n - 1 to n; may run twice

_log = logging.getLogger(__name__)
COPY = "copy"  # which version the copy is of, once it is complete
# All that a register had before version 9; what came later has no older form.
COPIED = (
    *("students", "portraits", "courses", "sessions", "marks", "reviews", "grants", "answers", "users"),
    *("login_failures", "one_time_links", "notices", "api_tokens", "logins", "student_changes", "days_off"),
    *("register", ERASED, "traces", "alarms", "photo_jobs"),
)
BEFORE = "before_update_"  # begins the names of the copies of collections
AT_ONCE = 500  # documents in one command
LONGEST_MIGRATION = 300.0  # seconds; an older lock was left by a process that died
PAUSE = 0.05  # seconds between attempts to get the lock

MIGRATIONS: tuple[Migration, ...] = (
    *(version_1, version_2, version_3, version_4, version_5, version_6),
    *(version_7, version_8, version_9),
)


def prepare(register: Register, where: str, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Make the database a register of the current schema; one of several simultaneous processes does it.

    An older one is copied first, and the log says where the copy is.

    Args:
        register: the database; may be empty.
        where: its address, for messages.
        migrations: all of them, in order.

    Raises:
        SchemaError: the database belongs to another program, or a newer version of this one wrote it.
        StoreUnavailableError: another process has been migrating it for too long.
    """
    if _version(register, where, len(migrations)) == len(migrations):
        return
    with _only_one(register, where):
        version = _version(register, where, len(migrations))
        if 0 < version < len(migrations):
            _copy(register, where, version)
        for number, migrate in enumerate(migrations[version:], start=version + 1):
            migrate(register)
            register["register"].update_one({"_id": SCHEMA}, {"$set": {"version": number}}, upsert=True)


def require_current(register: Register, where: str) -> None:
    """Check that the database is a register of the current schema, and leave it as it is.

    Args:
        register: the database.
        where: its address, for messages.

    Raises:
        SchemaError: it isn't.
    """
    version = _version(register, where, len(MIGRATIONS))
    if version == 0:
        raise SchemaError(f"There is no register on {where} yet. Start the server, which makes one.")
    if version < len(MIGRATIONS):
        raise SchemaError(
            f"The register on {where} has schema version {version}, and this program's is {len(MIGRATIONS)}. "
            "Stop all servers of the older version, then start one of this version, which changes it."
        )


def delete_copies(register: Register) -> bool:
    """Delete the copy from before a migration, because data in it may not be kept; whether there was one."""
    if register["register"].find_one({"_id": COPY}) is None:
        return False
    for name in COPIED:
        register.drop_collection(BEFORE + name)
    register["register"].delete_one({"_id": COPY})
    return True


def _copy(register: Register, where: str, version: int) -> None:
    """Copy all collections unless that was done before the same migration, which then did not end."""
    made = register["register"].find_one({"_id": COPY})
    if made is None or made["version"] != version:
        for name in COPIED:
            register.drop_collection(BEFORE + name)
            documents = iter(list(register[name].find()))
            while some := list(islice(documents, AT_ONCE)):
                register[BEFORE + name].insert_many(some)
        register["register"].update_one({"_id": COPY}, {"$set": {"version": version}}, upsert=True)
    _log.warning(
        "This version of the program changes the form of the register on %s. As it was before, it is in the "
        "collections there that begin with %s. They are deleted when a student or a photo is erased, or "
        "consent is withdrawn; drop them yourself once all works.",
        where,
        BEFORE,
    )


def _version(register: Register, where: str, known: int) -> int:
    """The database's schema version; 0 for an empty one."""
    schema = register["register"].find_one({"_id": SCHEMA})
    version = 0 if schema is None else int(schema["version"])
    if version == 0 and register["students"].find_one({}, {"_id": 1}) is not None:
        raise SchemaError(
            f"{where} contains students of another program. Use another database name in MONGODB_URI."
        )
    refuse_newer(where, version, known)
    return version


@contextmanager
def _only_one(register: Register, where: str) -> Iterator[None]:
    """Wait until no other process migrates, and make others wait."""
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
