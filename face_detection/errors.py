"""The errors of this package, under one base class."""

from __future__ import annotations

from face_detection.problems import PhotoProblem, VideoProblem


class FaceDetectionError(Exception):
    """Base of every error that this package raises on purpose."""


class PhotoError(FaceDetectionError):
    """The bytes are not a readable photo, or one that is too large to decode.

    Args:
        problem: what is wrong, as the code of the phone's sentence.
        detail: the same for the log or an admin, with the actual value.
    """

    def __init__(self, problem: PhotoProblem, detail: str) -> None:
        super().__init__(detail)
        self.problem = problem


class VideoError(FaceDetectionError):
    """A video can't be read, or exceeds a limit.

    Args:
        problem: what is wrong, as a code.
        detail: the same for the log or an admin, with the actual value; never contains a password.
    """

    def __init__(self, problem: VideoProblem, detail: str) -> None:
        super().__init__(detail)
        self.problem = problem


class BusyError(FaceDetectionError):
    """Too many photos are being decoded at once; try the same photo again in a moment."""


class ModelFileError(FaceDetectionError):
    """A file of network weights is missing, truncated or not the expected one."""


class EngineError(FaceDetectionError):
    """The requested engine or detector doesn't exist, or isn't available here."""
