"""Kills the server at random moments, and starts it again as the system would."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import suppress

import psutil

from benchmarks.apparatus.face_folder import BenchmarkError
from benchmarks.rush.programs import POLL_SECONDS, START_SECONDS, ServerProcesses

DURING_START = 0.2  # of the kills: the next one may come before the server answers again
WORKER = "client.startup.workers.worker"


class Kills:
    """Kills a server so many times.

    Args:
        servers: one server.
        count: how often.
        workers: its processes. Of several one is killed, which their supervisor replaces; a single one is
            started again as systemd would.
        longest: seconds from one kill to the next at most, after the server answers.
        seed: of the random moments.

    Attributes:
        restarts: seconds from a kill until the server answered again.
    """

    def __init__(
        self, servers: ServerProcesses, count: int, *, workers: int, longest: float, seed: int
    ) -> None:
        self.restarts: list[float] = []
        self._servers = servers
        self._count = count
        self._workers = workers
        self._longest = longest
        self._chance = random.Random(seed)  # noqa: S311 - no secret

    async def go_on(self) -> None:
        """Kill until it is enough; in the end the server answers.

        Raises:
            BenchmarkError: the server didn't start again.
        """
        for number in range(1, self._count + 1):
            await asyncio.sleep(self._chance.uniform(0, self._longest))
            begin = time.perf_counter()
            if self._workers > 1:
                await self._kill_a_worker()
            else:
                self._servers.kill(0)
                self._servers.start_again(0)
            if number < self._count and self._chance.random() < DURING_START:
                continue
            await self._servers.answering(0)
            self.restarts.append(time.perf_counter() - begin)

    async def _kill_a_worker(self) -> None:
        """Kill one of the workers, and wait until another one is there in its place."""
        running = self._running()
        if running:
            with suppress(psutil.NoSuchProcess):
                self._chance.choice(running).kill()
            self._servers.killed += 1
        end = time.perf_counter() + START_SECONDS
        while len(self._running()) < self._workers:
            if time.perf_counter() > end:
                raise BenchmarkError("A worker that was killed has not been replaced.")
            await asyncio.sleep(POLL_SECONDS)

    def _running(self) -> list[psutil.Process]:
        found = []
        for process in psutil.Process(self._servers.pids[0]).children():
            with suppress(psutil.NoSuchProcess):
                if WORKER in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found
