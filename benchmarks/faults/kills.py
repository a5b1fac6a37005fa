"""Kills the server at random moments, and restarts it as the system would."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import suppress

import psutil

from benchmarks.apparatus.face_folder import BenchmarkError
from benchmarks.rush.programs import POLL_SECONDS, START_SECONDS, ServerProcesses

DURING_START = 0.2  # fraction of kills after which the next may come before the server answers
WORKER = "client.startup.workers.worker"


class Kills:
    """Kills a server several times.

    Args:
        servers: a single server.
        count: number of kills.
        workers: number of its processes. One of several is replaced by the supervisor; a single one is
            restarted as by systemd.
        longest: maximum seconds between the server's answer and the next kill.
        seed: seed of the random moments.

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
        """Kill as often as wanted; at the end the server is running.

        Raises:
            BenchmarkError: the server didn't restart.
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
        """Kill a random worker, and wait for its replacement."""
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
