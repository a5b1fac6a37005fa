"""What a supervisor and its workers tell each other: lines of JSON, each one message.

The supervisor writes to a worker's standard input, after its orders; the end of that pipe means that the
supervisor is gone. A worker writes to its report, whose end means that the worker is gone.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

LONGEST_LINE = 65_536  # bytes; the longest that is sent has less than a tenth
_PART_BYTES = 4096


class Wish(StrEnum):
    """What a worker asks its supervisor to do."""

    OPEN_TUNNEL = "open_tunnel"
    CLOSE_TUNNEL = "close_tunnel"
    NOTE_ARRIVAL = "note_arrival"
    """This computer's request to itself has arrived; ``about`` is its secret and where it came from."""


@dataclass(frozen=True)
class TunnelState:
    """The tunnel, as every worker has to know it. The supervisor sends one whenever something changes.

    Attributes:
        number: grows with each state; the latest one counts.
        may_forward: whether the agent may forward requests, from before it is started until it has ended.
        url: the public address while the tunnel is up, otherwise None.
        known: this computer's public addresses.
        expected: the secrets of its requests to itself that are on their way.
    """

    number: int = 0
    may_forward: bool = False
    url: str | None = None
    known: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()


@dataclass(frozen=True)
class WorkerServes:
    """A worker answers requests, and has announced what it announces."""


@dataclass(frozen=True)
class StateHeard:
    """A worker acts by the state with this number from now on."""

    number: int


@dataclass(frozen=True)
class WorkerRequest:
    """A worker's request, which is answered once.

    Attributes:
        id: is in the answer, and unique among all workers.
        wish: what to do.
        about: what it is about, if the wish needs that.
    """

    id: str
    wish: Wish
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class SupervisorAnswer:
    """The answer to a worker's request.

    Attributes:
        id: the request's.
        result: what came of it: the public address, or the secret that was expected.
        problem: the sentence about what went wrong, otherwise None.
    """

    id: str
    result: str | None = None
    problem: str | None = None


Message = TunnelState | WorkerServes | StateHeard | WorkerRequest | SupervisorAnswer
_KINDS: dict[str, type[Message]] = {
    each.__name__: each for each in (TunnelState, WorkerServes, StateHeard, WorkerRequest, SupervisorAnswer)
}


def to_line(message: Message) -> bytes:
    """A message as a line."""
    return json.dumps([type(message).__name__, asdict(message)]).encode() + b"\n"


def from_line(line: bytes) -> Message:
    """The message in a line that ``to_line`` made.

    Raises:
        ValueError: it is another line.
    """
    try:
        kind, found = json.loads(line)
        fields = revived(found)
        if "wish" in fields:
            fields["wish"] = Wish(fields["wish"])
        return _KINDS[kind](**fields)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a message: {line[:80]!r}") from error


def revived(found: dict[str, Any]) -> dict[str, Any]:
    """A dataclass's fields out of JSON, which has no tuples."""
    return {name: tuple(each) if isinstance(each, list) else each for name, each in found.items()}


class LineBuffer:
    """Puts lines together from the parts in which they are read."""

    def __init__(self) -> None:
        self._rest = b""

    def lines(self, part: bytes) -> list[bytes]:
        """The lines that this part completes, without their ends."""
        *lines, self._rest = (self._rest + part).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            self._rest = b""  # whatever it is, its end is not a message either
        return lines


class LineReader:
    """Reads lines from a pipe, without Python's buffer, whose lock would abort the process at its end.

    Args:
        descriptor: the pipe's end.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._buffer = LineBuffer()
        self._lines: list[bytes] = []

    def next(self) -> bytes | None:
        """The next line, once there is one; None at the end."""
        while not self._lines:
            part = os.read(self._descriptor, _PART_BYTES)
            if not part:
                return None
            self._lines = self._buffer.lines(part)
        return self._lines.pop(0)
