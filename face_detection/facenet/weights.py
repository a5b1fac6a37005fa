"""Gets FaceNet's weights: the file that the user names, or one download with a known checksum."""

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

# What keras-facenet 0.3.2 downloads (its metadata.py, model 20180402-114759).
FILE_NAME = "20180402-114759-weights.h5"
URL = f"https://github.com/faustomorales/keras-facenet/releases/download/v0.3.1/{FILE_NAME}"
SHA256 = "8b71e7045497e841c00ee568f031d1a4d30908fceadf6884aef2dec4d545202b"
MOST_BYTES = 200_000_000  # the file has 95 million

# Without internet the answer must come soon, as the other engine is waiting.
CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
ATTEMPTS = 4  # the first one, and three that go on where the line broke
_PIECE = 1 << 18

BY_HAND = (
    f"Download {URL} with a browser and set FACENET_WEIGHTS to the file, or set ATTENDANCE_ENGINE=dlib, "
    "which needs no download."
)
_STAGE = "Downloading FaceNet's weights"


def named_weights(path: Path) -> Path:
    """The file that the user names, if it can be one.

    Raises:
        ModelFileError: it is missing, or no HDF5 file, as when a web page was saved in its place.
    """
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise ModelFileError(
            f"FACENET_WEIGHTS names {path}, which can't be read ({error.strerror}). Correct it, or leave "
            "FACENET_WEIGHTS out, so that the file is downloaded."
        ) from error
    if start != b"\x89HDF\r\n\x1a\n":
        raise ModelFileError(f"FACENET_WEIGHTS names {path}, which is no HDF5 file of weights. {BY_HAND}")
    return path


def kept_by_keras_facenet() -> Path | None:
    """The file that keras-facenet itself has downloaded on this machine, if it is whole."""
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
    """Download the weights once; a file that is there already and whole is taken.

    Args:
        folder: where to put the file; made if it is missing.
        progress: told the bytes done and in total.
        url: where it is.
        sha256: what it must be.
        connect_seconds: how long to wait for the server's first answer.

    Returns:
        Path of the file in ``folder``.

    Raises:
        ModelFileError: no connection, a broken line, a wrong file or no room; says what to do.
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
                    f"What came from {url} has the checksum {digest} instead of {sha256}: something on "
                    f"the way gave another file. {BY_HAND}"
                )
            unfinished.replace(target)
    except OSError as error:
        raise ModelFileError(
            f"FaceNet's weights can't be kept in {folder}: {error.strerror or error}. Make room there "
            "(300 MB), or make it writable, or choose another folder with ATTENDANCE_CACHE."
        ) from error
    return target


def sha256_of(path: Path) -> str:
    """Checksum of a file, as hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fetch(url: str, target: Path, progress: Progress, connect_seconds: float) -> None:
    """Bring a file over, going on where the line broke as long as each attempt brings something."""
    trouble: Exception | None = None
    with target.open("wb") as out:
        for _ in range(ATTEMPTS):
            before = out.tell()
            try:
                with _connect(url, before, connect_seconds) as response:
                    if _pour(response, out, progress):
                        return
                    trouble = EOFError(f"the file ended after {out.tell():,} bytes")
            except (_Line, HTTPException) as error:
                trouble = error
            if out.tell() <= before:
                break
    raise ModelFileError(
        f"FaceNet's weights could not be downloaded from {url}: {_reason(trouble)}. Connect this machine to "
        f"the internet and start again. Or: {BY_HAND}"
    ) from trouble


class _Line(Exception):  # noqa: N818 - a name for "the network's fault", never seen outside
    """The connection could not be made, or broke."""


def _connect(url: str, start: int, seconds: float) -> HTTPResponse:
    """Ask for a file from a byte on; gives up after some seconds, looking up the name included."""
    request = urllib.request.Request(url, headers={"Range": f"bytes={start}-"} if start else {})  # noqa: S310
    answer: Future[HTTPResponse] = Future()

    def ask() -> None:
        try:
            answer.set_result(urllib.request.urlopen(request, timeout=READ_SECONDS))  # noqa: S310 - our own URL
        except Exception as error:  # noqa: BLE001 - handed to the thread that waits
            answer.set_exception(error)

    # The system's look-up of a name has no time-out, so that it needs a thread that can be left behind.
    Thread(target=ask, daemon=True).start()
    try:
        return answer.result(seconds)
    except TimeoutError as error:
        answer.add_done_callback(_drop)
        raise _Line(f"no answer within {seconds:.0f} seconds") from error
    except urllib.error.HTTPError as error:
        error.close()
        raise _Line(f"the server answered {error.code} {error.reason}") from error
    except (OSError, HTTPException) as error:
        raise _Line(_reason(error)) from error


def _drop(answer: Future[HTTPResponse]) -> None:
    """Close an answer that came when nobody waited any more."""
    if answer.exception() is None:
        answer.result().close()


def _pour(response: HTTPResponse, out: BinaryIO, progress: Progress) -> bool:
    """Write what comes behind what is there; whether the file is complete."""
    if response.status != 206 and out.tell():  # the server begins anew
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
    """Reads the next piece; what goes wrong on the line is told apart from what goes wrong on disk."""

    def read() -> bytes:
        try:
            return response.read1(_PIECE)
        except OSError as error:
            raise _Line(_reason(error)) from error

    return read


def _reason(error: Exception | None) -> str:
    """What went wrong, in a few words."""
    if isinstance(error, urllib.error.URLError):
        return str(error.reason)
    if isinstance(error, TimeoutError):
        return f"nothing came for {READ_SECONDS:.0f} seconds"
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    return str(error) or type(error).__name__
