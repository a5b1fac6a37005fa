"""Obtains FaceNet's weights: a file given by the user, or a download with a known checksum."""

from __future__ import annotations

import hashlib
import os
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import Future
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from threading import Thread
from typing import BinaryIO

from face_detection.errors import ModelFileError
from face_detection.runtime.progress import Progress

# The file that keras-facenet 0.3.2 downloads (its metadata.py, model 20180402-114759).
FILE_NAME = "20180402-114759-weights.h5"
URL = f"https://github.com/faustomorales/keras-facenet/releases/download/v0.3.1/{FILE_NAME}"
SHA256 = "8b71e7045497e841c00ee568f031d1a4d30908fceadf6884aef2dec4d545202b"
MOST_BYTES = 200_000_000  # the file has 95 million

# Without internet this must fail soon, so that the other engine can start.
CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
ATTEMPTS = 4  # the first one, and three that resume an interrupted download
_PIECE = 1 << 18

BY_HAND = (
    f"Download {URL} with a browser and set FACENET_WEIGHTS to the file, or set ATTENDANCE_ENGINE=dlib, "
    "which needs no download."
)
_STAGE = "Downloading FaceNet's weights"


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
    path = Path.home() / ".keras-facenet" / "20180402-114759" / FILE_NAME
    return path if path.is_file() and sha256_of(path) == SHA256 else None


def download_weights(
    folder: Path,
    progress: Progress,
    *,
    url: str = URL,
    sha256: str = SHA256,
    connect_seconds: float = CONNECT_SECONDS,
) -> Path:
    """Download the weights, unless the folder already has the complete file.

    Args:
        folder: receives the file; created if missing.
        progress: receives the downloaded bytes and the total.
        url: the address of the file.
        sha256: its expected checksum.
        connect_seconds: how long to wait for the server's first response.

    Returns:
        Path of the file in ``folder``.

    Raises:
        ModelFileError: there is no connection, it broke, the file is wrong, or the disk is full; the message
            says what to do.
    """
    target = folder / FILE_NAME
    try:
        if target.is_file() and sha256_of(target) == sha256:
            return target
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".unfinished-") as made:
            unfinished = Path(made, FILE_NAME)
            _fetch(url, unfinished, progress, connect_seconds)
            if (digest := sha256_of(unfinished)) != sha256:
                raise ModelFileError(
                    f"The download from {url} has the checksum {digest} instead of {sha256}; it may have "
                    f"been replaced on the way. {BY_HAND}"
                )
            unfinished.replace(target)
    except OSError as error:
        raise ModelFileError(
            f"FaceNet's weights can't be stored in {folder}: {error.strerror or error}. Free some space "
            "(300 MB), make the folder writable, or choose another one with ATTENDANCE_CACHE."
        ) from error
    return target


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fetch(url: str, target: Path, progress: Progress, connect_seconds: float) -> None:
    """Download a file, resuming after interruptions as long as each attempt makes progress."""
    problem: Exception | None = None
    with target.open("wb") as out:
        for _ in range(ATTEMPTS):
            before = out.tell()
            try:
                with _connect(url, before, connect_seconds) as response:
                    if _append(response, out, progress):
                        return
                    problem = EOFError(f"the file ended after {out.tell():,} bytes")
            except (_ConnectionFailedError, HTTPException) as error:
                problem = error
            if out.tell() <= before:
                break
    raise ModelFileError(
        f"FaceNet's weights could not be downloaded from {url}: {_reason(problem)}. Connect this machine to "
        f"the internet and restart. Or: {BY_HAND}"
    ) from problem


class _ConnectionFailedError(Exception):
    """The connection failed or was interrupted."""


def _connect(url: str, start: int, seconds: float) -> HTTPResponse:
    """Request a file from a byte offset; the time limit includes the name resolution."""
    request = urllib.request.Request(url, headers={"Range": f"bytes={start}-"} if start else {})  # noqa: S310
    response: Future[HTTPResponse] = Future()

    def ask() -> None:
        try:
            response.set_result(urllib.request.urlopen(request, timeout=READ_SECONDS))  # noqa: S310 - our own URL
        except Exception as error:  # noqa: BLE001 - passed to the waiting thread
            response.set_exception(error)

    # The system's name resolution has no time limit, so it needs a thread that can be abandoned.
    Thread(target=ask, daemon=True).start()
    try:
        return response.result(seconds)
    except TimeoutError as error:
        response.add_done_callback(_close)
        raise _ConnectionFailedError(f"no response within {seconds:.0f} seconds") from error
    except urllib.error.HTTPError as error:
        error.close()
        raise _ConnectionFailedError(f"the server responded {error.code} {error.reason}") from error
    except (OSError, HTTPException) as error:
        raise _ConnectionFailedError(_reason(error)) from error


def _close(response: Future[HTTPResponse]) -> None:
    """Close a response that arrived too late."""
    if response.exception() is None:
        response.result().close()


def _append(response: HTTPResponse, out: BinaryIO, progress: Progress) -> bool:
    """Append the response to the file; return whether the file is complete."""
    if response.status != 206 and out.tell():  # the server starts from the beginning
        out.seek(0)
        out.truncate()
    length = response.headers.get("Content-Length")
    total = out.tell() + int(length) if length else 0
    progress(_STAGE, out.tell(), total)
    for piece in iter(_reading(response), b""):
        out.write(piece)
        progress(_STAGE, out.tell(), total)
        if out.tell() > MOST_BYTES:
            raise ModelFileError(f"{response.url} is larger than {MOST_BYTES:,} bytes. {BY_HAND}")
    return out.tell() >= total


def _reading(response: HTTPResponse) -> Callable[[], bytes]:
    """A function that reads the next piece and translates errors of the network, unlike those of the disk."""

    def read() -> bytes:
        try:
            return response.read1(_PIECE)
        except OSError as error:
            raise _ConnectionFailedError(_reason(error)) from error

    return read


def _reason(error: Exception | None) -> str:
    """The reason of an error in a few words."""
    if isinstance(error, urllib.error.URLError):
        return str(error.reason)
    if isinstance(error, TimeoutError):
        return f"no data for {READ_SECONDS:.0f} seconds"
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    return str(error) or type(error).__name__
