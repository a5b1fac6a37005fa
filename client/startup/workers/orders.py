"""The supervisor's orders to a worker: one line of JSON on its standard input."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from client.startup.options import Options
from client.startup.workers.messages import TunnelState, revived

_PATHS = ("cert", "key", "data")


@dataclass(frozen=True)
class WorkerOrders:
    """How a worker is to serve.

    Attributes:
        options: the command line's options.
        program: what the program was started as.
        listeners: file descriptors of the listening sockets, which all workers share.
        report: a file descriptor for its messages, which it keeps open.
        key: what the address for this computer's browser carries.
        announces: whether it is the first worker, at its first start.
        tunnel: the supervisor's tunnel as it is now.
    """

    options: Options
    program: str
    listeners: tuple[int, ...]
    report: int
    key: str
    announces: bool
    tunnel: TunnelState

    def to_line(self) -> bytes:
        """The orders as a line."""
        return json.dumps(asdict(self), default=str).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> WorkerOrders:
        """The orders in a line that ``to_line`` made."""
        found: dict[str, Any] = json.loads(line)
        tunnel = TunnelState(**revived(found["tunnel"]))
        return cls(**revived(found) | {"options": _options(found["options"]), "tunnel": tunnel})


def _options(found: Mapping[str, Any]) -> Options:
    values = {each.name: found[each.name] for each in fields(Options)}
    paths = {name: Path(values[name]) for name in _PATHS if values[name] is not None}
    return Options(**values | paths)
