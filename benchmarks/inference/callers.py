"""Threads that want the same computed at the same time, and what that costs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median

Compute = Callable[[], object]


@dataclass
class Costs:
    """What each call took, in seconds.

    Attributes:
        cpu: processor time of the whole process for each call, one value for each round.
        latency: from the call to the result, of every call.
        wall: elapsed time for each call, one value for each round.
    """

    cpu: list[float] = field(default_factory=list)
    latency: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    @property
    def cells(self) -> list[str]:
        """Medians in ms: processor time, latency, and calls a second."""
        return [
            f"{median(self.cpu) * 1000:.2f}",
            f"{median(self.latency) * 1000:.1f}",
            f"{1 / median(self.wall):.0f}",
        ]


def compared(ways: Mapping[str, Compute], callers: int, rounds: int, calls: int) -> dict[str, Costs]:
    """What each way costs, in turn, so that other load on the machine affects all equally.

    Args:
        ways: what a caller does, by the name of the way; each was done once before.
        callers: threads at the same time.
        rounds: how often each way is measured.
        calls: of each thread in a round.
    """
    costs = {name: Costs() for name in ways}
    for _ in range(rounds):
        for name, compute in ways.items():
            _measure(compute, callers, calls, costs[name])
    return costs


def _measure(compute: Compute, callers: int, calls: int, costs: Costs) -> None:
    ready = threading.Barrier(callers + 1)

    def call() -> None:
        ready.wait()
        for _ in range(calls):
            begin = time.perf_counter()
            compute()
            costs.latency.append(time.perf_counter() - begin)

    threads = [threading.Thread(target=call) for _ in range(callers)]
    for thread in threads:
        thread.start()
    ready.wait()
    begin, cpu = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.join()
    costs.wall.append((time.perf_counter() - begin) / calls / callers)
    costs.cpu.append((time.process_time() - cpu) / calls / callers)
