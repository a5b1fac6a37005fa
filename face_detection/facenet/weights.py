"""Obtains FaceNet's weights: a file given by the user, or a download with a known checksum."""

from __future__ import annotations

from pathlib import Path

from face_detection.errors import ModelFileError
from face_detection.runtime.download import PublishedFile

_NAME = "20180402-114759-weights.h5"
_URL = f"https://github.com/faustomorales/keras-facenet/releases/download/v0.3.1/{_NAME}"

BY_HAND = (
    f"Download {_URL} with a browser and set FACENET_WEIGHTS to the file, or set ATTENDANCE_ENGINE=dlib, "
    "which needs no download."
)

# The file that keras-facenet 0.3.2 downloads (its metadata.py, model 20180402-114759).
WEIGHTS = PublishedFile(
    what="FaceNet's weights",
    url=_URL,
    algorithm="sha256",
    digest="8b71e7045497e841c00ee568f031d1a4d30908fceadf6884aef2dec4d545202b",
    most_bytes=200_000_000,  # the file has 95 million
    by_hand=BY_HAND,
)


def named_weights(path: Path) -> Path:
    """The file given by the user, after a first check.

    Raises:
        ModelFileError: it is missing, or not an HDF5 file, for example a saved web page.
    """
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise ModelFileError(
            f"FACENET_WEIGHTS names {path}, which can't be read ({error.strerror}). Correct it, or unset "
            "FACENET_WEIGHTS to download the file."
        ) from error
    if start != b"\x89HDF\r\n\x1a\n":
        raise ModelFileError(f"FACENET_WEIGHTS names {path}, which is not an HDF5 file of weights. {BY_HAND}")
    return path


def keras_facenet_download() -> Path | None:
    """The file that keras-facenet itself has downloaded on this machine, if it is complete."""
    try:
        path = Path.home() / ".keras-facenet" / "20180402-114759" / WEIGHTS.name
    except RuntimeError:  # a user without a home folder, as containers may have
        return None
    return path if WEIGHTS.is_at(path) else None
