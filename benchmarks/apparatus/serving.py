"""Runs our side of the check-in benchmark in a child process, to measure its memory separately."""

from __future__ import annotations

import gc
import tempfile
import time
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.apparatus.face_folder import BenchmarkError
from benchmarks.apparatus.processes.child_process import ChildProcess
from benchmarks.apparatus.recognition import pipeline_for
from benchmarks.apparatus.selfie import selfie_jpeg
from benchmarks.apparatus.throwaway_register import ThrowawayRegister
from face_detection.runtime.openvino_runtime import Precision

START_SECONDS = 900.0
ANSWER_SECONDS = 60.0


@dataclass(frozen=True)
class Serving:
    """The configuration of one row of the benchmark."""

    engine: str
    detector: str
    precision: Precision
    students: int


@dataclass(frozen=True)
class Reading:
    """The time and the verdict of one check-in."""

    seconds: float
    verdict: str


class ServingProcess(ChildProcess[Serving]):
    """A child process that performs a check-in with the same selfie on request."""

    def __init__(self, serving: Serving) -> None:
        self.serving = serving
        super().__init__(_serve, serving, name=str(serving), stop_seconds=ANSWER_SECONDS)

    def wait_until_ready(self) -> None:
        """Wait for models, students and a first check-in.

        Raises:
            BenchmarkError: the process can't start.
        """
        answer = self.receive(START_SECONDS)
        if answer is not None:
            raise BenchmarkError(f"{self.serving.engine} in {self.serving.precision} can't start: {answer}")

    def check_in(self) -> Reading:
        """Perform one check-in."""
        reading = self.ask("check in", ANSWER_SECONDS)
        assert isinstance(reading, Reading)
        return reading

    def peak_memory(self) -> int | None:
        """Peak memory of the process in bytes; None if the system doesn't report it."""
        peak = self.ask("memory", ANSWER_SECONDS)
        assert peak is None or isinstance(peak, int)
        return peak


def _serve(serving: Serving, connection: Connection) -> None:
    """Serve requests in the child process until the other end is closed."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            pipeline = pipeline_for(serving.engine, serving.detector, serving.precision)
            register = ThrowawayRegister(Path(folder), pipeline, serving.students)
            register.check_in(register.fresh_session(), selfie_jpeg())
        except Exception as error:  # noqa: BLE001 - the parent has to know any error
            connection.send(f"{type(error).__name__}: {error}")
            return
        connection.send(None)
        _answer(register, connection)
        register.close()


def _answer(register: ThrowawayRegister, connection: Connection) -> None:
    selfie = selfie_jpeg()
    while True:
        try:
            asked = connection.recv()
        except EOFError:
            return
        if asked == "memory":
            connection.send(peak_memory())
            continue
        session = register.fresh_session()
        gc.collect()
        begin = time.perf_counter()
        verdict = register.check_in(session, selfie)
        connection.send(Reading(time.perf_counter() - begin, verdict.code.value))


def peak_memory() -> int | None:
    """Peak resident memory of this process in bytes; None if the system doesn't report it.

    ``getrusage`` is unsuitable on Linux, because it starts with the parent's.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="ascii").splitlines()
        sizes = {name: rest for name, _, rest in (line.partition(":") for line in lines)}
        return int(sizes["VmHWM"].split()[0]) * 1024
    # Windows reports it through psutil, which only the development requirements include.
    peak: int | None = getattr(import_module("psutil").Process().memory_info(), "peak_wset", None)
    return peak
