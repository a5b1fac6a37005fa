"""The steps of erasing a student from MongoDB, each of which can be repeated, and counts what it deletes."""

from __future__ import annotations

from dataclasses import replace

from attendance.store.erasure import Erasure, answer_without
from attendance.store.mongo.audit.watching import unwatched
from attendance.store.mongo.changes.counters import gallery_change
from attendance.store.mongo.changes.feed import stamp
from attendance.store.mongo.connection import Register
from attendance.store.mongo.documents import exchange, from_document, to_document
from attendance.store.mongo.migrations.names import BOARD
from attendance.store.records import Record
from attendance.values import Session, Student

NO_FACE: Record = {"templates": [], "crops": []}
FACELESS: Record = {"active": False, "consent": None, **NO_FACE}
_BELONGINGS = {
    "marks": ("marks", "student_id"),
    "notices": ("notices", "student_id"),
    "changes": ("student_changes", "student_id"),
    "traces": ("traces", "student_id"),
    "alarms": ("alarms", "student_ids"),
}
"""The collections of records that go with a student, and the field that names the student."""


def erase_face(register: Register, student_id: str) -> Erasure:
    """Delete templates and crops, and keep others from coming."""
    faceless = {"$set": FACELESS | stamp(), "$inc": {"revision": 1}}
    with gallery_change(register):
        before = unwatched(register)["students"].find_one_and_update({"_id": student_id}, faceless)
    had = before or NO_FACE
    return Erasure(templates=len(had["templates"]), crops=len(had["crops"]))


def erase_belongings(register: Register, student_id: str) -> Erasure:
    """Delete the records about a student, and remove the student from lists."""
    counts = {
        place: register[collection].delete_many({field: student_id}).deleted_count
        for place, (collection, field) in _BELONGINGS.items()
    }
    portraits = unwatched(register)["portraits"].delete_one({"_id": student_id}).deleted_count
    rosters = register["courses"].count_documents({"roster": student_id})
    off = {"$pull": {"roster": student_id}, "$inc": {"version": 1, BOARD: 1}}
    register["courses"].update_many({"roster": student_id}, off)
    sessions = leave_sessions(register, student_id)
    return Erasure(portraits=portraits, rosters=rosters, sessions=sessions, **counts)


def leave_reviews(register: Register, student_id: str) -> Erasure:
    """Delete reviews about the student; remove the student, and the picture of perhaps them, from others."""
    about = [{"best": student_id}, {"decided_for": student_id}]
    deleted = register["reviews"].delete_many({"$or": about}).deleted_count
    naming = {"candidates.student_id": student_id}
    others = register["reviews"].count_documents(naming)
    register["reviews"].update_many(
        naming, {"$pull": {"candidates": {"student_id": student_id}}, "$set": {"snapshot": None}}
    )
    return Erasure(reviews=deleted, candidates=others)


def leave_answers(register: Register, student_id: str, student: Student | None) -> Erasure:
    """Take a student out of kept answers; see ``answer_without``."""
    naming = 0
    for kept in list(register["answers"].find({}, ("answer",))):
        left = answer_without(kept["answer"], student_id, student)
        naming += left != kept["answer"]
        if left is None:
            register["answers"].delete_one({"_id": kept["_id"]})
        elif left != kept["answer"]:
            register["answers"].update_one({"_id": kept["_id"]}, {"$set": {"answer": left}})
    return Erasure(answers=naming)


def leave_sessions(register: Register, student_id: str) -> int:
    """Remove a student from who was seen or called out, which raises the versions of those sessions.

    Returns:
        How many sessions had the student.
    """
    sessions = register["sessions"]
    naming = {"$or": [{"room_pictures.seen": student_id}, {"spot_checks.student_ids": student_id}]}
    left_ids = set()
    while (found := sessions.find_one(naming)) is not None:  # again where it was changed meanwhile
        left = from_document(Session, found).without({student_id})
        document = to_document(replace(left, version=left.version + 1)) | stamp()
        exchange(sessions, document, {"$inc": {BOARD: 1}})
        left_ids.add(left.id)
    return len(left_ids)
