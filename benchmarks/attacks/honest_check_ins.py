"""A throwaway server to attack, and phones that check in honestly meanwhile."""

from __future__ import annotations

import html
import http.client
import io
import json
import os
import re
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from secrets import token_hex
from statistics import median
from types import TracebackType
from typing import Self

import click
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from attendance.accounts.api_tokens import Scope
from attendance.clock import SystemClock
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.store.open_store import FILE_NAME
from attendance.store.sqlite.store import SQLiteStore
from attendance.values import Course, LivenessMode, Session
from benchmarks.apparatus.child_process import ChildProcess
from benchmarks.apparatus.face_folder import BenchmarkError
from benchmarks.apparatus.live_server import OnePipeline
from benchmarks.apparatus.recognition import pipeline_for
from benchmarks.apparatus.selfie import selfie_jpeg
from benchmarks.apparatus.throwaway_register import enrol_class
from client import create_app
from client.serving.server import Server, bind
from client.serving.timer import Ticker
from face_detection.pipeline import FacePipeline
from face_detection.runtime.memory import give_memory_back, keep_little_memory
from face_matching.thresholds import policy_for

HOST = "127.0.0.1"
START_SECONDS = 300.0
STOP_SECONDS = 30.0
ANSWER_SECONDS = 60.0  # a phone gives up after that
CLASS = 60
PHONES = 3
PAUSE_SECONDS = 1.0  # between a check-in and the next one
MOST_CHECK_INS = 300
SECRET = "of a server that lives for a minute"  # noqa: S105 - protects only a temporary register
_FORM = re.compile(r'(?P<tag><form[^>]*\bid="checkin"[^>]*>)(?P<fields>.*?)</form>', re.DOTALL)
_ACTION = re.compile(r'\baction="([^"]*)"')
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@dataclass(frozen=True)
class Target:
    """The configuration of a server to attack.

    Attributes:
        engine: short name of the engine.
        environment: settings by the names of their variables, besides those that every such server has.
    """

    engine: str = "dlib"
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Attacked:
    """A running server.

    Attributes:
        port: its port on ``HOST``.
        pid: its process.
        token: an API token with all scopes.
        tickets: what comes after ``/s/`` in the address of each honest check-in; each has a session of its
            own, so that each check-in makes a new mark.
    """

    port: int
    pid: int
    token: str
    tickets: tuple[str, ...]


class AttackedServer(ChildProcess[Target]):
    """A child process with the real server, the default limits, and a class of 60.

    Attributes:
        attacked: the running server.
    """

    def __init__(self, target: Target | None = None) -> None:
        target = target or Target()
        super().__init__(_serve, target, name="the attacked server", stop_seconds=STOP_SECONDS)
        answer = self.receive(START_SECONDS)
        if not isinstance(answer, Attacked):
            raise BenchmarkError(f"The server to attack with {target.engine} can't start: {answer}")
        self.attacked = answer


@dataclass
class CheckIns:
    """What became of the honest check-ins.

    Attributes:
        seconds: of each served one, from opening the page to the verdict.
        failures: how often others ended in what: a status with a code, or the name of an error.
    """

    seconds: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)

    @property
    def tried(self) -> int:
        """How many were begun."""
        return len(self.seconds) + self.failures.total()

    def sentence(self) -> str:
        """How many were served, and how long they took."""
        text = f"{len(self.seconds)} of {self.tried} honest check-ins were served"
        if self.seconds:
            text += f", median {median(self.seconds):.2f} s, slowest {max(self.seconds):.2f} s"
        if self.failures:
            text += "; the others: " + ", ".join(f"{n} {what}" for what, n in self.failures.most_common())
        return f"{text}."

    def require_all(self) -> None:
        """Print the sentence; a proof fails unless all were served.

        Raises:
            ClickException: some were not, or none was tried.
        """
        if self.failures or not self.seconds:
            raise click.ClickException(self.sentence())
        print(self.sentence())


class HonestCheckIns:
    """Phones that check in with real selfies, a few at a time, until the block ends.

    Args:
        attacked: the server.
        phones: how many check in at once.
        pause: seconds between a check-in and the next one.

    Attributes:
        done: the check-ins until now; complete when the block has ended.
    """

    def __init__(self, attacked: Attacked, *, phones: int = PHONES, pause: float = PAUSE_SECONDS) -> None:
        self.done = CheckIns()
        self._attacked = attacked
        self._pause = pause
        self._selfie = selfie_jpeg()
        self._tickets = iter(attacked.tickets)
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._phones = [threading.Thread(target=self._check_in_again, daemon=True) for _ in range(phones)]

    def __enter__(self) -> Self:
        for phone in self._phones:
            phone.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        for phone in self._phones:
            phone.join(2 * ANSWER_SECONDS)

    def _check_in_again(self) -> None:
        """Check in again and again, each time as another student's phone."""
        while not self._stop.is_set():
            with self._lock:
                ticket = next(self._tickets, None)
            if ticket is None:
                return
            begun = time.perf_counter()
            failure = check_in(self._attacked, ticket, self._selfie, token_hex(8))
            seconds = time.perf_counter() - begun
            with self._lock:
                if failure is None:
                    self.done.seconds.append(seconds)
                else:
                    self.done.failures[failure] += 1
            self._stop.wait(self._pause)


