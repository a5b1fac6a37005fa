"""The part of the MongoDB register that keeps courses and sessions."""

from __future__ import annotations

from pymongo import ASCENDING

from attendance.store.mongo_connection import MongoConnection, Register
from attendance.store.mongo_documents import insert_once, to_document, to_record
from attendance.store.mongo_students import ONLY_ID
from attendance.store.refusals import no_session
from attendance.store.session_records import course_from, course_record, session_from, session_record
from attendance.values import Course, Session


class MongoSessions:
    """Courses and their sessions."""

    _connection: MongoConnection

    def add_course(self, course: Course) -> bool:
        """See ``Store``."""
        with self._connection.register() as register:
            return insert_once(register["courses"], to_document(course_record(course)))

    def course(self, course_id: str) -> Course | None:
        """See ``Store``."""
        with self._connection.register() as register:
            document = register["courses"].find_one({"_id": course_id})
        return None if document is None else course_from(to_record(document))

    def add_session(self, session: Session) -> bool:
        """See ``Store``."""
        with self._connection.register() as register:
            return insert_once(register["sessions"], to_document(session_record(session)))

    def session(self, session_id: str) -> Session | None:
        """See ``Store``."""
        return self._one_session({"_id": session_id})

    def session_by_token(self, token: str) -> Session | None:
        """See ``Store``."""
        return self._one_session({"token": token})

    def sessions(self, day: str | None = None) -> list[Session]:
        """See ``Store``."""
        of_day = {} if day is None else {"day": day}
        order = [("opens_at", ASCENDING), ("_id", ASCENDING)]
        with self._connection.register() as register:
            found = list(register["sessions"].find(of_day).sort(order))
        return [session_from(to_record(document)) for document in found]

    def _one_session(self, key: dict[str, str]) -> Session | None:
        with self._connection.register() as register:
            document = register["sessions"].find_one(key)
        return None if document is None else session_from(to_record(document))


def need_session(register: Register, session_id: str) -> None:
    """Raise ``SessionNotFoundError`` unless there is one with this id; sessions are never removed."""
    if register["sessions"].find_one({"_id": session_id}, ONLY_ID) is None:
        raise no_session(session_id)
