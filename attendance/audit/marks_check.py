"""Compares the marks of the register with what the audit trail says of them last."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from attendance.audit.chain.hashing import reference
from attendance.audit.verifying import ChainCheck, verify_chain
from attendance.store.audited import facts_of_mark
from attendance.store.protocol import Store
from attendance.values import Mark

_ROUNDS = 3  # of reading again what seems wrong, as others may write in the meantime


class MarkFault(StrEnum):
    """What is wrong with a mark."""

    CHANGED = "changed"  # it isn't as the chain says
    UNKNOWN = "unknown"  # the chain has nothing of it
    GONE = "gone"  # the chain has it, and the register doesn't


@dataclass(frozen=True)
class MarkFinding:
    """A mark that was changed behind the chain's back.

    Attributes:
        fault: what is wrong.
        session_id: of the mark.
        student_id: of the mark; empty if even the student's audit key is gone.
        student: the student's reference in the chain.
        number: of the last entry about it; 0 if there is none.
    """

    fault: MarkFault
    session_id: str
    student_id: str
    student: str
    number: int


def compare_marks(store: Store, check: ChainCheck) -> list[MarkFinding]:
    """The marks that aren't as the chain says, by session and student.

    Args:
        store: the register's database.
        check: a verification of the whole chain, which goes on where entries came in the meantime.
    """
    found = _differences(store, check)
    for _ in range(_ROUNDS):
        number = check.number
        if not found or verify_chain(store.audit_rows, {}, check).number == number or check.bad:
            break
        found = _differences(store, check)
    return found


def _differences(store: Store, check: ChainCheck) -> list[MarkFinding]:
    keys = store.audit_keys()
    references = {student_id: reference(key) for student_id, key in keys.items()}
    students = {name: student_id for student_id, name in references.items()}
    marks = store.marks_of_sessions([session.id for session in store.sessions()])
    found = [_of_mark(mark, keys, references, check) for mark in marks]
    there = {(references.get(mark.student_id, ""), mark.session_id) for mark in marks}
    gone = [
        MarkFinding(MarkFault.GONE, session_id, students.get(student, ""), student, last.number)
        for (student, session_id), last in check.marks.items()
        if (student, session_id) not in there and student not in check.removed
    ]
    return sorted(
        [*(each for each in found if each is not None), *gone],
        key=lambda finding: (finding.session_id, finding.student),
    )


def _of_mark(
    mark: Mark, keys: dict[str, bytes], references: dict[str, str], check: ChainCheck
) -> MarkFinding | None:
    student = references.get(mark.student_id, "")
    last = check.marks.get((student, mark.session_id))
    if last is None:
        return MarkFinding(MarkFault.UNKNOWN, mark.session_id, mark.student_id, student, 0)
    if facts_of_mark(keys[mark.student_id], mark)["state"] == last.state:
        return None
    return MarkFinding(MarkFault.CHANGED, mark.session_id, mark.student_id, student, last.number)
