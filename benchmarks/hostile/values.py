"""The values of a hostile run: an input, what became of it, and what a kind of input can do."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol

SHOWN_FAULTS = 10  # of one kind, on the screen


@dataclass(frozen=True)
class HostileInput:
    """One input, which can be sent again.

    Attributes:
        kind: the name of its kind.
        entrance: where it goes, in words of its kind.
        data: the bytes.
        made: how it was made.
    """

    kind: str
    entrance: str
    data: bytes
    made: str = ""

    def save(self, path: Path, problem: str = "") -> None:
        """Write it into a file for ``--replay``.

        Raises:
            OSError: it can't be written.
        """
        fields = asdict(self) | {"data": base64.b64encode(self.data).decode(), "problem": problem}
        path.write_text(json.dumps(fields), encoding="utf-8")

    @staticmethod
    def load(path: Path) -> HostileInput:
        """Read what ``save`` wrote.

        Raises:
            OSError: it can't be read.
            ValueError: it is no such file.
        """
        try:
            fields = json.loads(path.read_text(encoding="utf-8"))
            data = base64.b64decode(fields["data"], validate=True)
            return HostileInput(fields["kind"], fields["entrance"], data, fields["made"])
        except (KeyError, TypeError) as error:
            raise ValueError(f"{path} has no input of this benchmark.") from error


@dataclass(frozen=True)
class HostileFault:
    """An input that was not answered as it should be.

    Attributes:
        entrance: where it went.
        problem: what was wrong, in words.
        file: where the input is saved.
    """

    entrance: str
    problem: str
    file: str


@dataclass
class KindResult:
    """What became of the inputs of one kind.

    Attributes:
        kind: its name.
        inputs: how many were sent.
        statuses: how many were answered with each status.
        slowest: seconds of the slowest answer.
        seconds: of all together.
        memory: MB of this process and its decoders when it was warm.
        growth: MB that they have grown from then to the end.
        faults: what went wrong.
    """

    kind: str
    inputs: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    slowest: float = 0.0
    seconds: float = 0.0
    memory: float = 0.0
    growth: float = 0.0
    faults: list[HostileFault] = field(default_factory=list)


class HostileKind(Protocol):
    """A kind of input. Inputs are made from one stream of chance: a seed gives the same ones again."""

    @property
    def name(self) -> str:
        """One word for the command line."""
        ...

    def inputs(self, draw: random.Random) -> Iterator[HostileInput]:
        """Endlessly many inputs, none of which may change the register."""
        ...

    def send(self, one: HostileInput) -> int:
        """Send an input, and return the status of the answer; where there is no HTTP, 200 or 422."""
        ...
