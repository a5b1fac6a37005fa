"""The fields that clients of older systems read in each message of a socket, beside the message's own."""

from __future__ import annotations

from datetime import datetime, tzinfo

from attendance.enrolment.enrolment_result import REASONS
from attendance.live.values import LiveFace, LiveStatus, LiveView
from attendance.marks.last_word import status_for_cameras
from attendance.values import MarkStatus, Student
from client.software.live.messages import Message
from client.web.wording import local
from face_detection.problems import PhotoProblem

MESSAGE, STUDENT = "message", "student_data"
_OF_TYPE = {"ready": "Look at the camera.", "skipped": "One moment."}
_KEPT = {
    MarkStatus.ABSENT: "{name} was recognised. Your teacher marked you absent: ask your teacher.",
    MarkStatus.EXCUSED: "{name} was recognised. Your teacher excused you: ask your teacher.",
    MarkStatus.WITHDRAWN: "{name} was recognised. Your teacher removed your mark: ask your teacher.",
}
_SENTENCES = {
    LiveStatus.MARKED: "Attendance marked for {name}.",
    LiveStatus.ALREADY: "Attendance of {name} was already taken.",
    LiveStatus.DOUBTFUL: "It is not certain who this is. Ask the teacher.",
    LiveStatus.UNMOVED: "{name} was recognised and not marked: this class asks for a movement of the head. "
    "Ask the teacher.",
    LiveStatus.UNKNOWN: "Unknown face: no student of this class.",
}


def known_fields(view: LiveView, *, zone: tzinfo | None, details: bool) -> Message:
    """What became of a frame, and who is in it.

    Args:
        view: a frame that was judged alone.
        zone: the site's time zone; None means the computer's own.
        details: whether the student's details are shown; otherwise they are null.
    """
    if not view.faces:
        return {MESSAGE: REASONS[PhotoProblem.NO_FACE], STUDENT: {}}
    face = view.faces[0]
    if face.student is None:
        return {MESSAGE: _sentence(face), STUDENT: {}}
    marked_at = face.mark.at if face.mark is not None and face.mark.counts_as_there else None
    return {
        MESSAGE: _sentence(face, is_open=view.is_open),
        STUDENT: known_student(face.student, marked_at, zone=zone, details=details),
    }


def beside(message: Message) -> Message:
    """A message with these fields, if it lacks them: a client may read them without looking first."""
    return {MESSAGE: _OF_TYPE.get(message["type"], ""), STUDENT: {}} | message


def known_student(
    student: Student, at: datetime | None, *, zone: tzinfo | None, details: bool
) -> dict[str, str | None]:
    """A student and the time of a mark, as older systems list them.

    Args:
        student: who it is.
        at: when; None for one who is not marked.
        zone: the site's time zone; None means the computer's own.
        details: whether e-mail, phone, department and year are shown; otherwise they are null.
    """
    return {
        "image_id": student.image_id,
        "name": student.name,
        "department": student.department if details else None,
        "year": student.year if details else None,
        "roll_no": student.roll_number,
        "email": student.email if details else None,
        "phone": student.phone if details else None,
        "timestamp": None if at is None else known_time(at, zone),
    }


def kept_sentence(name: str, status: MarkStatus) -> str:
    """Why a student who was recognised is not marked: a person decided otherwise, whose word stands.

    Args:
        name: of the student, or what stands for it.
        status: what the person decided: absent, excused, or withdrawn.
    """
    otherwise = "{name} was recognised and not marked: ask the teacher."
    return _KEPT.get(status, otherwise).format(name=name)


def known_time(moment: datetime, zone: tzinfo | None) -> str:
    """A moment at the site as older systems write one, ``2026-11-23 09:02:00``."""
    return local(moment, zone).strftime("%Y-%m-%d %H:%M:%S")


def _sentence(face: LiveFace, *, is_open: bool = True) -> str:
    if face.problem is not None:
        return REASONS[face.problem]
    name = "" if face.student is None else face.student.name
    if face.status is LiveStatus.KEPT and face.mark is not None:
        return kept_sentence(name, status_for_cameras(face.mark))
    if face.status is LiveStatus.RECOGNISED:
        end = "no check-in is open" if not is_open else "ask the teacher"
        return f"{name} was recognised and not marked: {end}."
    return _SENTENCES[face.status].format(name=name)
