"""Removes students from the records of a job once they are no longer in the register."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace

from attendance.classroom.jobs.job_contents import decision_of, marks_of, seen_of
from attendance.classroom.jobs.job_folder import JobFolder
from attendance.classroom.jobs.job_records import DamagedRecordError, JobDecision, JobReading, to_json
from attendance.classroom.jobs.states import FaceState
from attendance.classroom.jobs.values import ClassroomFace, ClassroomMarks
from attendance.store.protocols.jobs import PhotoJob

Known = Callable[[str], bool]


def known_only(seen: JobReading, is_known: Known) -> JobReading:
    """A reading that names known students only; nothing else of it changes."""
    pictures = tuple(
        replace(picture, faces=tuple(_face(face, is_known) for face in picture.faces))
        for picture in seen.pictures
    )
    left = tuple(student_id for student_id in seen.seen if is_known(student_id))
    proposed = seen.proposed
    if proposed is not None:
        choices = {key: student_id for key, student_id in proposed.choices.items() if is_known(student_id)}
        proposed = replace(proposed, choices=choices)
    return replace(seen, pictures=pictures, seen=left, proposed=proposed)


def forget_faces(folder: JobFolder, is_known: Known) -> bool:
    """Keep only known students in an unconfirmed reading; returns whether others were in it.

    A damaged record is left for the day on which the whole job goes.
    """
    with contextlib.suppress(DamagedRecordError):
        return folder.correct(lambda record: _without_faces(record, is_known))
    return False


def forget_others(folder: JobFolder, is_known: Known) -> bool:
    """Keep only known students in the reading, the decision and the marks; otherwise as above."""
    had_faces = forget_faces(folder, is_known)
    with contextlib.suppress(DamagedRecordError):
        return folder.correct(lambda record: _without_names(record, is_known)) or had_faces
    return had_faces


def _without_faces(record: PhotoJob, is_known: Known) -> PhotoJob | None:
    """The record as it shall be; None if it may stay."""
    seen = seen_of(record)
    if seen is None or record.decision is not None or (kept := known_only(seen, is_known)) == seen:
        return None
    return replace(record, reading=to_json(kept).decode())


def _without_names(record: PhotoJob, is_known: Known) -> PhotoJob | None:
    """Likewise, for what a person decided and what that did."""
    decision, marks = decision_of(record), marks_of(record)
    corrected = record
    if decision is not None and (decided := _decision(decision, is_known)) != decision:
        corrected = replace(corrected, decision=to_json(decided).decode())
    if marks is not None and (written := _marks(marks, is_known)) != marks:
        corrected = replace(corrected, marks=to_json(written).decode())
    return None if corrected is record else corrected


def _face(face: ClassroomFace, is_known: Known) -> ClassroomFace:
    """The face with known candidates only; without any it is unknown."""
    left = tuple(candidate for candidate in face.candidates if is_known(candidate.student_id))
    if left == face.candidates:
        return face
    if left or face.state is FaceState.UNKNOWN:
        return replace(face, candidates=left)
    return replace(face, candidates=(), state=FaceState.UNKNOWN, problem=None, seen_as=None)


def _decision(decision: JobDecision, is_known: Known) -> JobDecision:
    choices = {key: student_id for key, student_id in decision.choices.items() if is_known(student_id)}
    scores = {key: score for key, score in decision.scores.items() if key in choices}
    return replace(decision, choices=choices, scores=scores)


def _marks(marks: ClassroomMarks, is_known: Known) -> ClassroomMarks:
    return ClassroomMarks(
        marked=tuple(student_id for student_id in marks.marked if is_known(student_id)),
        standing=tuple(student_id for student_id in marks.standing if is_known(student_id)),
        refused=tuple(choice for choice in marks.refused if is_known(choice.student_id)),
    )
