"""Nobody waits for an output that nobody reads."""

from __future__ import annotations

import functools
import io
import logging
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO, cast

import pytest

from attendance.console.unblocked_output import MOST_WAITING, UnblockedOutput, unblocked_output
from benchmarks.apparatus.processes.free_ports import free_port
from tests.client.served_app import wait_until

if sys.platform == "linux":
    import fcntl

ROOT = Path(__file__).resolve().parents[3]
PIPE_BYTES = 65_536  # what a pipe of Linux holds
LEAST_PIPE, LEAST_LINE = 4096, 30  # bytes


@pytest.fixture
def pipe() -> Iterator[tuple[int, TextIO]]:
    """The end for reading, and a stream into the other one."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "w", encoding="utf-8") as stream:
        yield reading, stream
    os.close(reading)


def test_what_is_written_arrives_in_order(pipe: tuple[int, TextIO]) -> None:
    reading, stream = pipe
    output = UnblockedOutput(stream)
    for number in range(100):
        output.write(f"line {number}, Grüße\n")
    output.drain(60)
    lines = os.read(reading, PIPE_BYTES).decode().splitlines()
    assert lines == [f"line {number}, Grüße" for number in range(100)]
    assert (output.isatty(), output.encoding, output.fileno()) == (False, "utf-8", stream.fileno())


def test_a_pipe_that_nobody_reads_holds_nobody_up_and_the_gap_is_named(pipe: tuple[int, TextIO]) -> None:
    reading, stream = pipe
    output = UnblockedOutput(stream)
    line, count = "x" * 99 + "\n", 3 * MOST_WAITING // 100
    for _ in range(count):
        output.write(line)
    output.drain(0.0)
    found, gaps = bytearray(), list[int]()
    while sum(gaps) + found.count(line.encode()) < count:
        found += os.read(reading, PIPE_BYTES)
        gaps = [int(number) for number in re.findall(rb"(?m)^(\d+) lines are missing .*\n", found)]
    assert min(gaps) > 0
    assert set(found.decode().splitlines()) - {line.rstrip()} == {
        f"{gap} lines are missing here, because nobody was reading the output." for gap in gaps
    }
    output.write("again\n")
    output.drain(60)
    assert os.read(reading, PIPE_BYTES) == b"again\n"


def test_a_log_goes_on_though_the_pipe_is_full(pipe: tuple[int, TextIO]) -> None:
    _, stream = pipe
    handler = logging.StreamHandler(cast("TextIO", UnblockedOutput(stream)))
    for number in range(2000):
        handler.handle(logging.LogRecord("any", logging.ERROR, "here", number, "y" * 200, None, None))


def test_a_reader_that_has_gone_is_no_error(pipe: tuple[int, TextIO]) -> None:
    reading, stream = pipe
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, reading)
    os.close(nowhere)
    output = UnblockedOutput(stream)
    for _ in range(10):
        output.write("anything\n")
        output.drain(60)


def test_without_an_output_everything_is_dropped() -> None:
    output = UnblockedOutput(None)
    assert output.write("anything") == len("anything")
    output.flush()
    output.drain()
    assert not output.isatty()


def test_the_outputs_are_as_before_after_the_block(capsys: pytest.CaptureFixture[str]) -> None:
    del capsys
    before = sys.stdout, sys.stderr
    with unblocked_output():
        assert isinstance(sys.stdout, UnblockedOutput)
    assert (sys.stdout, sys.stderr) == before
    assert isinstance(sys.stdout, io.TextIOBase)


@pytest.mark.server
@pytest.mark.networks
@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux makes a pipe small")
@pytest.mark.parametrize("shell", ['exec "$@"', 'exec "$@" >&- 2>&-'], ids=["full", "closed"])
def test_the_program_serves_though_nobody_reads_its_log(tmp_path: Path, models: Path, shell: str) -> None:
    port = free_port()
    environ = os.environ | {
        "ATTENDANCE_DATA": str(tmp_path / "data"),
        "ATTENDANCE_CONFIG": str(tmp_path / "config"),
        "ATTENDANCE_CACHE": str(models),
        "ATTENDANCE_ENGINE": "dlib",
    }
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, LEAST_PIPE)
    program = [sys.executable, "-m", "client", "--host", "127.0.0.1", "--port", str(port)]
    command = ["sh", "-c", shell, "sh", *program]
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=writing, stderr=writing)
    try:
        wait_until(functools.partial(answers, port, "/healthz"), 120)
        for number in range(2 * LEAST_PIPE // LEAST_LINE):
            assert answers(port, f"/{number}")
        process.terminate()
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
        os.close(reading)
        os.close(writing)


def answers(port: int, path: str) -> bool:
    """Whether there is any answer, which writes a line of the log."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60):
            return True
    except urllib.error.HTTPError as error:
        error.close()
        return True
    except urllib.error.URLError:
        return False
