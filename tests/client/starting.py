"""Starts the real program and reads its output."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import ssl
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from email.message import Message
from pathlib import Path
from typing import IO

import psutil

from tests.client.served_app import wait_until

ROOT = Path(__file__).resolve().parents[2]
READY = "Press Ctrl-C to stop."
# Variables that the test machine may set, unlike a fresh machine.
OURS = re.compile(r"ATTENDANCE_|MONGODB_URI|FACENET_WEIGHTS|NGROK|PYNGROK|PYTHONPATH|NO_COLOR|COLUMNS")


def _collect(stream: IO[str], lines: list[str]) -> None:
    with contextlib.suppress(ValueError):  # closed while reading
        lines.extend(iter(stream.readline, ""))


class Program:
    """The running program."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: list[str] = []
        self._errors: list[str] = []
        assert process.stdout is not None
        assert process.stderr is not None
        for stream, kept in ((process.stdout, self._lines), (process.stderr, self._errors)):
            threading.Thread(target=_collect, args=(stream, kept), daemon=True).start()

    @property
    def printed(self) -> str:
        """Its standard output so far."""
        return "".join(self._lines)

    @property
    def sentences(self) -> str:
        """The output as one line."""
        return " ".join(self.printed.split())

    @property
    def errors(self) -> str:
        """Its standard error so far."""
        return "".join(self._errors)

    def wait_for(self, text: str, seconds: float = 120) -> None:
        """Wait until the output contains a text, ignoring line breaks."""
        wait_until(lambda: text in self.sentences or self.process.poll() is not None, seconds)
        wait_until(lambda: text in self.sentences, 20)

    def address(self, label: str = "On this computer") -> str:
        """The printed address with this label."""
        found = re.search(rf"^{label} +(https?://[^/\s]+)", self.printed, re.MULTILINE)
        assert found is not None, self.printed
        return found[1]

    @property
    def wall(self) -> str:
        """The path of the page with the code, with the key that only the terminal shows."""
        found = re.search(r"^QR code page +https?://[^/\s]+(/\S+)", self.printed, re.MULTILINE)
        assert found is not None, self.printed
        return found[1]

    def typed_code(self) -> str:
        """The code that the page with the key shows for typing."""
        path, _, key = self.wall.partition("?")
        return str(json.loads(self.get(f"{path}/now?{key}")[1])["typed"])

    def get(self, path: str, certificate: Path | None = None) -> tuple[int, str]:
        """The status and text of a page, without a proxy."""
        status, text, _headers = self.get_with_headers(path, certificate)
        return status, text

    def get_with_headers(self, path: str, certificate: Path | None = None) -> tuple[int, str, Message]:
        """The same, and the headers."""
        context = ssl.create_default_context(cafile=str(certificate)) if certificate else None
        handlers = [urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)]
        try:
            with urllib.request.build_opener(*handlers).open(self.address() + path, timeout=60) as answer:
                return answer.status, answer.read().decode(), answer.headers
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode(), error.headers

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Stop the program; its exit status."""
        self.process.send_signal(number)
        return self.process.wait(60)


def _started_by(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """The processes that a program has started, if it still runs, and theirs."""
    try:
        return psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    except psutil.NoSuchProcess:
        return []


@contextlib.contextmanager
def program(
    folder: Path, models: Path, *arguments: str, python: tuple[str, ...] = (), **environ: str
) -> Iterator[Program]:
    """Run the program as on a fresh machine, with the engine that needs no download."""
    kept = {name: value for name, value in os.environ.items() if not OURS.match(name)}
    own = {
        "ATTENDANCE_DATA": str(folder / "data"),
        "ATTENDANCE_CONFIG": str(folder / "config"),
        "ATTENDANCE_CACHE": str(models),
        "ATTENDANCE_ENGINE": "dlib",
    }
    process = subprocess.Popen(
        [sys.executable, *python, "-m", "client", "--port", "0", *arguments],
        cwd=ROOT,
        env=kept | own | environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Program(process)
    finally:
        left = _started_by(process)
        process.kill()
        process.wait()
        for each in left:  # as an agent, which would keep the other end of the streams
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


Start = Callable[..., contextlib.AbstractContextManager[Program]]
