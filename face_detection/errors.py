"""The errors of this package, under one base class."""

from __future__ import annotations

from face_detection.problems import PhotoProblem, VideoProblem


class FaceDetectionError(Exception):
    """Base of every error that this package raises on purpose."""


class PhotoError(FaceDetectionError):
    """The bytes are no photo that can be read, or one that is too large to be expanded.

    Args:
        problem: what is wrong, as the code that the phone's sentence hangs on.
        detail: the same for a log or an admin, with the actual value.
    """

    def __init__(self, problem: PhotoProblem, detail: str) -> None:
        super().__init__(detail)
        self.problem = problem


class VideoError(FaceDetectionError):
    """A video can't be read, or exceeds a limit.

    Args:
        problem: what is wrong, as a code.
        detail: the same for a log or an admin, with the actual value; never with a password in it.
    """

    def __init__(self, problem: VideoProblem, detail: str) -> None:
        super().__init__(detail)
        self.problem = problem


class BusyError(FaceDetectionError):
    """Too many photos are being decoded at once; the same photo can be read in a moment."""


class ModelFileError(FaceDetectionError):
    """A file of network weights is missing, cut short or not what it should be."""


class EngineError(FaceDetectionError):
    """An engine or detector was asked for that does not exist or can't be had here."""
