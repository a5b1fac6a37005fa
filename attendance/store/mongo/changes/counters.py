"""Change counters in MongoDB that count every change, even if a writer dies halfway.

Without transactions, a change and its new number are two commands. A writer therefore announces its change
first, and removes the announcement in the same command that raises the number. If it dies in between, a later
reader does that. The gallery, the students and each session have a counter.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from attendance.errors import AttendanceError
from attendance.store.mongo.connection import Register
from attendance.store.mongo.migrations.names import BOARD, GALLERY, PEOPLE
from attendance.store.records import Record
from attendance.store.refusals import no_session

LONGEST_CHANGE = 60.0  # seconds; older announcements were left by a process that died


def gallery_change(register: Register) -> AbstractContextManager[None]:
    """Announce that templates or the set of active students change inside the block."""
    return _of_gallery(register).change()


def gallery_version(register: Register) -> int:
    """The gallery's version, including changes that dead processes announced."""
    return _of_gallery(register).read()


def people_change(register: Register) -> AbstractContextManager[None]:
    """Announce that students are added, changed or removed inside the block."""
    return _of_people(register).change()


def people_version(register: Register) -> int:
    """The number of changes of students, including those that dead processes announced."""
    return _of_people(register).read()


def marks_version(register: Register, session_ids: Sequence[str]) -> dict[str, int]:
    """The counter of each session that there is, including changes that dead processes announced."""
    found = list(register["sessions"].find({"_id": {"$in": list(session_ids)}}, (BOARD, "changes")))
    return {
        document["_id"]: _of_session(register, document["_id"]).read()
        if any(_age(change) > LONGEST_CHANGE for change in document["changes"])
        else int(document[BOARD])
        for document in found
    }


@contextmanager
def session_change(register: Register, session_id: str) -> Iterator[None]:
    """Announce that marks or reviews of a session change inside the block.

    Raises:
        SessionNotFoundError: there is no such session.
    """
    number = _of_session(register, session_id)
    with number.change():
        if not number.exists:
            raise no_session(session_id)
        yield


def session_changes(register: Register, session_id: str) -> int:
    """The sum of the counters of a session, its course and the students; it only grows."""
    session = register["sessions"].find_one({"_id": session_id}, ("course_id",))
    if session is None:
        return 0
    course = register["courses"].find_one({"_id": session["course_id"]}, (BOARD,))
    of_course = 0 if course is None else int(course[BOARD])
    return of_course + _of_session(register, session_id).read() + _of_people(register).read()


def _of_gallery(register: Register) -> _Counter:
    return _Counter(register["register"], GALLERY, "version")


def _of_people(register: Register) -> _Counter:
    return _Counter(register["register"], PEOPLE, "version")


def _of_session(register: Register, session_id: str) -> _Counter:
    return _Counter(register["sessions"], session_id, BOARD)


@dataclass
class _Counter:
    """A counter: a field of a document, with announcements in the document's ``changes``."""

    collection: Collection[Record]
    key: str
    field: str
    exists: bool = False  # known after the first announcement

    @contextmanager
    def change(self) -> Iterator[None]:
        """Announce a change and count it; after an unexpected error, a later reader counts it."""
        change = f"{time.time():.3f}:{uuid.uuid4().hex}"
        announced = self.collection.update_one({"_id": self.key}, {"$push": {"changes": change}})
        self.exists = bool(announced.matched_count)
        try:
            yield
        except (AttendanceError, DuplicateKeyError):
            self._end(change)
            raise
        self._end(change)

    def read(self) -> int:
        """The number, including changes that dead processes announced; 0 if there is no document."""
        document = self._document()
        dead = [change for change in document["changes"] if _age(change) > LONGEST_CHANGE]
        for change in dead:
            self._end(change)
        return int((self._document() if dead else document)[self.field])

    def _document(self) -> Record:
        found = self.collection.find_one({"_id": self.key}, (self.field, "changes"))
        return {self.field: 0, "changes": []} | (found or {})

    def _end(self, change: str) -> None:
        ended = {"$inc": {self.field: 1}, "$pull": {"changes": change}}
        self.collection.update_one({"_id": self.key}, ended)


def _age(change: str) -> float:
    return time.time() - float(change.partition(":")[0])
