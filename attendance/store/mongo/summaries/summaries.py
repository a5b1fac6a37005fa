"""Counts, versions and parts of records in the MongoDB register."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from pymongo import DESCENDING

from attendance.clock import from_milliseconds, to_milliseconds
from attendance.store.mongo.changes.counters import marks_version, people_version
from attendance.store.mongo.connection import MongoConnection
from attendance.store.mongo.documents import from_document
from attendance.store.mongo.migrations.names import BOARD, NO_TWIN
from attendance.store.protocols.summaries import Standings, TemplateKey
from attendance.store.records import Record, from_record
from attendance.values import Mark, MarkHead, MarkMethod, MarkStatus, Session, Template

MOST_VALUES = 900  # in one query, to stay far below the 16 MB of a message
HEADS = ("student_id", "status", "method", "at", "attempt", "under_review", "version")
COLUMNS = ("session_id", "student_id", "status", "under_review")


class MongoSummaries:
    """What a page needs of many documents, with one command for each page, not for each document."""

    _connection: MongoConnection

    def people_version(self) -> int:
        """See ``Store``."""
        with self._connection.register() as register:
            return people_version(register)

    def count_students(self) -> int:
        """See ``Store``."""
        with self._connection.register() as register:
            return int(register["students"].count_documents({}))

    def courses_version(self) -> int:
        """See ``Store``; courses are never deleted."""
        with self._connection.register() as register:
            return sum(1 + int(course[BOARD]) for course in register["courses"].find({}, (BOARD,)))

    def twin_numbers(self) -> list[str]:
        """See ``Store``."""
        with self._connection.register() as register:
            found = list(register["students"].find({"twin": {"$ne": NO_TWIN}}, ("number_key",)))
        return sorted({str(document["number_key"]) for document in found})

    def count_photos(self, engine: str | None = None, detector: str | None = None) -> dict[str, int]:
        """See ``Store``."""
        counts: Counter[str] = Counter()
        for student_id, record in self._templates_of_active():
            if engine in (None, record["engine"]) and detector in (None, record["detector"]):
                counts[student_id] += 1
        return dict(counts)

    def template_keys(self, engine: str) -> list[TemplateKey]:
        """See ``Store``."""
        return [
            TemplateKey(student_id, record["id"], from_milliseconds(record["created_at"]))
            for student_id, record in self._templates_of_active()
            if record["engine"] == engine
        ]

    def templates_among(self, keys: Collection[TemplateKey]) -> list[Template]:
        """See ``Store``."""
        wanted, students = set(keys), sorted({key.student_id for key in keys})
        found: list[Template] = []
        with self._connection.register() as register:
            for some in _parts(students):
                for document in register["students"].find({"_id": {"$in": some}}, ("templates",)):
                    found += [from_record(Template, record) for record in document["templates"]]
        return [each for each in found if TemplateKey(each.student_id, each.id, each.created_at) in wanted]

    def mark_heads(self, session_id: str) -> list[MarkHead]:
        """See ``Store``."""
        with self._connection.register() as register:
            found = list(register["marks"].find({"session_id": session_id}, HEADS))
        return [
            MarkHead(
                each["student_id"],
                MarkStatus(each["status"]),
                MarkMethod(each["method"]),
                from_milliseconds(each["at"]),
                each["attempt"],
                each["under_review"],
                each["version"],
            )
            for each in found
        ]

    def count_marks(self, session_ids: Sequence[str]) -> int:
        """See ``Store``."""
        counts = {"status": {"$ne": MarkStatus.WITHDRAWN.value}}
        with self._connection.register() as register:
            return sum(
                int(register["marks"].count_documents({"session_id": {"$in": some}, **counts}))
                for some in _parts(session_ids)
            )

    def marks_among(self, session_id: str, student_ids: Collection[str]) -> list[Mark]:
        """See ``Store``."""
        found: list[Record] = []
        with self._connection.register() as register:
            for some in _parts([f"{session_id}|{student_id}" for student_id in student_ids]):
                found += register["marks"].find({"_id": {"$in": some}})
        return [from_document(Mark, document) for document in found]

    def count_held(self, at: datetime, first_day: str, last_day: str) -> dict[str, int]:
        """See ``Store``."""
        counts: Counter[str] = Counter()
        with self._connection.register() as register:
            for wanted in _held(at, first_day, last_day):
                by_course = {"$group": {"_id": "$course_id", "count": {"$sum": 1}}}
                for each in register["sessions"].aggregate([{"$match": wanted}, by_course]):
                    counts[each["_id"]] += each["count"]
        return dict(counts)

    def newest_held(
        self, at: datetime, first_day: str, last_day: str, course_ids: Collection[str], most: int
    ) -> list[Session]:
        """See ``Store``."""
        order = [("opens_at", DESCENDING), ("_id", DESCENDING)]
        found: list[Session] = []
        with self._connection.register() as register:
            for wanted in _held(at, first_day, last_day):
                own = wanted | {"course_id": {"$in": list(course_ids)}}
                documents = register["sessions"].find(own).sort(order).limit(most)
                found += [from_document(Session, document) for document in documents]
        return sorted(found, key=lambda session: (session.opens_at, session.id), reverse=True)[:most]

    def marks_versions(self, session_ids: Sequence[str]) -> dict[str, int]:
        """See ``Store``."""
        found: dict[str, int] = {}
        with self._connection.register() as register:
            for some in _parts(session_ids):
                found |= marks_version(register, some)
        return found

    def standings(self, session_ids: Sequence[str]) -> dict[str, Standings]:
        """See ``Store``."""
        marks: dict[str, list[Record]] = defaultdict(list)
        with self._connection.register() as register:
            for some in _parts(session_ids):
                for document in register["marks"].find({"session_id": {"$in": some}}, COLUMNS):
                    marks[document["session_id"]].append(document)
        return {
            session_id: Standings(
                tuple(each["student_id"] for each in own),
                tuple(MarkStatus(each["status"]) for each in own),
                tuple(bool(each["under_review"]) for each in own),
            )
            for session_id, own in marks.items()
        }

    def _templates_of_active(self) -> Iterator[tuple[str, Record]]:
        """The templates of active students, with the student's id.

        They are read whole: not every server that speaks MongoDB's language returns parts of a list.
        """
        with self._connection.register() as register:
            found = list(register["students"].find({"active": True}, ("templates",)))
        for document in found:
            for record in document["templates"]:
                yield document["_id"], record


def _held(at: datetime, first_day: str, last_day: str) -> tuple[Record, Record]:
    """Which sessions have taken place: those that were closed, and those whose time was over."""
    any_of_days = {"day": {"$gte": first_day, "$lte": last_day}, "cancelled_at": None}
    over = {"closed_at": None, "closes_at": {"$lte": to_milliseconds(at)}, "by_hand": False}
    return any_of_days | {"closed_at": {"$ne": None}}, any_of_days | over


def _parts(values: Sequence[str]) -> Iterator[list[str]]:
    for begin in range(0, len(values), MOST_VALUES):
        yield list(values[begin : begin + MOST_VALUES])
