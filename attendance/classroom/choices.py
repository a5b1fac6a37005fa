"""Checks the names that a person gave to faces, and what follows from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from attendance.classroom.jobs.errors import ClassroomError
from attendance.classroom.jobs.job_folder import JobFolder
from attendance.classroom.jobs.job_records import DamagedRecordError, JobDecision, JobReading
from attendance.classroom.jobs.states import ClassroomProblem, FaceState
from attendance.classroom.jobs.values import ClassroomFace


def renamed_students(folder: JobFolder, decision: JobDecision) -> set[str]:
    """The students whose faces a person gave no name, or another one."""
    try:
        seen = folder.seen()
    except DamagedRecordError:
        seen = None
    faces = [face for picture in seen.pictures for face in picture.faces] if seen is not None else []
    return {
        face.candidates[0].student_id
        for face in faces
        if face.state is FaceState.MATCH and decision.choices.get(face.key) != face.candidates[0].student_id
    }


def require_known(choices: Mapping[str, str | None], faces: Mapping[str, ClassroomFace]) -> None:
    """Raise ``ClassroomError`` if a name was given to a face that is in no picture."""
    unknown = tuple(sorted(set(choices) - set(faces)))
    if unknown:
        raise ClassroomError(
            ClassroomProblem.UNKNOWN_FACE, f"The pictures have no face {', '.join(unknown)}.", faces=unknown
        )


def require_once_a_picture(chosen: Mapping[str, str], faces: Mapping[str, ClassroomFace]) -> None:
    """Raise ``ClassroomError`` if two faces of one picture have the same name."""
    named = Counter((faces[key].picture, student_id) for key, student_id in chosen.items())
    twice = tuple(key for key, student_id in chosen.items() if named[faces[key].picture, student_id] > 1)
    if twice:
        raise ClassroomError(
            ClassroomProblem.TWICE_IN_ONE_PICTURE,
            f"The faces {', '.join(twice)} have the name of one student within one picture. A "
            "person can be in a picture only once.",
            faces=twice,
        )


def scores_of_choices(chosen: Mapping[str, str], seen: JobReading) -> dict[str, float]:
    """The similarity of each face to its chosen student, where it is known."""
    scores = {}
    for picture in seen.pictures:
        for face in picture.faces:
            for candidate in face.candidates:
                if chosen.get(face.key) == candidate.student_id:
                    scores[face.key] = candidate.score
    return scores


def place_of_face(key: str) -> tuple[int, int]:
    """The picture and the number in it that a face's key names, to sort by."""
    picture, _, face = key.partition("-")
    return int(picture), int(face)
