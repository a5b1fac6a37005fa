"""Decoder processes that are started when needed, kept for the next photo, and replaced after a heavy one."""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable
from threading import Lock

from face_detection.decoding.deadlines import Deadlines
from face_detection.decoding.decoder_process import DecoderProcess
from face_detection.decoding.limits import DECODE_SECONDS
from face_detection.decoding.wire import DecodedPicture, DecodeOrder


class DecoderPool:
    """Thread-safe. Has as many processes as threads decode at the same time; who calls limits their number.

    Args:
        start: starts a process.
        seconds: the time limit of one photo.
    """

    def __init__(
        self,
        start: Callable[[Deadlines], DecoderProcess] = DecoderProcess,
        *,
        seconds: float = DECODE_SECONDS,
    ) -> None:
        self._start = start
        self._seconds = seconds
        self._lock = Lock()
        self._deadlines = Deadlines()
        self._idle: list[DecoderProcess] = []
        atexit.register(self.close)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forget)

    def decode(self, order: DecodeOrder, data: bytes) -> DecodedPicture:
        """Decode a file. After a heavy one the process is ended, which gives its memory back.

        Args:
            order: what to do with it.
            data: the file.

        Raises:
            PhotoError: there is no picture.
            BusyError: no process could be started.
        """
        decoder = self._take()
        try:
            return decoder.decode(order, data, self._seconds)
        finally:
            if order.heavy or not decoder.is_alive():
                decoder.end()
            else:
                with self._lock:
                    self._idle.append(decoder)

    def warm_up(self) -> None:
        """Start a process unless one waits already, so that the first photo need not."""
        decoder = self._take()
        with self._lock:
            self._idle.append(decoder)

    def close(self) -> None:
        """End the processes that wait; the next photo starts another one."""
        with self._lock:
            idle, self._idle = self._idle, []
        for decoder in idle:
            decoder.end()

    def _take(self) -> DecoderProcess:
        """A process that waits, or a new one."""
        while True:
            with self._lock:
                decoder = self._idle.pop() if self._idle else None
            if decoder is None:
                return self._start(self._deadlines)
            if decoder.is_alive():
                return decoder
            decoder.end()

    def _forget(self) -> None:
        """Leave the processes to the parent of this one, after a fork."""
        self._lock = Lock()
        self._deadlines = Deadlines()
        self._idle = []
