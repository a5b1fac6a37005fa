"""Templates and portraits in the MongoDB register."""

from __future__ import annotations

from collections.abc import Sequence

from attendance.store.mongo.changes.counters import gallery_change, gallery_version
from attendance.store.mongo.connection import MongoConnection, Register
from attendance.store.mongo.documents import from_document, to_document
from attendance.store.mongo.students import ONLY_ID, keep_if_student
from attendance.store.records import Record, from_record, to_record
from attendance.store.refusals import consent_missing, refuse_templates_of_others
from attendance.values import Portrait, Template

CONSENTS = {"consent": {"$ne": None}}
TEMPLATES = ("templates", "revision")


class MongoTemplates:
    """Templates and portraits of students."""

    _connection: MongoConnection

    def add_templates(self, templates: Sequence[Template]) -> int:
        """See ``Store``; if the server dies halfway, only some students may have got their templates."""
        offered: dict[str, dict[str, Record]] = {}
        for template in templates:
            of_student = offered.setdefault(template.student_id, {})
            of_student.setdefault(template.id, to_record(template))
        with self._connection.register() as register:
            held = {student_id: _held(register, student_id) for student_id in offered}
            if all(offered[student_id].keys() <= _ids(held[student_id]) for student_id in offered):
                return 0
            with gallery_change(register):
                return sum(_add(register, student_id, offered[student_id]) for student_id in offered)

    def replace_templates(self, student_id: str, templates: Sequence[Template]) -> None:
        """See ``Store``."""
        refuse_templates_of_others(student_id, templates)
        records: dict[str, Record] = {}
        for template in templates:
            records.setdefault(template.id, to_record(template))
        change = {"$set": {"templates": list(records.values())}, "$inc": {"revision": 1}}
        whose = {"_id": student_id, **CONSENTS} if records else {"_id": student_id}
        with self._connection.register() as register:
            if records and register["students"].find_one(whose, ONLY_ID) is None:
                raise consent_missing(student_id)
            with gallery_change(register):
                changed = register["students"].update_one(whose, change)
            if records and not changed.matched_count:
                raise consent_missing(student_id)

    def forget_photo(self, student_id: str, source: str) -> bool:
        """See ``Store``."""
        whose = {"_id": student_id, "templates.source": source}
        change = {"$pull": {"templates": {"source": source}}, "$inc": {"revision": 1}}
        with self._connection.register() as register:
            templates = 0
            if register["students"].find_one(whose, ONLY_ID) is not None:
                with gallery_change(register):
                    templates = register["students"].update_one(whose, change).matched_count
            portraits = register["portraits"].delete_one({"_id": student_id, "source": source}).deleted_count
        return bool(templates or portraits)

    def templates(self, engine: str | None = None) -> list[Template]:
        """See ``Store``."""
        with self._connection.register() as register:
            found = list(register["students"].find({"active": True}, TEMPLATES))
        records = [record for document in found for record in document["templates"]]
        chosen = [record for record in records if engine is None or record["engine"] == engine]
        chosen.sort(key=lambda record: (record["id"], record["student_id"]))
        return [from_record(Template, record) for record in chosen]

    def templates_of(self, student_id: str) -> list[Template]:
        """See ``Store``."""
        with self._connection.register() as register:
            document = register["students"].find_one({"_id": student_id}, TEMPLATES)
        records = [] if document is None else document["templates"]
        in_order = sorted(records, key=lambda record: str(record["id"]))
        return [from_record(Template, record) for record in in_order]

    def gallery_version(self) -> int:
        """See ``Store``."""
        with self._connection.register() as register:
            return gallery_version(register)

    def save_portrait(self, portrait: Portrait) -> None:
        """See ``Store``."""
        key = portrait.student_id
        with self._connection.register() as register:
            register["portraits"].update_one({"_id": key}, {"$set": to_document(portrait)}, upsert=True)
            keep_if_student(register, "portraits", key, portrait.student_id)

    def portrait_of(self, student_id: str) -> Portrait | None:
        """See ``Store``."""
        with self._connection.register() as register:
            document = register["portraits"].find_one({"_id": student_id})
        return None if document is None else from_document(Portrait, document)

    def forget_portrait(self, student_id: str) -> bool:
        """See ``Store``."""
        with self._connection.register() as register:
            return register["portraits"].delete_one({"_id": student_id}).deleted_count == 1


def _held(register: Register, student_id: str) -> Record:
    """A student's current templates, with their revision."""
    document = register["students"].find_one({"_id": student_id, **CONSENTS}, TEMPLATES)
    if document is None:
        raise consent_missing(student_id)
    return document


def _ids(held: Record) -> set[str]:
    return {record["id"] for record in held["templates"]}


def _add(register: Register, student_id: str, offered: dict[str, Record]) -> int:
    """Add the new templates to a student's; start again if they were changed meanwhile."""
    while True:
        held = _held(register, student_id)
        new = [record for key, record in offered.items() if key not in _ids(held)]
        if not new:
            return 0
        seen = {"_id": student_id, "revision": held["revision"], **CONSENTS}
        change = {"$set": {"templates": [*held["templates"], *new]}, "$inc": {"revision": 1}}
        if register["students"].update_one(seen, change).matched_count:
            return len(new)
