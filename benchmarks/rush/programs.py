"""The real program as child processes, and what they take of the machine."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from benchmarks.apparatus.face_folder import BenchmarkError
from benchmarks.apparatus.processes.free_ports import free_port
from benchmarks.apparatus.processes.process_family import family, resident_bytes
from benchmarks.rush.wire import LOST, ServerDoor, Wire

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
START_SECONDS = 300.0
STOP_SECONDS = 30.0
POLL_SECONDS = 0.05
SAMPLE_SECONDS = 0.5
LOG_BYTES = 600  # of a server's last words
OK = 200


@dataclass
class MemoryOverTime:
    """Resident bytes of all servers with their decoders.

    Attributes:
        samples: pairs of seconds since the start and bytes.
    """

    samples: list[tuple[float, int]] = field(default_factory=list)

    @property
    def now(self) -> int:
        """The last sample."""
        return self.samples[-1][1] if self.samples else 0

    def peak(self, since: float = 0.0) -> int:
        """The most from a moment on, in seconds since the start."""
        return max((size for at, size in self.samples if at >= since), default=0)


class ServerProcesses:
    """Some processes of the program on one register. As a context manager, it ends them.

    Args:
        environ: their environment.
        count: how many.
        options: of the command line, besides host and port.
        folder: where their output goes.

    Attributes:
        doors: where they listen.
        memory: what they take.
        killed: how many were killed and started again.
    """

    def __init__(
        self, environ: Mapping[str, str], folder: Path, *, count: int = 1, options: Sequence[str] = ()
    ) -> None:
        self.doors = [ServerDoor(HOST, free_port(HOST)) for _ in range(count)]
        self.memory = MemoryOverTime()
        self.killed = 0
        self._environ = dict(environ)
        self._options = tuple(options)
        self._logs = [folder / f"server-{door.port}.log" for door in self.doors]
        self._ended_cpu = 0.0
        self._begun = time.perf_counter()
        self._stop = threading.Event()
        self._sampler = threading.Thread(target=self._sample, daemon=True)
        self._processes = [self._started(number) for number in range(count)]

    def __enter__(self) -> Self:
        self._sampler.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._note_ended(error)
        self._stop.set()
        self._sampler.join()
        for process in self._processes:
            process.send_signal(signal.SIGTERM)
        for process in self._processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
            process.kill()
            process.wait()

    @property
    def pids(self) -> list[int]:
        """Their process ids."""
        return [process.pid for process in self._processes]

    @property
    def elapsed(self) -> float:
        """Seconds since the start, as in the samples."""
        return time.perf_counter() - self._begun

    async def ready(self) -> None:
        """Wait until all answer.

        Raises:
            BenchmarkError: one doesn't start.
        """
        for number in range(len(self.doors)):
            await self.answering(number)

    def cpu(self) -> float:
        """Processor time of all until now, in seconds."""
        return self._ended_cpu + sum(_cpu(process.pid) for process in self._processes)

    async def kill_in_turn(self, every: float) -> None:
        """Kill one after another, and start it again, until this is cancelled.

        Args:
            every: seconds from one to the next.
        """
        while True:
            for number in range(len(self._processes)):
                await asyncio.sleep(every)
                self.kill(number)
                self.start_again(number)
                await self.answering(number)

    def kill(self, number: int) -> None:
        """Kill one without a chance to clean up."""
        process = self._processes[number]
        self._ended_cpu += _cpu(process.pid)
        process.kill()
        process.wait()
        self.killed += 1

    def start_again(self, number: int) -> None:
        """Start one that was killed, on the same port and with the same register."""
        self._processes[number] = self._started(number)

    async def answering(self, number: int) -> None:
        """Wait until one answers.

        Raises:
            BenchmarkError: it has ended, or takes too long.
        """
        end = time.perf_counter() + START_SECONDS
        wire = Wire(self.doors[number])
        while self._processes[number].poll() is None and time.perf_counter() < end:
            with suppress(*LOST):
                if (await wire.ask("GET", "/healthz", seconds=START_SECONDS)).status == OK:
                    await wire.close()
                    return
            await asyncio.sleep(POLL_SECONDS)
        raise BenchmarkError(f"A server doesn't answer. Its last words: {self._last_words(number)}")

    def _note_ended(self, error: BaseException) -> None:
        """Add to what went wrong which servers ended by themselves, and with what words."""
        for number, process in enumerate(self._processes):
            if (status := process.poll()) is not None:
                words = self._last_words(number)
                error.add_note(f"A server had ended with status {status}. Its last words: {words}")

    def _last_words(self, number: int) -> str:
        return self._logs[number].read_bytes()[-LOG_BYTES:].decode("utf-8", "replace")

    def _started(self, number: int) -> subprocess.Popen[bytes]:
        door = self.doors[number]
        command = [sys.executable, "-m", "client", "--host", door.host, "--port", str(door.port)]
        with self._logs[number].open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own program
                [*command, *self._options], env=self._environ, cwd=ROOT, stdout=log, stderr=log
            )

    def _sample(self) -> None:
        while not self._stop.wait(SAMPLE_SECONDS):
            total = sum(resident_bytes(process.pid) for process in self._processes)
            self.memory.samples.append((self.elapsed, total))


def _cpu(pid: int) -> float:
    """Processor time of a process and its descendants, ended ones too."""
    total = 0.0
    for process in family(pid):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system
            total += getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
    return total


def own_cpu() -> float:
    """Processor time of this process until now, in seconds."""
    times = os.times()
    return times.user + times.system
