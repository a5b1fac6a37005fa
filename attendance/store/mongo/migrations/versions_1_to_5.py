"""Schema versions 1 to 5 of the MongoDB register. Each function may run twice."""

from __future__ import annotations

import time

from pymongo import ASCENDING

from attendance.store.mongo.connection import Register
from attendance.store.mongo.migrations.names import BOARD, GALLERY, NO_TWIN, PEOPLE
from attendance.store.records import Record
from attendance.values.roll_numbers import number_key
from attendance.values.sessions import new_session_secret

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
