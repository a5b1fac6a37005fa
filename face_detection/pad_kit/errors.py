"""What can go wrong with the material of the kit."""

from __future__ import annotations

from face_detection.errors import FaceDetectionError


class PadMaterialError(FaceDetectionError):
    """The folder of stills or bursts is missing, or can't be used."""
