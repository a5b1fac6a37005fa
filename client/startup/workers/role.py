"""Which of a server's processes this is, and what is only done by one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from client.serving.limits import MEGABYTE, ServerLimits, photo_places
from client.startup.workers.shared_tunnel import SharedTunnel

FEWEST_THREADS = 3  # of those for photos
LEAST_BODIES = 32 * MEGABYTE  # three photos of 10 MB


def _nobody() -> None:
    """Nobody waits for this process."""


@dataclass(frozen=True)
class WorkerRole:
    """What is special about one process of a server.

    Attributes:
        count: how many processes serve the same port.
        announces: whether it enrols the demo's portraits, has the tunnel opened, and prints the welcome; the
            first process does, at its first start.
        key: what the address for this computer's browser carries; None makes one up.
        report_serving: called once it answers requests, and has announced what it announces.
        tunnel: the supervisor's tunnel, which all processes share; None: this process has its own.
    """

    count: int = 1
    announces: bool = True
    key: str | None = None
    report_serving: Callable[[], object] = _nobody
    tunnel: SharedTunnel | None = None

    @property
    def is_alone(self) -> bool:
        """Whether no other process serves the port."""
        return self.count == 1

    def part_of(self, limits: ServerLimits) -> ServerLimits:
        """This process's part of the limits that protect memory and processor; others are of each process."""
        return replace(
            limits,
            bodies_bytes=max(limits.bodies_bytes // self.count, LEAST_BODIES),
            photos=photo_places(max(limits.photos.threads // self.count, FEWEST_THREADS)),
        )


ALONE = WorkerRole()
"""The only process of its server."""
