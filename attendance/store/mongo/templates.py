"""Templates, face crops and portraits in the MongoDB register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from attendance.store.crops import kept_crops
from attendance.store.mongo.changes.counters import gallery_change, gallery_version
from attendance.store.mongo.connection import MongoConnection, Register
from attendance.store.mongo.documents import from_document, to_document
from attendance.store.mongo.schema import delete_copies
from attendance.store.mongo.students import ONLY_ID, keep_if_student
from attendance.store.records import Record, from_record, to_record
from attendance.store.refusals import consent_missing, refuse_templates_of_others
from attendance.values import FaceCrop, Portrait, Template

CONSENTS = {"consent": {"$ne": None}}
TEMPLATES = ("templates", "revision")


class MongoTemplates:
    """Templates, face crops and portraits of students."""

    _connection: MongoConnection

    def add_templates(
        self, templates: Sequence[Template], crops: Sequence[FaceCrop] = (), *, only_known: bool = False
    ) -> int:
        """See ``Store``; if the server dies halfway, only some students may have got their templates."""
        offered: dict[str, Offered] = defaultdict(lambda: Offered(only_known=only_known))
        for template in templates:
            offered[template.student_id].add(to_record(template))
        for crop in crops:
            offered[crop.student_id].crops.append(to_record(crop))
        with self._connection.register() as register:
            held = {student_id: _held(register, student_id) for student_id in offered}
            if all(offered[student_id].templates.keys() <= _ids(held[student_id]) for student_id in offered):
                return sum(_add(register, student_id, offered[student_id]) for student_id in offered)
            with gallery_change(register):
                return sum(_add(register, student_id, offered[student_id]) for student_id in offered)

    def replace_templates(self, student_id: str, templates: Sequence[Template]) -> None:
        """See ``Store``."""
        refuse_templates_of_others(student_id, templates)
        records: dict[str, Record] = {}
        for template in templates:
            records.setdefault(template.id, to_record(template))
        whose = {"_id": student_id, **CONSENTS} if records else {"_id": student_id}
        with self._connection.register() as register:
            if register["students"].find_one(whose, ONLY_ID) is None:
                if records:
                    raise consent_missing(student_id)
                return
            delete_copies(register)
            with gallery_change(register):
                _replace(register, whose, list(records.values()))

    def drop_templates(self, templates: Sequence[Template]) -> None:
        """See ``Store``; if the server dies halfway, only some students may have lost theirs."""
        dropped: dict[str, set[str]] = {}
        for template in templates:
            dropped.setdefault(template.student_id, set()).add(template.id)
        if not dropped:
            return
        with self._connection.register() as register, gallery_change(register):
            for student_id, ids in dropped.items():
                _drop(register, student_id, ids)

    def forget_photo(self, student_id: str, source: str) -> bool:
        """See ``Store``."""
        whose = {"_id": student_id, "templates.source": source}
        gone = {"source": source}
        change = {"$pull": {"templates": gone, "crops": gone}, "$inc": {"revision": 1}}
        with self._connection.register() as register:
            templates = 0
            portrait = {"_id": student_id, "source": source}
            is_enrolled = register["students"].find_one(whose, ONLY_ID) is not None
            if is_enrolled or register["portraits"].find_one(portrait, ONLY_ID) is not None:
                delete_copies(register)
            if is_enrolled:
                with gallery_change(register):
                    templates = register["students"].update_one(whose, change).matched_count
            portraits = register["portraits"].delete_one(portrait).deleted_count
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

    def crops_of(self, student_id: str) -> list[FaceCrop]:
        """See ``Store``."""
        with self._connection.register() as register:
            document = register["students"].find_one({"_id": student_id}, ("crops",))
        records = [] if document is None else document["crops"]
        return [from_record(FaceCrop, record) for record in kept_crops(records, _sources(records))]

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
            if register["portraits"].find_one({"_id": student_id}, ONLY_ID) is None:
                return False
            delete_copies(register)
            return register["portraits"].delete_one({"_id": student_id}).deleted_count == 1


@dataclass
class Offered:
    """What is added to one student.

    Attributes:
        templates: their records by id.
        crops: the records of the faces they were made from.
        only_known: whether only templates of photos are added of which the register has anything.
    """

    templates: dict[str, Record] = field(default_factory=dict)
    crops: list[Record] = field(default_factory=list)
    only_known: bool = False

    def add(self, template: Record) -> None:
        """Offer a template; the first one with an id counts."""
        self.templates.setdefault(template["id"], template)


def _held(register: Register, student_id: str) -> Record:
    """A student's current templates and crops, with their revision."""
    document = register["students"].find_one({"_id": student_id, **CONSENTS}, (*TEMPLATES, "crops"))
    if document is None:
        raise consent_missing(student_id)
    return document


def _ids(held: Record) -> set[str]:
    return {record["id"] for record in held["templates"]}


def _sources(records: Iterable[Record]) -> set[str]:
    return {record["source"] for record in records}


def _add(register: Register, student_id: str, offered: Offered) -> int:
    """Add what is new to a student's templates and crops; start again if they were changed meanwhile."""
    while True:
        held = _held(register, student_id)
        new = [record for key, record in offered.templates.items() if key not in _ids(held)]
        if offered.only_known:
            known = _sources(held["templates"]) | _sources(register["portraits"].find({"_id": student_id}))
            new = [record for record in new if record["source"] in known]
        templates = [*held["templates"], *new]
        crops = kept_crops([*held["crops"], *offered.crops], _sources(templates))
        if not new and crops == held["crops"]:
            return 0
        seen = {"_id": student_id, "revision": held["revision"], **CONSENTS}
        change = {"$set": {"templates": templates, "crops": crops}, "$inc": {"revision": 1}}
        if register["students"].update_one(seen, change).matched_count:
            return len(new)


def _drop(register: Register, student_id: str, ids: set[str]) -> None:
    """Drop some of a student's templates, and the crops of photos without any now."""
    while (held := register["students"].find_one({"_id": student_id}, (*TEMPLATES, "crops"))) is not None:
        kept = [record for record in held["templates"] if record["id"] not in ids]
        crops = kept_crops(held["crops"], _sources(kept))
        change = {"$set": {"templates": kept, "crops": crops}, "$inc": {"revision": 1}}
        seen = {"_id": student_id, "revision": held["revision"]}
        if register["students"].update_one(seen, change).matched_count:
            return


def _replace(register: Register, whose: Record, templates: list[Record]) -> None:
    """Replace a student's templates, and drop the crops of photos without any now.

    Raises:
        ConsentMissingError: consent was withdrawn in the same moment, or the student erased.
    """
    sources = _sources(templates)
    while True:
        held = register["students"].find_one(whose, ("revision", "crops"))
        if held is None:
            if templates:
                raise consent_missing(whose["_id"])
            return
        crops = kept_crops(held["crops"], sources)
        change = {"$set": {"templates": templates, "crops": crops}, "$inc": {"revision": 1}}
        seen = {**whose, "revision": held["revision"]}
        if register["students"].update_one(seen, change).matched_count:
            return
