"""What waits to be read by a worker, without anybody waiting for the worker."""

from __future__ import annotations

import os
from collections import deque

from client.startup.workers.messages import Message, TunnelState, to_line

MOST_ANSWERS = 256  # of a worker that reads none: only an admin's taps and the own address make some


class Outbox:
    """Messages for one worker: the latest state of the tunnel, and the latest answers.

    Args:
        descriptor: the pipe's end to write to; writing never blocks from now on.
    """

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._begun = b""  # what is left of a line of which a part was written
        self._state: TunnelState | None = None
        self._answers: deque[Message] = deque(maxlen=MOST_ANSWERS)

    @property
    def is_empty(self) -> bool:
        """Whether everything was written."""
        return not (self._begun or self._state or self._answers)

    def put(self, message: Message) -> None:
        """Write a message, now or with a later ``flush``."""
        if isinstance(message, TunnelState):
            self._state = message
        else:
            self._answers.append(message)
        self.flush()

    def flush(self) -> None:
        """Write what the pipe has room for."""
        while not self.is_empty:
            self._begun = self._begun or self._next_line()
            try:
                written = os.write(self._descriptor, self._begun)
            except BlockingIOError:
                return
            except BrokenPipeError:  # it has ended, as its report shows
                self._begun, self._state = b"", None
                self._answers.clear()
                return
            self._begun = self._begun[written:]

    def _next_line(self) -> bytes:
        """The next message's line; the state first, so that who gets an answer knows what came of it."""
        message, self._state = self._state, None
        return to_line(message or self._answers.popleft())
