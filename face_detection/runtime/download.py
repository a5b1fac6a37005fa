"""Downloads a published file with a known checksum, completely or not at all."""

from __future__ import annotations

import hashlib
import math
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from threading import Thread
from typing import BinaryIO

from face_detection.errors import ModelFileError
from face_detection.runtime.progress import Progress

# Without internet this must fail soon, so that another engine can start.
CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
ATTEMPTS = 4  # the first one, and three that resume an interrupted download
_PIECE = 1 << 18


@dataclass(frozen=True)
class PublishedFile:
    """A file on the internet that never changes.

    Attributes:
        what: its name in messages, such as "FaceNet's weights".
        url: its address.
        algorithm: of the checksum, as `hashlib` knows it.
        digest: the checksum in hexadecimal.
        most_bytes: a size that it can't exceed.
        by_hand: what to do if the download fails, whole sentences.
    """

    what: str
    url: str
    algorithm: str
    digest: str
    most_bytes: int
    by_hand: str

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.url.rsplit("/", 1)[-1]

    def is_at(self, path: Path) -> bool:
        """Whether this file is at a path, complete.

        Raises:
            OSError: the file there can't be read.
        """
        return path.is_file() and checksum(path, self.algorithm) == self.digest


def checksum(path: Path, algorithm: str) -> str:
    """The checksum of a file in hexadecimal.

    Raises:
        OSError: it can't be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def download(
    file: PublishedFile,
    folder: Path,
    progress: Progress,
    *,
    connect_seconds: float = CONNECT_SECONDS,
) -> Path:
    """Download a file, unless the folder already has it complete.

    A proxy is taken from the environment: ``https_proxy``, ``http_proxy`` and ``no_proxy``.

    Args:
        file: the file.
        folder: receives it; created if missing.
        progress: receives the downloaded bytes and the total.
        connect_seconds: how long to wait for the server's first response.

    Returns:
        Path of the file in ``folder``.

    Raises:
        ModelFileError: there is no connection, it broke, the file is wrong, or the disk is full; the message
            says what to do.
    """
    target = folder / file.name
    try:
        if file.is_at(target):
            return target
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".unfinished-") as made:
            unfinished = Path(made, file.name)
            _fetch(file, unfinished, progress, connect_seconds)
            if (digest := checksum(unfinished, file.algorithm)) != file.digest:
                raise ModelFileError(
                    f"The download from {file.url} has the checksum {digest} instead of {file.digest}; it "
                    f"may have been replaced on the way. {file.by_hand}",
                    brief=f"the download of {file.what} was not the published file",
                )
            unfinished.replace(target)
    except OSError as error:
        raise ModelFileError(
            f"{_capital(file.what)} can't be stored in {folder}: {error.strerror or error}. Free some "
            f"space ({math.ceil(file.most_bytes / 1e6)} MB), make the folder writable, or choose another one "
            "with ATTENDANCE_CACHE.",
            brief=f"{file.what} could not be stored ({error.strerror or error})",
        ) from error
    return target


def _fetch(file: PublishedFile, target: Path, progress: Progress, connect_seconds: float) -> None:
    """Download a file, resuming after interruptions as long as each attempt makes progress."""
    problem: Exception | None = None
    with target.open("wb") as out:
        for _ in range(ATTEMPTS):
            before = out.tell()
            try:
                with _connect(file.url, before, connect_seconds) as response:
                    if _append(file, response, out, progress):
                        return
                    problem = EOFError(f"the file ended after {out.tell():,} bytes")
            except (_ConnectionFailedError, HTTPException) as error:
                problem = error
            if out.tell() <= before:
                break
    raise ModelFileError(
        f"{_capital(file.what)} could not be downloaded from {file.url}: {_reason(problem)}. Connect this "
        f"machine to the internet and restart. Or: {file.by_hand}",
        brief=f"{file.what} could not be downloaded ({_reason(problem)})",
    ) from problem


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


class _ConnectionFailedError(Exception):
    """The connection failed or was interrupted."""


def _connect(url: str, start: int, seconds: float) -> HTTPResponse:
    """Request a file from a byte offset; the time limit includes the name resolution."""
    request = urllib.request.Request(url, headers={"Range": f"bytes={start}-"} if start else {})  # noqa: S310
    response: Future[HTTPResponse] = Future()

    def ask() -> None:
        try:
            # A new opener reads the environment's proxies again; urlopen's own keeps the first ones.
            response.set_result(urllib.request.build_opener().open(request, timeout=READ_SECONDS))
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


def _append(file: PublishedFile, response: HTTPResponse, out: BinaryIO, progress: Progress) -> bool:
    """Append the response to the file; return whether the file is complete."""
    if response.status != 206 and out.tell():  # the server starts from the beginning
        out.seek(0)
        out.truncate()
    stage = f"Downloading {file.what}"
    length = response.headers.get("Content-Length")
    total = out.tell() + int(length) if length else 0
    progress(stage, out.tell(), total)
    for piece in iter(_reading(response), b""):
        out.write(piece)
        progress(stage, out.tell(), total)
        if out.tell() > file.most_bytes:
            raise ModelFileError(
                f"{response.url} is larger than {file.most_bytes:,} bytes. {file.by_hand}",
                brief=f"the download of {file.what} was not the published file",
            )
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
    if isinstance(error, urllib.error.URLError) and isinstance(error.reason, Exception):
        return _reason(error.reason)
    if isinstance(error, TimeoutError):
        return f"no data for {READ_SECONDS:.0f} seconds"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror  # of the name resolution, too, whose numbers are its own
    return str(error) or type(error).__name__
