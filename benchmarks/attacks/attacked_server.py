"""A throwaway server to attack, with a class of 60."""

from __future__ import annotations

import os
import tempfile
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from secrets import token_hex

from attendance.accounts.api_tokens import Scope
from attendance.clock import SystemClock
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.store.open_store import FILE_NAME
from attendance.store.sqlite.store import SQLiteStore
from attendance.values import Course, LivenessMode, Session
from benchmarks.apparatus.face_folder import BenchmarkError
from benchmarks.apparatus.live_server import OnePipeline
from benchmarks.apparatus.processes.child_process import ChildProcess
from benchmarks.apparatus.recognition import pipeline_for
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


CLASS = 60


MOST_CHECK_INS = 300


SECRET = "of a server that lives for a minute"  # noqa: S105 - protects only a temporary register


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
