"""The plan of importing an ``embeddings.json``: whose each embedding is, and which can be imported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from attendance.enrolment.enrolment_identity import identify
from attendance.enrolment.enrolment_result import PhotoOutcome, PhotoStatus
from attendance.enrolment.folders.enrolment_folder import Aside, FolderEntry
from attendance.enrolment.folders.folder_names import split_name
from attendance.enrolment.foreign_faces import ForeignFaces, foreign_face
from attendance.imports.embeddings_file import GivenStudent, read_embeddings, shown
from attendance.imports.origin_check import check_origin, check_people, misfit
from attendance.people.new_student import NewStudent
from attendance.sealing.turn import TemplateTurn
from attendance.store.protocol import Store
from attendance.values import EnginePin, Student
from attendance.values.roll_numbers import clean_text, number_key
from face_matching.decision import DecisionPolicy
from face_matching.signatures.engine_signatures import EngineSignature, signature_of


@dataclass(frozen=True, eq=False)
class ForeignStudent:
    """A student of the file, with what can be imported.

    Attributes:
        entry: who it is; with a roll number.
        faces: name and ``(D,)`` float32 of length 1 of each embedding.
        refused: the embeddings that can't be imported.
    """

    entry: FolderEntry
    faces: tuple[tuple[str, NDArray[np.float32]], ...]
    refused: tuple[PhotoOutcome, ...]

    def under(self, pin: EnginePin, turn: TemplateTurn | None) -> ForeignFaces:
        """The faces as the register's, under the engine and the detector in use, turned as its own are."""
        usable = tuple(foreign_face(name, embedding, turn) for name, embedding in self.faces)
        return ForeignFaces(pin.engine, pin.detector, usable, self.refused)


@dataclass(frozen=True)
class EmbeddingPlan:
    """The plan of an import.

    Attributes:
        students: whom to import.
        refused: what can't be imported at all.
        notes: sentences with numbers, and warnings.
    """

    students: tuple[ForeignStudent, ...]
    refused: tuple[Aside, ...]
    notes: tuple[str, ...]


def plan_import(
    path: Path, engine: str, *, names: Sequence[FolderEntry], students: Sequence[Student]
) -> EmbeddingPlan:
    """Read the file to its end, and check all that can be checked before anything is written.

    An id is the roll number of a student who is enrolled or listed; without a digit in it, it is a name, as
    the name of a folder would be; any other one is the roll number of a new student.

    Args:
        path: the file.
        engine: versioned name of the engine that should have computed the embeddings.
        names: who belongs to the ids, from a list of students.
        students: all enrolled students.

    Raises:
        ImportFileError: the file is not valid, or its embeddings are not the engine's.
    """
    signature = signature_of(engine)
    given = list(read_embeddings(path, signature.dimension))
    origin = check_origin(given, signature)
    listed = {number_key(entry.roll_number): entry for entry in names if entry.roll_number is not None}
    rolls = {number_key(student.roll_number) for student in students} | set(listed)
    entries = [_entry(student.key, rolls, listed) for student in given]
    found, refused = [], []
    for student, entry, fits in zip(given, entries, origin.fits, strict=True):
        one = _student(student, entry, fits, signature)
        if one.faces:
            found.append(one)
        else:
            refused += _asides(student, one)
    # Ids are matched to students only if something of theirs can be imported.
    everybody = (*map(_as_student, names), *students)
    known = {number_key(student.roll_number): student for student in everybody}
    identified = identify([one.entry for one in found], known.values())
    by_source = {entry.source: entry for entry in identified.entries}
    taken = [
        replace(one, entry=by_source[one.entry.source]) for one in found if one.entry.source in by_source
    ]
    return EmbeddingPlan(tuple(taken), (*refused, *identified.refused), origin.notes)


def hold_against_enrolled(
    plan: EmbeddingPlan, store: Store, pin: EnginePin, policy: DecisionPolicy, turn: TemplateTurn | None
) -> str | None:
    """Whether those who are enrolled already are the people of the file; see ``check_people``.

    Raises:
        ImportFileError: they are others.
    """
    enrolled: dict[str, NDArray[np.float32]] = {}
    for one in plan.students:
        student = store.student_by_roll(one.entry.roll_number or "")
        templates = [] if student is None else store.templates_of(student.id)
        rows = [each.embedding for each in templates if each.is_by(pin.engine, pin.detector)]
        if rows:
            there = np.stack(rows)
            enrolled[one.entry.source] = there if turn is None else turn.undone(there)
    faces = {one.entry.source: np.stack([row for _, row in one.faces]) for one in plan.students}
    return check_people(faces, enrolled, policy.same_person_at)


def _entry(key: str, rolls: set[str], listed: Mapping[str, FolderEntry]) -> FolderEntry:
    """The student of an id, as far as the id shows it."""
    source, text = f"id {shown(key)}", clean_text(key)
    roll_number, name = split_name(key)
    if not text or number_key(text) in rolls or (roll_number and number_key(roll_number) not in rolls):
        roll_number, name = text, None
    if roll_number is not None and number_key(roll_number) in listed:
        return replace(listed[number_key(roll_number)], source=source, has_folder=False)
    return FolderEntry(source, NewStudent(roll_number or "", name), has_folder=False)


def _as_student(entry: FolderEntry) -> Student:
    """Somebody listed, so that an id that is a name finds them."""
    return Student(id="", roll_number=entry.roll_number or "", name=entry.name or "")


def _student(
    given: GivenStudent, entry: FolderEntry, fits: NDArray[np.bool_], signature: EngineSignature
) -> ForeignStudent:
    """A student with the embeddings that can be taken, and what becomes of the others."""
    prefix = f"id {shown(given.key)}, "
    refused = [
        PhotoOutcome(aside.source.removeprefix(prefix), PhotoStatus.REFUSED, aside.reason)
        for aside in given.refused
    ]
    faces = []
    for number, row, fit in zip(given.numbers, given.rows, fits, strict=True):
        if fit:
            faces.append((f"embedding {number}", row))
        else:
            reason = misfit(row, signature)
            refused.append(PhotoOutcome(f"embedding {number}", PhotoStatus.REFUSED, reason))
    return ForeignStudent(entry, tuple(faces), tuple(refused))


def _asides(given: GivenStudent, one: ForeignStudent) -> list[Aside]:
    """Why nothing of a student can be taken."""
    source = f"id {shown(given.key)}"
    return [
        Aside(source if outcome.name == source else f"{source}, {outcome.name}", outcome.reason)
        for outcome in one.refused
    ]
