"""A store that seals what is written through it, and opens what is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any

from attendance.sealing.data_keys import ERASED, FACE, JOB, PERSON, objected
from attendance.sealing.seal import RegisterSeal
from attendance.sealing.sealed_fields import SEALED
from attendance.sealing.sealed_files import SealedFiles
from attendance.sealing.turn import TemplateTurn
from attendance.store.erasure import Erasure, answer_without
from attendance.store.protocol import Store
from attendance.store.whole_check_ins import CheckInRecord, CheckInState, CheckInWritten
from attendance.values import ConsentParty, GrantAnswer, Student

WHOLES: Mapping[type, tuple[str, ...]] = {
    CheckInRecord: ("answer", "trace"),
    CheckInState: ("session", "kept"),
    CheckInWritten: ("answer",),
}
"""Values that contain sealed ones, which several stores' methods take or return, and where."""
MANY = 32  # values from which all keys are read at once


class SealedStore:
    """Passes everything on to a store: sealed on the way in, opened on the way out.

    Every argument and every result is looked at by its type, so that no method, and none that is still to
    come, can store a plain value of the kinds in the table.

    Args:
        store: what everything is passed on to.
        seal: seals and opens.
        is_first: whether the register was opened with a seal for the first time.
    """

    def __init__(self, store: Store, seal: RegisterSeal, *, is_first: bool = False) -> None:
        self.is_first = is_first
        self._store = store
        self._seal = seal
        self._versions: dict[str, int] = {}

    def __getattr__(self, name: str) -> Any:
        """Any method of the store, around which values are sealed and opened."""
        found = getattr(self._store, name)
        if not callable(found):
            return found
        wrapped = self._around(found)
        self.__dict__[name] = wrapped  # found without this method from now on
        return wrapped

    @property
    def files(self) -> SealedFiles:
        """How files beside the register are sealed."""
        return SealedFiles(self._seal.keys)

    @property
    def turn(self) -> TemplateTurn:
        """How embeddings are turned before they get here."""
        return self._seal.keys.site.current.turn

    def remove_student(self, student_id: str) -> Erasure:
        """See ``Store``; also makes what is left in the files and old backups unreadable."""
        student, subjects = self.student(student_id), (FACE + student_id, PERSON + student_id)
        self._seal.keys.to_seal(ERASED + student_id)  # first, so that no backup brings back who was erased
        erasure = self._store.remove_student(student_id)
        answers = self._leave_answers(student_id, student)
        keys = sum(self._seal.keys.wrapped.wrapped(subject) is not None for subject in subjects)
        self._seal.keys.forget(*subjects, *(objected(party, student_id) for party in ConsentParty))
        return erasure + Erasure(answers=answers, data_keys=keys)

    def update_student(self, student: Student, before: Student | None = None) -> bool:
        """See ``Store``; without consent, what is left of the face can't be read any more."""
        seal = self._seal.seal
        written = self._store.update_student(seal(student), None if before is None else seal(before))
        if written and student.consent is None:
            self._seal.keys.forget(FACE + student.id)
        if written:
            self._note_objections(student)
        return written

    def _note_objections(self, student: Student) -> None:
        """Note who objects beside the students' keys, so that no backup brings back a consent from before."""
        keys, objecting = self._seal.keys, {each.objector for each in student.objections}
        for party in ConsentParty:
            subject = objected(party, student.id)
            if party in objecting:
                keys.to_seal(subject)
            elif keys.wrapped.wrapped(subject) is not None:
                keys.forget(subject)

    def remove_job(self, job_id: str) -> None:
        """See ``Store``."""
        self._store.remove_job(job_id)
        self._seal.keys.forget(JOB + job_id)

    def gallery_version(self) -> int:
        """See ``Store``."""
        return self._noted("gallery", self._store.gallery_version())

    def people_version(self) -> int:
        """See ``Store``."""
        return self._noted("people", self._store.people_version())

    def rewrite(self, kind: type, change: Callable[[Any], Any]) -> int:
        """See ``Store``; the values are as they were before they were sealed."""
        return self._store.rewrite(kind, lambda value: self._changed(value, change))

    def close(self) -> None:
        """See ``Store``."""
        self._store.close()
        self._seal.keys.wrapped.close()

    def _noted(self, of: str, version: int) -> int:
        if self._versions.get(of) != version:
            self._versions[of] = version
            self._seal.keys.somebody_changed()
        return version

    def _changed(self, value: Any, change: Callable[[Any], Any]) -> Any:
        opened = self._seal.open_or_gone(value)
        new = None if opened is None else change(opened)
        if new is None:
            return None
        return value if new is opened else self._seal.seal(new)

    def _leave_answers(self, student_id: str, student: Student | None) -> int:
        """Take the student out of answers, which the store itself can't read; returns out of how many."""

        def without(kept: GrantAnswer) -> GrantAnswer | None:
            left = answer_without(kept.answer, student_id, student)
            if left is None or left == kept.answer:
                return None if left is None else kept
            return replace(kept, answer=left)

        return self.rewrite(GrantAnswer, without)

    def _around(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def call(*given: Any, **named: Any) -> Any:
            sealed = [self._mapped(each, self._seal.seal) for each in given]
            by_name = {name: self._mapped(each, self._seal.seal) for name, each in named.items()}
            return self._mapped(method(*sealed, **by_name), self._seal.open_or_gone)

        return call

    def _mapped(self, value: Any, turn: Callable[[Any], Any]) -> Any:
        """A value with those of the kinds in the table sealed or opened."""
        kind = type(value)
        if kind in SEALED:
            return turn(value)
        if kind in WHOLES:
            parts = {name: self._mapped(getattr(value, name), turn) for name in WHOLES[kind]}
            return replace(value, **parts)
        if isinstance(value, list | tuple) and value and type(value[0]) in SEALED:
            if len(value) >= MANY:
                self._seal.keys.before_many()
            return [turn(each) for each in value]
        return value
