"""Who was seen or called out in a room, in the documents of MongoDB's sessions."""

from __future__ import annotations

from dataclasses import replace

from attendance.store.mongo.changes.feed import stamp
from attendance.store.mongo.connection import Register
from attendance.store.mongo.documents import exchange, from_document, to_document
from attendance.store.mongo.migrations.names import BOARD
from attendance.values import Session


def leave_sessions(register: Register, student_id: str) -> None:
    """Remove a student from who was seen or called out, which raises the versions of those sessions."""
    sessions = register["sessions"]
    naming = {"$or": [{"room_pictures.seen": student_id}, {"spot_checks.student_ids": student_id}]}
    while (found := sessions.find_one(naming)) is not None:  # again where it was changed meanwhile
        left = from_document(Session, found).without({student_id})
        document = to_document(replace(left, version=left.version + 1)) | stamp()
        exchange(sessions, document, {"$inc": {BOARD: 1}})