def check_in(attacked: Attacked, ticket: str, photo: bytes, device: str) -> str | None:
    """Check in as a phone does: open the page, and send its form with a photo.

    Returns:
        None if the student is present; otherwise what happened instead.
    """
    connection = http.client.HTTPConnection(HOST, attacked.port, timeout=ANSWER_SECONDS)
    try:
        status, page = _exchange(connection, "GET", f"/s/{ticket}")
        form = filled_form(page, photo, device)
        if status != http.HTTPStatus.OK or form is None:
            return f"{status} for the page"
        status, text = _exchange(connection, "POST", *form)
        code = json.loads(text)["code"]
    except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
        return type(error).__name__
    finally:
        connection.close()
    return None if (status, code) == (http.HTTPStatus.OK, "present") else f"{status} {code}"


def filled_form(page: str, photo: bytes, device: str) -> tuple[str, bytes, dict[str, str]] | None:
    """The form of a phone's page with a photo: its address, its body and its headers; None without a form."""
    form = _FORM.search(page)
    if form is None:
        return None
    action = _ACTION.search(form["tag"])
    parts: MultiDict[str, object] = MultiDict({"device": device})
    for name, value in _HIDDEN.findall(form["fields"]):
        parts.add(name, html.unescape(value))
    parts.add("image", FileStorage(io.BytesIO(photo), "photo.jpg", content_type="image/jpeg"))
    boundary, body = encode_multipart(parts)
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Accept": "application/json"}
    return html.unescape(action[1]) if action else "/capture", body, headers


def _exchange(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, str]:
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def _serve(target: Target, connection: Connection) -> None:
    """Serve requests in the child process until the other end is closed."""
    with ExitStack() as stack:
        keep_little_memory()
        stack.enter_context(Ticker(give_memory_back))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        try:
            pipeline = pipeline_for(target.engine, "mtcnn")
            register = class_register(folder, pipeline, target.environment)
            stack.callback(register.close)
            token = register.api_tokens.make("attack", [scope.value for scope in Scope], by="benchmark")
            tickets = tuple(open_tickets(register, MOST_CHECK_INS))
            server = Server(create_app(register=register))
            listener = stack.enter_context(bind(HOST, 0))
        except Exception as error:  # noqa: BLE001 - the parent has to know any error
            connection.send(f"{type(error).__name__}: {error}")
            return
        connection.send(Attacked(listener.getsockname()[1], os.getpid(), token.text, tickets))
        threading.Thread(target=_stop_at_the_end, args=(connection, server), daemon=True).start()
        server.run(sockets=[listener])


def class_register(folder: Path, pipeline: FacePipeline, environment: dict[str, str]) -> Register:
    """A register with a class of 60 in an empty folder.

    Args:
        folder: where its files are.
        pipeline: reads the photos.
        environment: settings by the names of their variables, besides those that it needs itself.
    """
    store = SQLiteStore(folder / FILE_NAME)
    settings = Settings.from_env(
        {
            "ATTENDANCE_DATA": str(folder),
            "ATTENDANCE_CONFIG": str(folder / "config"),
            "ATTENDANCE_SECRET": SECRET,
            **environment,
        }
    )
    clock = SystemClock()
    enrol_class(store, pipeline, CLASS, clock.now())
    return Register(settings, store, clock, engines=OnePipeline(store, pipeline), policy=policy_for)


def open_tickets(register: Register, count: int) -> list[str]:
    """Open sessions of a course with a fixed code, one for each honest check-in; returns the codes."""
    course = Course("honest", "Honest check-ins", static_code=True, liveness=LivenessMode.OFF)
    register.store.add_course(course)
    now = register.clock.now()
    tokens = [token_hex(8) for _ in range(count)]
    for token in tokens:
        begin, end = now - timedelta(minutes=1), now + timedelta(hours=1)
        session = Session(f"honest|{token}", course.id, token, f"{now:%Y-%m-%d}", begin, end)
        register.store.add_session(session)
    return tokens


def _stop_at_the_end(connection: Connection, server: Server) -> None:
    try:
        connection.recv()
    except (EOFError, OSError):
        server.should_exit = True
