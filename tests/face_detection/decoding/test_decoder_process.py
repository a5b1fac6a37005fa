"""A decoder's process is ended at its deadline and with its parent, and can't harm either."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from PIL import Image

from face_detection.decoding.deadlines import Deadlines
from face_detection.decoding.decoder_pool import DecoderPool
from face_detection.decoding.decoder_process import DecoderProcess
from face_detection.decoding.wire import DecodeOrder
from face_detection.errors import BusyError, PhotoError
from face_detection.problems import PhotoProblem

ROOT = Path(__file__).resolve().parents[3]
ORDER = DecodeOrder("PNG", None)
PATIENCE = 60.0  # seconds at most for what takes some milliseconds
READY = "import sys, time\nsys.stdout.write('ready\\n')\nsys.stdout.flush()\n"
HANGS = READY + "time.sleep(600)"
CRASHES = READY + "sys.stdin.buffer.read(1)\nimport os\nos.abort()"
BABBLES = READY + "sys.stdout.write('x' * 100000)\nsys.stdout.flush()\ntime.sleep(600)"
# A decoder that a file took over claims more pixels than a photo may have.
CLAIMS = READY + (
    "import json, struct\n"
    "about = json.dumps({'height': 1 << 16, 'width': 1 << 16, 'original': [1, 1]}).encode()\n"
    "sys.stdout.buffer.write(struct.pack('>IQ', len(about), 3 << 32) + about)\n"
    "sys.stdout.flush()\ntime.sleep(600)"
)
Start = Callable[[str], DecoderProcess]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start programs in place of the decoder."""
    started = []

    def run(program: str) -> DecoderProcess:
        process = DecoderProcess(Deadlines(), [sys.executable, "-c", program])
        started.append(process)
        return process

    yield run
    for process in started:
        process.end()


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 2), (1, 2, 3)).save(out, "PNG")
    return out.getvalue()


def reason(process: DecoderProcess, seconds: float = PATIENCE, data: bytes = b"") -> str:
    with pytest.raises(PhotoError) as caught:
        process.decode(ORDER, data, seconds)
    assert caught.value.problem is PhotoProblem.NOT_AN_IMAGE
    return str(caught.value)


def test_a_decoder_decodes_one_photo_after_another() -> None:
    process = DecoderProcess(Deadlines())
    for _ in range(3):
        picture = process.decode(ORDER, png(), PATIENCE)
        assert (picture.height, picture.width, picture.original_size) == (2, 4, (2, 4))
        assert picture.pixels.tobytes() == bytes([1, 2, 3] * 8)
        assert "not a JPEG" in reason(process, data=png()[:40]), "and the next one is decoded all the same"
    process.end()
    assert not process.is_alive()


@pytest.mark.server
def test_the_deadline_ends_the_process(start: Start) -> None:
    process = start(HANGS)
    assert "within 0.2 s" in reason(process, 0.2)
    assert not process.is_alive()


@pytest.mark.server
def test_a_deadline_ends_sending_too(start: Start) -> None:
    """A process that reads nothing lets the pipe run full."""
    assert "within 0.2 s" in reason(start(HANGS), 0.2, bytes(9_000_000))


@pytest.mark.server
@pytest.mark.parametrize("program", [CRASHES, BABBLES, CLAIMS])
def test_whatever_the_process_does_is_a_reason(start: Start, program: str) -> None:
    process = start(program)
    assert "ended the process" in reason(process)
    assert not process.is_alive()


@pytest.mark.server
def test_a_decoder_that_can_not_start_is_no_fault_of_the_photo(start: Start) -> None:
    with pytest.raises(BusyError, match="ended at its start"):
        start("raise SystemExit(1)")
    with pytest.raises(BusyError, match="No process can be started"):
        DecoderProcess(Deadlines(), [str(ROOT / "no such program")])


