"""Output that never blocks the server, even if nobody reads the pipe or the terminal is paused."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections import deque
from collections.abc import Iterator
from typing import Any, TextIO, cast

MOST_WAITING = 1_000_000  # characters, about ten thousand lines; what exceeds it is counted and dropped
DRAIN_SECONDS = 2.0  # for the last lines when the program ends
_STANDARD = (0, 1, 2)


class UnblockedOutput:
    """Stands for an output stream, and writes to it in a thread of its own.

    A write to a full pipe waits until somebody reads, and with it the log's lock, and then every request.

    Args:
        stream: where to write; None where there is none, as with ``>&-``.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._waiting: deque[str] = deque()
        self._size = self._lost = 0
        self._changed = threading.Condition()
        self._is_writing, self._is_gone = False, stream is None
        if stream is None:
            return
        self._descriptor = _descriptor_of(stream)
        threading.Thread(target=self._write_all, name="output", daemon=True).start()

    def __getattr__(self, name: str) -> Any:
        """Any other attribute of the stream, such as its encoding."""
        return getattr(self._stream, name)

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._stream is not None and self._stream.isatty()

    def write(self, text: str) -> int:
        """Queue a text, or drop it if too much is waiting; returns at once."""
        with self._changed:
            if self._is_gone:
                return len(text)
            if self._size + len(text) > MOST_WAITING:
                self._lost += text.count("\n")
                return len(text)
            self._waiting.append(text)
            self._size += len(text)
            self._changed.notify_all()
        return len(text)

    def flush(self) -> None:
        """Do nothing: what is written is on its way."""

    def drain(self, seconds: float = DRAIN_SECONDS) -> None:
        """Wait until everything is written, at most so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_gone or not (self._waiting or self._is_writing), seconds)

    def _write_all(self) -> None:
        while True:
            with self._changed:
                self._is_writing = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: bool(self._waiting))
                text, self._is_writing = "".join(self._waiting), True
                if self._lost:
                    text += f"{self._lost} lines are missing here, because nobody was reading the output.\n"
                self._waiting.clear()
                self._size = self._lost = 0
            try:
                self._write(text)
            except (OSError, ValueError):  # the reader is gone, or the stream is closed
                with self._changed:
                    self._is_gone, self._size = True, 0
                    self._waiting.clear()
                    self._changed.notify_all()
                return

    def _write(self, text: str) -> None:
        """Write all of it, however long that takes.

        Where the system allows, not through the stream: the lock of its buffer would abort a program that
        ends while this thread waits.
        """
        stream = cast("TextIO", self._stream)
        if self._descriptor is None:
            stream.write(text)
            stream.flush()
            return
        data = memoryview(text.encode(stream.encoding, "backslashreplace"))
        while data:
            data = data[os.write(self._descriptor, data) :]


def _descriptor_of(stream: TextIO) -> int | None:
    """Where to write without the stream; None: only through it, as to the console of Windows."""
    if sys.platform == "win32":
        return None
    try:
        return stream.fileno()
    except (OSError, ValueError):  # no file
        return None


@contextlib.contextmanager
def unblocked_output() -> Iterator[None]:
    """Keep writes to standard output and standard error from blocking inside the block.

    Closed descriptors are opened on the null device, or the next file would get their number, and the output.
    """
    _open_missing()
    before = sys.stdout, sys.stderr
    outputs = [UnblockedOutput(stream) for stream in before]
    for stream in before:
        if stream is not None:
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
    sys.stdout, sys.stderr = (cast("TextIO", output) for output in outputs)
    try:
        yield
    finally:
        drain_output()
        sys.stdout, sys.stderr = before


def drain_output() -> None:
    """Wait a moment until what was printed and logged is written; for a program's last lines."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, UnblockedOutput):
            stream.drain()


def _open_missing() -> None:
    for number in _STANDARD:
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free
