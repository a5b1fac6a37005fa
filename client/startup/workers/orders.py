"""The supervisor's orders to a worker: one line of JSON on its standard input."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from client.startup.options import Options

_PATHS = ("cert", "key", "data")


@dataclass(frozen=True)
class WorkerOrders:
    """How a worker is to serve.

    Attributes:
        options: the command line's options.
        program: what the program was started as.
        listeners: file descriptors of the listening sockets, which all workers share.
        report: a file descriptor to which it writes a byte once it serves, and which it keeps open.
        key: what the address for this computer's browser carries.
        announces: whether it is the first worker, at its first start.
    """

    options: Options
    program: str
    listeners: tuple[int, ...]
    report: int
    key: str
    announces: bool

    def to_line(self) -> bytes:
        """The orders as a line."""
        return json.dumps(asdict(self), default=str).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> WorkerOrders:
        """The orders in a line that ``to_line`` made."""
        found: dict[str, Any] = json.loads(line)
        return cls(**found | {"options": _options(found["options"]), "listeners": tuple(found["listeners"])})


def _options(found: Mapping[str, Any]) -> Options:
    values = {each.name: found[each.name] for each in fields(Options)}
    paths = {name: Path(values[name]) for name in _PATHS if values[name] is not None}
    return Options(**values | paths)