def test_the_process_has_no_secret_and_no_file_of_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTENDANCE_SECRET", "s" * 40)
    pool = DecoderPool()
    with open(os.devnull, "rb") as file:  # noqa: PTH123 - any file
        os.set_inheritable(file.fileno(), True)
        pool.warm_up()
        [process] = pool._idle
        child = psutil.Process(process._process.pid)
        if sys.platform == "linux":
            assert "ATTENDANCE_SECRET" not in child.environ()
            assert os.getsid(child.pid) == child.pid, "the terminal's Ctrl-C doesn't reach it"
            assert child.num_fds() <= 4, "its pipes, and where its errors go"
    pool.close()
    assert not process.is_alive()


def test_memory_has_a_ceiling_and_a_heavy_photo_gives_it_back() -> None:
    pool = DecoderPool()
    pool.warm_up()
    [process] = pool._idle
    assert pool.decode(ORDER, png()).width == 4
    assert process.is_alive()
    assert pool.decode(replace(ORDER, heavy=True), png()).width == 4
    assert not process.is_alive()
    assert pool.decode(ORDER, png()).width == 4, "another one was started"
    pool.close()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems limit no memory of a process")
def test_a_photo_that_is_not_heavy_may_take_less_memory() -> None:
    """Its outline may be wrong about what its decoder needs."""
    out = io.BytesIO()
    Image.new("RGB", (4000, 3000)).save(out, "WEBP", method=0)
    order, pool = DecodeOrder("WEBP", None), DecoderPool()
    for _ in range(2):
        with pytest.raises(PhotoError) as caught:
            pool.decode(order, out.getvalue())
        assert caught.value.problem is PhotoProblem.TOO_MANY_PIXELS
        assert pool.decode(replace(order, heavy=True), out.getvalue()).width == 4000
    assert pool.decode(ORDER, png()).width == 4
    pool.close()


@pytest.mark.server
def test_the_process_loads_no_large_library() -> None:
    program = (
        "import sys\nimport face_detection.decoding.child\n"
        "assert not {'cv2', 'openvino', 'scipy'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=PATIENCE)


@pytest.mark.server
def test_a_pool_replaces_processes_that_ended(start: Start) -> None:
    programs = [HANGS, CRASHES]
    pool = DecoderPool(
        lambda deadlines: start(programs.pop()) if programs else DecoderProcess(deadlines), seconds=0.2
    )
    for expected in ("ended the process", "within 0.2 s"):
        with pytest.raises(PhotoError, match=expected):
            pool.decode(ORDER, png())
    pool = DecoderPool()
    assert pool.decode(ORDER, png()).width == 4
    [process] = pool._idle
    process._process.kill()
    process._process.wait()
    assert pool.decode(ORDER, png()).width == 4
    pool.close()


PARENT = (
    "import signal, sys, time\n"
    "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell may have had it ignored
    "from face_detection.photo import _decoders, start_decoder\n"
    "start_decoder()\n"
    "print(_decoders._idle[0]._process.pid, flush=True)\n"
    "time.sleep(600)\n"
)


@pytest.mark.server
@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_no_decoder_outlives_its_parent(number: signal.Signals) -> None:
    command = [sys.executable, "-c", PARENT]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        assert child.is_running()
        parent.send_signal(number)
        parent.wait(PATIENCE)
    begun = time.monotonic()
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() - begun < PATIENCE
        time.sleep(0.02)


@pytest.mark.server
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_has_decoders_of_its_own() -> None:
    program = (
        "import io, os\nfrom PIL import Image\n"
        "from face_detection.photo import _decoders, decode, start_decoder\n"
        "out = io.BytesIO()\nImage.new('RGB', (4, 2)).save(out, 'PNG')\n"
        "start_decoder()\n"
        "pids = {_decoders._idle[0]._process.pid}\n"
        "child = os.fork()\n"
        "assert bool(_decoders._idle) is bool(child)\n"
        "decode(out.getvalue())\n"
        "assert (_decoders._idle[0]._process.pid in pids) is bool(child)\n"
        "if child:\n    assert os.waitpid(child, 0)[1] == 0\n"
    )
    command = [sys.executable, "-W", "ignore", "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (done.returncode, done.stderr) == (0, "")
