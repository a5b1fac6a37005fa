"""The parent's side of one decoder's process: starts it, asks it, and ends it at the deadline."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from io import BufferedIOBase
from pathlib import Path
from typing import Any, cast

from face_detection.decoding.deadlines import Deadlines
from face_detection.decoding.limits import START_SECONDS
from face_detection.decoding.wire import (
    READY,
    BrokenWireError,
    DecodedPicture,
    DecodeOrder,
    receive_picture,
    send_order,
)
from face_detection.errors import BusyError, PhotoError
from face_detection.problems import PhotoProblem

MODULE = "face_detection.decoding.child"
PIPE_BYTES = 1 << 20  # the most that Linux allows to everybody; 64 kB is the default
_ROOT = Path(__file__).resolve().parents[2]
# What a Python process needs of the environment. The rest, which may contain passwords, stays here.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP", "LANG", "LC_ALL")
# glibc would give a photo's memory back after each photo, and fetch it again page by page: 3 ms for a selfie.
# What it keeps is less than this; after a heavy photo the process ends.
_KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "8388608", "MALLOC_TRIM_THRESHOLD_": "16777216"}
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}  # NumPy would keep memory for one on each core


class DecoderProcess:
    """A process that decodes one photo at a time. Used by one thread at a time.

    Args:
        deadlines: watches the time.
        command: what to run; another one for tests.

    Raises:
        BusyError: the system can't start it now.
    """

    def __init__(self, deadlines: Deadlines, command: list[str] | None = None) -> None:
        self._deadlines = deadlines
        command = command or [sys.executable, "-W", "ignore", "-m", MODULE]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=_ROOT,
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
                | _KEEP_MEMORY
                | _ONE_THREAD,
                **_apart(),
            )
        except OSError as error:
            raise BusyError(f"No process can be started to decode a photo ({error}). Try again.") from error
        self._orders = cast("BufferedIOBase", self._process.stdin)
        self._answers = cast("BufferedIOBase", self._process.stdout)
        for pipe in (self._orders, self._answers):
            _widen(pipe)
        with deadlines.within(START_SECONDS, self._process.kill):
            started = self._answers.read(len(READY)) == READY
        if not started:
            self.end()
            raise BusyError(
                f"The process that decodes photos ended at its start. Run {' '.join(command)} to see why."
            )

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def decode(self, order: DecodeOrder, data: bytes, seconds: float) -> DecodedPicture:
        """Decode a file.

        Args:
            order: what to do with it.
            data: the file.
            seconds: after this time the process is ended.

        Raises:
            PhotoError: there is no picture. The process may have ended; see ``is_alive``.
        """
        with self._deadlines.within(seconds, self._process.kill) as deadline:
            try:
                send_order(self._orders, order, data)
                return receive_picture(self._answers)
            except (BrokenWireError, OSError) as error:
                self._process.kill()
                self._process.wait()
                if deadline.has_passed:
                    happened = f"could not be decoded within {seconds:g} s"
                else:
                    happened = (
                        f"ended the process that decoded it (status {self._process.returncode}: {error})"
                    )
                raise PhotoError(
                    PhotoProblem.NOT_AN_IMAGE,
                    f"The photo {happened}. Save it again with another program, or take a new one.",
                ) from error

    def end(self) -> None:
        """End the process; idempotent."""
        self._process.kill()
        for pipe in (self._orders, self._answers):
            try:
                pipe.close()
            except OSError:  # what was not yet written can't be written any more
                continue
        self._process.wait()


def _apart() -> dict[str, Any]:
    """The options that keep a terminal's Ctrl-C from the process, and its window from the screen."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}


def _widen(pipe: BufferedIOBase) -> None:
    """Let a pipe hold a photo, where the system can: when it is full, one process waits for the other."""
    if sys.platform == "linux":
        import fcntl  # noqa: PLC0415 - not on Windows

        with contextlib.suppress(OSError):  # all pipes of this user together may have a limit
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
