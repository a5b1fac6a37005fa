"""The records of a job, to JSON and back; damaged ones are detected."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from attendance.classroom.jobs.states import ClassroomProblem, FaceState, JobStep
from attendance.classroom.jobs.values import (
    ClassroomFace,
    ClassroomMarks,
    ClassroomPicture,
    ClassroomProposal,
    RefusedChoice,
    UploadProblem,
)
from attendance.errors import AttendanceError
from attendance.values import ReviewCandidate

_Record = TypeVar("_Record")


class DamagedRecordError(AttendanceError):
    """A record of a job is not what was written; nothing but deleting the job helps."""


@dataclass(frozen=True)
class Order:
    """The order for a job; never changes."""

    id: str
    session_id: str
    by: str
    created_at: datetime
    uploads: tuple[str, ...]
    upload_problems: tuple[UploadProblem, ...] = ()
    is_video: bool = False


@dataclass(frozen=True)
class JobReading:
    """What was read, or why nothing was.

    Attributes:
        seen: ids of the students in the pictures; who has checked in counts sooner than a face is named.
        proposed: what the first of two people confirmed.
    """

    pictures: tuple[ClassroomPicture, ...] = ()
    problem: ClassroomProblem | None = None
    upload_problems: tuple[UploadProblem, ...] = ()
    seen: tuple[str, ...] = ()
    proposed: ClassroomProposal | None = None


@dataclass(frozen=True)
class JobDecision:
    """What a person decided.

    Attributes:
        confirmed: or discarded.
        choices: key of each face that was given a name, to the id of the student.
        scores: the similarity for those choices that have one, by the key of the face.
        first_by: the first of two people who confirmed it; None where one was enough.
    """

    confirmed: bool
    by: str
    at: datetime
    choices: Mapping[str, str] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)
    first_by: str | None = None


@dataclass(frozen=True)
class JobProgress:
    """How far reading is."""

    progress: float
    step: JobStep
    done: int
    total: int


def to_json(record: object) -> bytes:
    """The JSON of a record of this module, or of ``ClassroomMarks``."""
    return json.dumps(asdict(record), default=datetime.isoformat).encode()  # type: ignore[call-overload]


def order_from(data: bytes) -> Order:
    """What ``to_json`` made of an order."""
    return _read(data, _order)


def seen_from(data: bytes) -> JobReading:
    """What ``to_json`` made of what was seen."""
    return _read(data, _seen)


def decision_from(data: bytes) -> JobDecision:
    """What ``to_json`` made of a decision."""
    return _read(data, _decision)


def marks_from(data: bytes) -> ClassroomMarks:
    """What ``to_json`` made of the marks."""
    return _read(data, _marks)


def progress_from(data: bytes) -> JobProgress:
    """What ``to_json`` made of the progress."""
    return _read(
        data, lambda of: JobProgress(float(of["progress"]), JobStep(of["step"]), of["done"], of["total"])
    )


def _read(data: bytes, make: Callable[[dict[str, Any]], _Record]) -> _Record:
    try:
        return make(json.loads(data))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise DamagedRecordError(f"{type(error).__name__}: {error}") from error


def _order(of: dict[str, Any]) -> Order:
    return Order(
        id=_text(of["id"]),
        session_id=_text(of["session_id"]),
        by=_text(of["by"]),
        created_at=_moment(of["created_at"]),
        uploads=tuple(_text(name) for name in of["uploads"]),
        upload_problems=_upload_problems(of),
        is_video=bool(of["is_video"]),
    )


def _seen(of: dict[str, Any]) -> JobReading:
    problem = of["problem"]
    return JobReading(
        pictures=tuple(_picture(each) for each in of["pictures"]),
        problem=None if problem is None else ClassroomProblem(problem),
        upload_problems=_upload_problems(of),
        seen=tuple(_text(student_id) for student_id in of.get("seen", ())),
        proposed=None if of.get("proposed") is None else _proposal(of["proposed"]),
    )


def _proposal(of: dict[str, Any]) -> ClassroomProposal:
    return ClassroomProposal(_text(of["by"]), _moment(of["at"]), _choices(of))


def _choices(of: dict[str, Any]) -> dict[str, str]:
    return {_text(key): _text(student_id) for key, student_id in of["choices"].items()}


def _picture(of: dict[str, Any]) -> ClassroomPicture:
    faces = tuple(_face(each) for each in of["faces"])
    return ClassroomPicture(of["number"], of["width"], of["height"], faces, of["upload"], of["at"])


def _face(of: dict[str, Any]) -> ClassroomFace:
    x, y, width, height = (float(number) for number in of["box"])
    return ClassroomFace(
        key=_text(of["key"]),
        picture=of["picture"],
        box=(x, y, width, height),
        state=FaceState(of["state"]),
        candidates=tuple(
            ReviewCandidate(_text(c["student_id"]), float(c["score"])) for c in of["candidates"]
        ),
        problem=of["problem"],
        pixels=of["pixels"],
        seen_as=of["seen_as"],
    )


def _decision(of: dict[str, Any]) -> JobDecision:
    return JobDecision(
        confirmed=bool(of["confirmed"]),
        by=_text(of["by"]),
        at=_moment(of["at"]),
        choices=_choices(of),
        scores={_text(key): float(score) for key, score in of["scores"].items()},
        first_by=None if of.get("first_by") is None else _text(of["first_by"]),
    )


def _marks(of: dict[str, Any]) -> ClassroomMarks:
    return ClassroomMarks(
        marked=tuple(_text(student_id) for student_id in of["marked"]),
        standing=tuple(_text(student_id) for student_id in of["standing"]),
        refused=tuple(
            RefusedChoice(_text(each["face"]), _text(each["student_id"]), ClassroomProblem(each["problem"]))
            for each in of["refused"]
        ),
    )


def _upload_problems(of: dict[str, Any]) -> tuple[UploadProblem, ...]:
    return tuple(
        UploadProblem(each["number"], _text(each["name"]), _text(each["problem"]))
        for each in of["upload_problems"]
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected a text, got {value!r}")
    return value


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone")
    return moment
