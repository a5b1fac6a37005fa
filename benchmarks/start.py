"""Measure a second start: to the first response, and to the first completed check-in.

    python -m benchmarks.start [--runs 5] [--engine dlib|retail|facenet|both]

The server is the real program in a separate process, with two enrolled portraits and its networks on disk. A
start before the measured ones compiles Python's modules, as the first start does anywhere, into a folder of
its own, so that existing ones on this machine make no difference.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import psutil

from attendance.open_register import open_register
from attendance.settings.settings import Settings
from benchmarks.apparatus.processes.free_ports import free_port
from client.startup import demo
from face_detection.engines.model_files import ENGINE_NAMES

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 1024 * 1024
POLL_SECONDS = 0.005
PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class StartTimes:
    """The measurements of one start.

    Attributes:
        answer: seconds from the start of the process to the first 200 on ``/healthz``.
        check_in: seconds to the response to a photo sent immediately afterwards.
        answer_cpu: processor time until the first response, in seconds.
        check_in_cpu: processor time until the check-in's response, in seconds.
        memory: resident bytes after the check-in.
    """

    answer: float
    check_in: float
    answer_cpu: float
    check_in_cpu: float
    memory: int


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--engine", choices=tuple(ENGINE_NAMES), default="dlib")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environ = os.environ | {
            "ATTENDANCE_ENGINE": given.engine,
            "ATTENDANCE_DATA": f"{folder}/data",
            "ATTENDANCE_CONFIG": f"{folder}/config",
            "PYTHONPYCACHEPREFIX": f"{folder}/compiled",
        }
        environ.pop("PYTHONDONTWRITEBYTECODE", None)
        token = _enrol(environ)
        _start(environ, token)
        starts = [_start(environ, token) for _ in range(given.runs)]
    print(f"{given.engine}, {given.runs} starts, median (worst):")
    for name, values, unit in (
        ("first response", [s.answer for s in starts], "s"),
        ("processor time until then", [s.answer_cpu for s in starts], "s"),
        ("first completed check-in", [s.check_in for s in starts], "s"),
        ("processor time until then", [s.check_in_cpu for s in starts], "s"),
        ("memory then", [s.memory / MEGABYTE for s in starts], "MB"),
    ):
        print(f"  {name:<28}{statistics.median(values):8.2f} ({max(values):.2f}) {unit}")


def _enrol(environ: dict[str, str]) -> str:
    """Prepare the networks and enrol two students; return the part of General's code after ``/s/``."""
    with open_register(Settings.from_env(environ)) as register:
        demo.enrol(register)
        demo.loosen_general(register)
        return register.entrances.static_address(register.sessions.today()) or ""


def _start(environ: dict[str, str], token: str) -> StartTimes:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    photo = demo.another_rendering(demo.portraits()[0].jpeg)
    begun = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "client", "--host", "127.0.0.1", "--port", str(port)],
        env=environ,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"{address}/healthz", process)
        answer = time.perf_counter() - begun
        running = psutil.Process(process.pid)
        answer_cpu = sum(running.cpu_times()[:2])
        demo.check_in(address, token, photo)
        check_in = time.perf_counter() - begun
        check_in_cpu = sum(running.cpu_times()[:2])
        return StartTimes(answer, check_in, answer_cpu, check_in_cpu, running.memory_info().rss)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    end = time.perf_counter() + PATIENCE_SECONDS
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while server.poll() is None and time.perf_counter() < end:
        try:
            with opener.open(address, timeout=5):
                return
        except OSError:
            time.sleep(POLL_SECONDS)
    raise SystemExit(f"The server did not respond on {address}.")


if __name__ == "__main__":
    main()
