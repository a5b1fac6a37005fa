"""Every error class of the packages, found by importing all of their modules, with an instance of each."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import TypeVar

import attendance
import client
import face_detection
import face_matching
from attendance.accounts.errors import LoginDelayedError
from attendance.classroom.jobs.errors import ClassroomBusyError, ClassroomError
from attendance.classroom.jobs.states import ClassroomProblem
from attendance.errors import AttendanceError
from attendance.notices.mail_errors import MailRefusedError
from client.errors import ClientError, UploadOffsetError
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.problems.refusals import RefusedError, RequestProblem
from client.serving.early_answers import TOO_BUSY, TOO_LARGE, TOO_SLOW, AnsweredEarlyError
from face_detection.errors import FaceDetectionError, PhotoError, VideoError
from face_detection.problems import PhotoProblem, VideoProblem
from face_matching.errors import FaceMatchingError

Kind = TypeVar("Kind", bound=BaseException)
BASES: tuple[type[Exception], ...] = (AttendanceError, FaceDetectionError, FaceMatchingError, ClientError)
SIGNALS = {
    *("BrokenWireError", "ClientDisconnectedError", "_Ended", "_ConnectionFailedError"),
    *("_OtherReaderError", "WritersPlaceTimeoutError"),
}
"""Raised and caught within one module or between two of them, before anybody is answered."""
SENTENCE = "What only this test knows is wrong. Ask it."


@cache
def import_everything() -> None:
    """Import every module, so that every error class exists; those that start programs run nothing then."""
    for package in (face_detection, face_matching, attendance, client):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(found.name)


def error_classes() -> list[type[Exception]]:
    """The bases and all that is under them, by name."""
    import_everything()
    return sorted({kind for base in BASES for kind in (base, *_under(base))}, key=lambda kind: kind.__name__)


def stray_classes() -> list[type[BaseException]]:
    """The exceptions that these packages define outside the trees of their bases."""
    import_everything()
    packages = {base.__module__.partition(".")[0] for base in BASES}
    return [
        kind
        for kind in _under(BaseException)
        if kind.__module__.partition(".")[0] in packages and not issubclass(kind, BASES)
    ]


def examples() -> list[Exception]:
    """An instance of every class; several where a code inside decides what it is."""
    return [error for kind in error_classes() for error in _examples_of(kind)]


def _examples_of(kind: type[Exception]) -> list[Exception]:
    by_code: dict[type[Exception], list[Exception]] = {
        RefusedError: [RefusedError(problem) for problem in RequestProblem],
        AnsweredEarlyError: [AnsweredEarlyError(answer) for answer in (TOO_BUSY, TOO_LARGE, TOO_SLOW)],
        ApiProblemError: [ApiProblemError(code, SENTENCE) for code in ProblemCode],
        ClassroomError: [ClassroomError(problem, SENTENCE) for problem in ClassroomProblem],
        ClassroomBusyError: [ClassroomBusyError(ClassroomProblem.LINE_FULL, SENTENCE)],
        PhotoError: [PhotoError(problem, SENTENCE) for problem in PhotoProblem],
        VideoError: [VideoError(problem, SENTENCE) for problem in VideoProblem],
        LoginDelayedError: [LoginDelayedError(7)],
        MailRefusedError: [MailRefusedError(SENTENCE, is_temporary=False)],
        UploadOffsetError: [UploadOffsetError(SENTENCE, 3)],
    }
    return by_code.get(kind) or [kind(SENTENCE)]


def _under(base: type[Kind]) -> Iterator[type[Kind]]:
    for kind in type.__subclasses__(base):
        yield kind
        yield from _under(kind)
