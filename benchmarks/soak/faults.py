"""Breaks parts of a running server, one after another, each in a way that it has to survive."""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path

import psutil

SEED = 7
LOCKED_SECONDS = 3.0  # a slow disk, or a backup that holds the register
PAUSED_SECONDS = 2.0  # another program takes the processor
LOCK_PATIENCE = 30.0

Fault = Callable[[], Awaitable[None]]


class Faults:
    """Breaks something every few seconds, until it is cancelled.

    Args:
        server: the process id of the supervisor of at least two workers.
        database: the register's file.
        every: seconds from one fault to the next.

    Attributes:
        happened: how often each did.
    """

    def __init__(self, server: int, database: Path, every: float) -> None:
        self.happened: Counter[str] = Counter()
        self._server = server
        self._database = database
        self._every = every
        self._chance = random.Random(SEED)  # noqa: S311 - no secret

    async def go_on(self) -> None:
        """Break one thing after another, in turn."""
        kinds: Sequence[tuple[str, Fault]] = (
            ("worker killed", self._kill_a_worker),
            ("register locked", self._lock_the_register),
            ("worker paused", self._pause_a_worker),
        )
        while True:
            for name, fault in kinds:
                await asyncio.sleep(self._every)
                await fault()
                self.happened[name] += 1

    async def _kill_a_worker(self) -> None:
        with suppress(psutil.NoSuchProcess):
            self._worker().kill()

    async def _pause_a_worker(self) -> None:
        worker = self._worker()
        with suppress(psutil.NoSuchProcess):
            worker.send_signal(signal.SIGSTOP)
            try:
                await asyncio.sleep(PAUSED_SECONDS)
            finally:
                worker.send_signal(signal.SIGCONT)

    async def _lock_the_register(self) -> None:
        await asyncio.to_thread(_hold_the_lock, self._database)

    def _worker(self) -> psutil.Process:
        return self._chance.choice(psutil.Process(self._server).children())


def _hold_the_lock(database: Path) -> None:
    """Be the register's only writer for some seconds, as another program could be."""
    with closing(sqlite3.connect(database, timeout=LOCK_PATIENCE, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            time.sleep(LOCKED_SECONDS)
        finally:
            connection.execute("ROLLBACK")
