"""Our side of the check-in benchmark in a process of its own, so that its memory is its own."""

from __future__ import annotations

import gc
import tempfile
import time
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.apparatus.child_process import ChildProcess
from benchmarks.apparatus.face_folder import BenchmarkError
from benchmarks.apparatus.recognition import pipeline_for
from benchmarks.apparatus.selfie import selfie_jpeg
from benchmarks.apparatus.throwaway_register import ThrowawayRegister
from face_detection.runtime.openvino_runtime import Precision

START_SECONDS = 900.0
ANSWER_SECONDS = 60.0


@dataclass(frozen=True)
class Serving:
    """What is served: one line of the benchmark."""

    engine: str
    detector: str
    precision: Precision
    students: int


@dataclass(frozen=True)
class Reading:
    """One check-in: how long it took, and what it said."""

    seconds: float
    verdict: str


class ServingProcess(ChildProcess[Serving]):
    """A child process that checks the same selfie in each time it is asked to."""

    def __init__(self, serving: Serving) -> None:
        self.serving = serving
        super().__init__(_serve, serving, name=str(serving), stop_seconds=ANSWER_SECONDS)

    def wait_until_ready(self) -> None:
        """Wait for models, students and a first check-in.

        Raises:
            BenchmarkError: the process can't serve.
        """
        answer = self.receive(START_SECONDS)
        if answer is not None:
            raise BenchmarkError(f"{self.serving.engine} in {self.serving.precision} can't serve: {answer}")

    def check_in(self) -> Reading:
        """One check-in."""
        reading = self.ask("check in", ANSWER_SECONDS)
        assert isinstance(reading, Reading)
        return reading

    def peak_memory(self) -> int | None:
        """Bytes of memory that the process has had in use at most; None where the system does not say."""
        peak = self.ask("memory", ANSWER_SECONDS)
        assert peak is None or isinstance(peak, int)
        return peak


def _serve(serving: Serving, connection: Connection) -> None:
    """What the child process does until the other end is closed."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            pipeline = pipeline_for(serving.engine, serving.detector, serving.precision)
            register = ThrowawayRegister(Path(folder), pipeline, serving.students)
            register.check_in(register.fresh_session(), selfie_jpeg())
        except Exception as error:  # noqa: BLE001 - whatever it is, the parent has to hear of it
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
    """Bytes of memory (resident) that this process has had in use at most.

    None where the system does not say. ``getrusage`` is no good on Linux: it begins with the parent's.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="ascii").splitlines()
        sizes = {name: rest for name, _, rest in (line.partition(":") for line in lines)}
        return int(sizes["VmHWM"].split()[0]) * 1024
    # Windows keeps the number; only the development requirements have psutil.
    peak: int | None = getattr(import_module("psutil").Process().memory_info(), "peak_wset", None)
    return peak
