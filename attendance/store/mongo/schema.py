"""Creates a MongoDB register, and migrates older ones to the current schema."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from attendance.errors import SchemaError, StoreUnavailableError
from attendance.store.mongo.connection import Register
from attendance.store.records import Record
from attendance.store.refusals import refuse_newer
from attendance.values.roll_numbers import number_key
from attendance.values.sessions import new_session_secret

Migration = Callable[
    [Register], None
]  # number n (from 1) leads from schema version n - 1 to n; may run twice

_log = logging.getLogger(__name__)
# The documents of the collection `register`.
SCHEMA, LOCK, GALLERY, PEOPLE, ENGINE_PIN = "schema", "migration", "gallery", "people", "engine_pin"
COPY = "copy"  # which version the copy is of, once it is complete
BOARD = "board_version"  # the field of sessions and courses that counts changes on a board
# All that a register had before version 4; what came later has no older form.
COPIED = (
    *("students", "portraits", "courses", "sessions", "marks", "reviews", "grants", "answers", "users"),
    *("login_failures", "one_time_links", "notices", "api_tokens", "register"),
)
BEFORE = "before_update_"  # begins the names of the copies of collections
AT_ONCE = 500  # documents in one command
LONGEST_MIGRATION = 300.0  # seconds; an older lock was left by a process that died
PAUSE = 0.05  # seconds between attempts to get the lock

NO_TWIN = ""  # what a student's ``twin`` is, besides the ids of twins in older registers
OLDER = {"version": {"$exists": False}}  # courses and sessions as version 1 wrote them
NEW_IN_COURSES: Record = {
    "teachers": [],
    "late_after_minutes": None,
    "closes_after_minutes": 90,
    "code_interval": 15,
    "static_code": False,
    "active": True,
    "schedule": [],
    "version": 1,
    BOARD: 0,
}
NEW_IN_SESSIONS: Record = {"opened_by": None, "planned": False, "version": 1, BOARD: 0, "changes": []}

NEW_IN_USERS: Record = {
    "second_factor": None,
    "strong_password": False,
    "asked_for_factor": False,
    "enrols": False,
}


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


def version_2(register: Register) -> None:
    """Users, and new fields of courses and sessions."""
    register["users"].create_index("username", unique=True)
    register["login_failures"].create_index([("key", ASCENDING), ("at", ASCENDING)])
    register["login_failures"].create_index("at")
    register["sessions"].create_index([("course_id", ASCENDING), ("opens_at", ASCENDING)])
    register["sessions"].create_index([("closed_at", ASCENDING), ("opens_at", ASCENDING)])
    register["reviews"].create_index([("session_id", ASCENDING), ("created_at", ASCENDING)])
    register["register"].update_one(
        {"_id": PEOPLE}, {"$setOnInsert": {"version": 0, "changes": []}}, upsert=True
    )
    register["courses"].update_many(OLDER, {"$set": NEW_IN_COURSES})
    now = time.time() * 1000
    for session in list(register["sessions"].find(OLDER, ("closes_at",))):
        # Past sessions count as closed; closing them later would mark students absent on days long ago.
        closed_at = session["closes_at"] if session["closes_at"] <= now else None
        new = NEW_IN_SESSIONS | {"secret": new_session_secret(), "closed_at": closed_at}
        register["sessions"].update_one({"_id": session["_id"], **OLDER}, {"$set": new})


def version_3(register: Register) -> None:
    """Guardians, withdrawn consent, notices and API tokens."""
    older = {"guardian_email": {"$exists": False}}
    register["students"].update_many(older, {"$set": {"guardian_email": None, "withdrawn": None}})
    register["notices"].create_index("created_at")
    register["notices"].create_index([("student_id", ASCENDING), ("created_at", ASCENDING)])
    register["api_tokens"].create_index("digest", unique=True)


def version_4(register: Register) -> None:
    """Logins, second factors, the right to enrol, changes of students, and one open review on a subject."""
    register["logins"].create_index([("user_id", ASCENDING), ("created_at", ASCENDING)])
    register["logins"].create_index("expires_at")
    register["users"].update_many({"strong_password": {"$exists": False}}, {"$set": NEW_IN_USERS})
    register["student_changes"].create_index("at")
    register["student_changes"].create_index([("student_id", ASCENDING), ("at", ASCENDING)])
    alone = {"joined": [], "shared": False}
    register["reviews"].update_many({"joined": {"$exists": False}}, {"$set": alone})
    for key in ("subject", "slot"):  # absent where a review has none
        register["reviews"].create_index(key, unique=True, sparse=True)


def version_5(register: Register) -> None:
    """Keys of roll numbers, cancelled sessions, days of courses, notices held back, rights noted."""
    register["students"].update_many({"image_id": {"$exists": False}}, {"$set": {"image_id": None}})
    _add_number_keys(register)
    _cancel_sessions(register)
    no_days = {"first_day": None, "last_day": None}
    register["courses"].update_many({"first_day": {"$exists": False}}, {"$set": no_days})
    register["notices"].update_many({"held_by": {"$exists": False}}, {"$set": {"held_by": None}})
    register["student_changes"].update_many({"user_id": {"$exists": False}}, {"$set": {"user_id": None}})


def _cancel_sessions(register: Register) -> None:
    """Until version 5 a session was cancelled by closing it before it opened."""
    older = {"history": {"$exists": False}}
    new: Record = {"by_hand": False, "cancelled_at": None, "history": []}
    for session in list(register["sessions"].find(older, ("opens_at", "closed_at"))):
        closed_at = session["closed_at"]
        before = closed_at is not None and closed_at < session["opens_at"]
        fields = new | ({"cancelled_at": closed_at, "closed_at": None} if before else {})
        register["sessions"].update_one({"_id": session["_id"], **older}, {"$set": fields})


def _add_number_keys(register: Register) -> None:
    """Make the key of a roll number unique; twins from before, such as cs-17 and CS-17, stay.

    The first of them keeps an empty ``twin``, each other one has its own id there.
    """
    students = register["students"]
    seen = {student["number_key"] for student in students.find({"number_key": {"$exists": True}})}
    without = students.find({"number_key": {"$exists": False}}, ("roll_number",))
    for student in list(without.sort("roll_number")):
        key = number_key(student["roll_number"])
        twin = student["_id"] if key in seen else NO_TWIN
        seen.add(key)
        students.update_one({"_id": student["_id"]}, {"$set": {"number_key": key, "twin": twin}})
    students.create_index([("number_key", ASCENDING), ("twin", ASCENDING)], unique=True)


MIGRATIONS: tuple[Migration, ...] = (version_1, version_2, version_3, version_4, version_5)


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


def delete_copies(register: Register) -> None:
    """Delete the copy that was made before a migration, because data in it may not be kept any longer."""
    if register["register"].find_one({"_id": COPY}) is None:
        return
    for name in COPIED:
        register.drop_collection(BEFORE + name)
    register["register"].delete_one({"_id": COPY})


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
        "collections there that begin with %s. They are deleted when a student is erased or withdraws "
        "consent; drop them yourself once all works.",
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
