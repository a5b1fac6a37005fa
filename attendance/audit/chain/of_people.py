"""What the chain records of changes that are about students: marks, reviews, details, consent, photos."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attendance.audit.chain.changes import WATCHED, Facts, Noted, RecordChange, some_of
from attendance.audit.chain.hashing import KeyOf, hashed, reference
from attendance.audit.chain.values import AuditKind
from attendance.values.reviews import short_reference

_IN_CLEAR = ("active", "movement_exempt")  # of a student's fields; they name nobody
_CONSENT = ("consent", "withdrawn", "other_consents", "other_objections")
_DETAILS = tuple(name for name in WATCHED["students"] if name not in ("id", *_CONSENT))


def mark_state(key: bytes, mark: Facts) -> str:
    """The keyed hash of a whole mark, by which the register is compared with the chain.

    Args:
        key: the student's.
        mark: its record, as ``attendance.store.records`` writes it.
    """
    fields = {name: mark[name] for name in WATCHED["marks"]}
    return hashed(key, "mark", fields | {"under_review": int(mark["under_review"])})


def mark_facts(key: bytes, mark: Facts | None) -> Facts:
    """What the chain says of a mark."""
    if mark is None:
        return {}
    facts = {name: mark[name] for name in ("status", "method", "version")}
    doubted = {"under_review": 1} if mark["under_review"] else {}
    return {**facts, **doubted, "state": mark_state(key, mark)}


def of_mark(change: RecordChange, key_of: KeyOf) -> Iterator[Noted]:
    """A mark that is new or another; marks are only deleted with their student."""
    if change.after is None:
        return
    key = key_of(change.after["student_id"])
    kind = AuditKind.MARKED if change.before is None else AuditKind.CORRECTED
    before, after = mark_facts(key, change.before), mark_facts(key, change.after)
    yield Noted(kind, reference(key), change.after["session_id"], before, after)


def of_review(change: RecordChange, key_of: KeyOf) -> Iterator[Noted]:
    """A check-in that waits for a person, or is decided."""
    if change.after is None:
        return
    about, review = change.after["session_id"], {"review": short_reference(change.after["id"])}
    if change.before is None:
        yield Noted(AuditKind.REVIEW_HELD, "", about, {}, review | some_of(change.after, "reason"))
    if change.differs("decision") and change.after["decision"] is not None:
        student_id = change.after["decided_for"]
        student = "" if student_id is None else reference(key_of(student_id))
        yield Noted(AuditKind.REVIEWED, student, about, review, review | some_of(change.after, "decision"))


def of_student(change: RecordChange, key_of: KeyOf) -> Iterator[Noted]:
    """A student who is new, gone, or has other details or another consent."""
    key = key_of(change.record["id"])
    student = reference(key)
    if change.after is None:
        yield Noted(AuditKind.STUDENT_REMOVED, student)
        return
    if change.before is None:
        details = {name: change.after[name] for name in _DETAILS if name not in _IN_CLEAR}
        yield Noted(AuditKind.STUDENT_ADDED, student, "", {}, {"details": hashed(key, "details", details)})
    elif changed := change.differs(*_DETAILS):
        were, are = (_details(key, record, changed) for record in (change.before, change.after))
        yield Noted(AuditKind.DETAIL_CHANGED, student, "", were, are)
    before, after = _consent(key, change.before), _consent(key, change.after)
    if before != after:
        yield Noted(_of_consent(change.before, change.after), student, "", before, after)


def of_templates(changes: Iterable[RecordChange], key_of: KeyOf) -> Iterator[Noted]:
    """One entry for each student whose templates were changed in one step: how many, never what they are."""
    added: dict[str, int] = {}
    removed: dict[str, int] = {}
    for change in changes:
        counts = removed if change.after is None else added
        student_id = change.record["student_id"]
        counts[student_id] = counts.get(student_id, 0) + 1
    for student_id in dict.fromkeys((*added, *removed)):
        kind = AuditKind.ENROLLED if student_id in added else AuditKind.PHOTOS_ERASED
        before, after = (
            {"templates": counts[student_id]} if student_id in counts else {} for counts in (removed, added)
        )
        yield Noted(kind, reference(key_of(student_id)), "", before, after)


def of_portrait(change: RecordChange, key_of: KeyOf) -> Iterator[Noted]:
    """The portrait for reviews was saved or deleted."""
    before, after = ({} if record is None else {"portrait": 1} for record in (change.before, change.after))
    yield Noted(AuditKind.PORTRAIT, reference(key_of(change.record["student_id"])), "", before, after)


def _details(key: bytes, record: Facts, names: Iterable[str]) -> Facts:
    return {
        name: int(record[name]) if name in _IN_CLEAR else hashed(key, name, record[name]) for name in names
    }


def _of_consent(before: Facts | None, after: Facts) -> AuditKind:
    """What a change of consents and objections means."""
    agreed, agree = (_listed(record, "consent", "other_consents") for record in (before, after))
    objected, object_now = (_listed(record, "withdrawn", "other_objections") for record in (before, after))
    if any(each not in objected for each in object_now):
        return AuditKind.CONSENT_WITHDRAWN
    if any(each not in agreed for each in agree):
        return AuditKind.CONSENT_GIVEN
    return AuditKind.OBJECTION_UNDONE if len(object_now) < len(objected) else AuditKind.CONSENT_ENDED


def _listed(student: Facts | None, one: str, others: str) -> list[Facts]:
    """All consents, or all objections, of a record; those of older versions have no others."""
    record = student or {}
    first = [] if record.get(one) is None else [record[one]]
    return [*first, *(record.get(others) or ())]


def _consent(key: bytes, student: Facts | None) -> Facts:
    """Keyed hashes of the consents and objections of a student, as far as there are any."""
    found = {name: (student or {}).get(name) for name in _CONSENT}
    return {name: hashed(key, name, value) for name, value in found.items() if value}
