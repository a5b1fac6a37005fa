"""Sessions in the MongoDB register."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from attendance.clock import to_milliseconds
from attendance.store.mongo.changes.counters import session_changes
from attendance.store.mongo.changes.feed import MARKS_TOO, stamp
from attendance.store.mongo.connection import MongoConnection, Register
from attendance.store.mongo.documents import exchange, from_document, insert_once, to_document
from attendance.store.mongo.erasing import leave_sessions
from attendance.store.mongo.migrations.names import BOARD
from attendance.store.mongo.students import gone_students
from attendance.store.refusals import token_taken
from attendance.values import Session


class MongoSessions:
    """Sessions of courses; ``board_version`` counts changes on a session's board (see ``changes``)."""

    _connection: MongoConnection

    def add_session(self, session: Session) -> bool:
        """See ``Store``."""
        document = to_document(session) | stamp(is_new=True) | {BOARD: 0, "changes": []}
        with self._connection.register() as register:
            return insert_once(register["sessions"], document)

    def replace_session(self, session: Session) -> bool:
        """See ``Store``.

        Either the last step of a student's removal sees the lists, or this sees that the student is gone.
        """
        with self._connection.register() as register:
            document = to_document(session.without(gone_students(register, session.named))) | stamp()
            if _changes_marks(register, session):
                document[MARKS_TOO] = True
            try:
                if not exchange(register["sessions"], document, {"$inc": {BOARD: 1}}):
                    return False
            except DuplicateKeyError as error:
                raise token_taken(session) from error
            for student_id in gone_students(register, session.named):
                leave_sessions(register, student_id)
        return True

    def session(self, session_id: str) -> Session | None:
        """See ``Store``."""
        return self._one_session({"_id": session_id})

    def session_by_token(self, token: str) -> Session | None:
        """See ``Store``."""
        return self._one_session({"token": token})

    def sessions(self, day: str | None = None) -> list[Session]:
        """See ``Store``."""
        return self._sessions({} if day is None else {"day": day})

    def sessions_between(self, first_day: str, last_day: str) -> list[Session]:
        """See ``Store``."""
        return self._sessions({"day": {"$gte": first_day, "$lte": last_day}})

    def sessions_of(self, course_id: str) -> list[Session]:
        """See ``Store``."""
        return self._sessions({"course_id": course_id})

    def unclosed_sessions(self, at: datetime) -> list[Session]:
        """See ``Store``."""
        wanted = {"closed_at": None, "cancelled_at": None, "opens_at": {"$lte": to_milliseconds(at)}}
        return self._sessions(wanted)

    def session_changes(self, session_id: str) -> int:
        """See ``Store``."""
        with self._connection.register() as register:
            return session_changes(register, session_id)

    def _sessions(self, wanted: dict[str, Any]) -> list[Session]:
        order = [("opens_at", ASCENDING), ("_id", ASCENDING)]
        with self._connection.register() as register:
            found = list(register["sessions"].find(wanted).sort(order))
        return [from_document(Session, document) for document in found]

    def _one_session(self, key: dict[str, str]) -> Session | None:
        with self._connection.register() as register:
            document = register["sessions"].find_one(key)
        return None if document is None else from_document(Session, document)


def _changes_marks(register: Register, session: Session) -> bool:
    """Whether its marks count for nothing from now on, or count again."""
    before = {"_id": session.id, "version": session.version - 1}
    found = register["sessions"].find_one(before, ("cancelled_at",))
    return found is not None and (found["cancelled_at"] is not None) != session.is_cancelled
