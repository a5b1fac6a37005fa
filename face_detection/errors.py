"""The errors of this package, under one base class."""

from __future__ import annotations

from face_detection.problems import PhotoProblem, VideoProblem


class FaceDetectionError(Exception):
    """Base class of this package's errors."""


class PhotoError(FaceDetectionError):
    """The bytes are not a readable photo, or the photo exceeds a limit.

    Args:
        problem: the code that selects the phone's sentence.
        detail: a message for logs and admins, with the actual value.
    """

    def __init__(self, problem: PhotoProblem, detail: str) -> None:
        super().__init__(detail)
        self.problem = problem


class VideoError(FaceDetectionError):
    """A video can't be read, or exceeds a limit.

    Args:
        problem: the code of the problem.
        detail: a message for logs and admins, with the actual value; never contains a password.
    """

    def __init__(self, problem: VideoProblem, detail: str) -> None:
        super().__init__(detail)
        self.problem = problem


class BusyError(FaceDetectionError):
    """Too many photos are being decoded; try the same photo again in a moment."""


class ModelFileError(FaceDetectionError):
    """A file of network weights is missing, truncated or not the expected one.

    Args:
        detail: the message, with the remedy.
        brief: what happened, in a few words without a full stop and without the remedy, for a line about
            something else that goes on without the file.
    """

    def __init__(self, detail: str, *, brief: str = "") -> None:
        super().__init__(detail)
        self.brief = brief or detail.rstrip(".")


class EngineError(FaceDetectionError):
    """The requested engine, detector or device does not exist or is not available here."""
