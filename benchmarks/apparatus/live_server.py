"""Runs the real server in a child process, for the benchmark of live recognition."""

from __future__ import annotations

import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from attendance.accounts.api_tokens import Scope
from attendance.clock import SystemClock
from attendance.recognition.pipelines import Pipeline
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.store.open_store import FILE_NAME
from attendance.store.protocol import Store
from attendance.store.sqlite.store import SQLiteStore
from attendance.values import EnginePin
from benchmarks.apparatus.face_folder import BenchmarkError
from benchmarks.apparatus.processes.child_process import ChildProcess
from benchmarks.apparatus.recognition import pipeline_for
from benchmarks.apparatus.throwaway_register import enrol_class
from client import create_app
from client.serving.limits import ServerLimits, SocketLimits
from client.serving.server import Server, bind
from face_detection.pipeline import FacePipeline
from face_detection.runtime.openvino_runtime import Precision
from face_matching.thresholds import policy_for

START_SECONDS = 900.0
ANSWER_SECONDS = 600.0
STOP_SECONDS = 30.0
CLASS = 60
AS_FAST_AS_IT_GOES = 1000.0  # frames per second; by default a server accepts 30 per socket
SECRET = "of a server that lives for a minute"  # noqa: S105 - protects only a temporary register


@dataclass(frozen=True)
class LiveServing:
    """The configuration of a server."""

    engine: str
    precision: Precision


@dataclass(frozen=True)
class Started:
    """A running server.

    Attributes:
        engine: versioned name of the engine.
        port: port of the server.
        token: API token for opening a socket.
    """

    engine: str
    port: int
    token: str


@dataclass(frozen=True)
class Spent:
    """The time that the server needed.

    Attributes:
        seconds: elapsed time.
        cpu: processor time of all its threads, in seconds.
    """

    seconds: float
    cpu: float


class LiveServer(ChildProcess[LiveServing]):
    """A child process with a server and a register of 60 students, two of them with real faces.

    Attributes:
        started: the running server.
    """

    def __init__(self, serving: LiveServing) -> None:
        super().__init__(_serve, serving, name="the server", stop_seconds=STOP_SECONDS)
        answer = self.receive(START_SECONDS)
        if not isinstance(answer, Started):
            raise BenchmarkError(f"{serving.engine} in {serving.precision} can't start: {answer}")
        self.started = answer

    def cpu(self) -> float:
        """Processor time of all threads of the server since its start, in seconds."""
        answer = self.ask(None, ANSWER_SECONDS)
        assert isinstance(answer, float)
        return answer

    def embed_every_face(self, frames: list[bytes]) -> Spent:
        """Make the server embed all faces of all frames, without a socket, as the reference."""
        answer = self.ask(frames, ANSWER_SECONDS)
        assert isinstance(answer, Spent)
        return answer


class OnePipeline:
    """``attendance.recognition.engines.Engines`` with a fixed pipeline.

    Attributes:
        ready: whether it is loaded.
    """

    ready = True
    turn = None

    def __init__(self, store: Store, pipeline: FacePipeline) -> None:
        self._store = store
        self._pipeline = pipeline

    def pin(self) -> EnginePin:
        """Pin the pipeline's engine."""
        pipeline = self._pipeline
        now = SystemClock().now()
        return self._store.pin_engine(
            EnginePin(pipeline.engine_name, pipeline.detector_name, "It is measured.", now)
        )

    def allows(self, pin: EnginePin) -> bool:
        """The pipeline's own."""
        return pin.engine == self._pipeline.engine_name

    def pipeline(self) -> Pipeline:
        """The pipeline."""
        return self._pipeline

    def only_try(self) -> None:
        """See ``Engines``."""

    def asked_with(self, option: str) -> None:
        """See ``Engines``."""

    def choose_again(self) -> tuple[Pipeline, str]:
        """The pipeline again."""
        return self._pipeline, "It is measured."


def _serve(serving: LiveServing, connection: Connection) -> None:
    """Serve requests in the child process until the other end is closed."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        try:
            pipeline = pipeline_for(serving.engine, "mtcnn", serving.precision)
            register = _register(folder, pipeline)
            stack.callback(register.close)
            token = register.api_tokens.make("benchmark", [Scope.LIVE.value], by="benchmark")
            limits = ServerLimits(sockets=SocketLimits(frames_per_second=AS_FAST_AS_IT_GOES))
            server = Server(create_app(register=register), limits=limits)
            listener = stack.enter_context(bind("127.0.0.1", 0))
        except Exception as error:  # noqa: BLE001 - the parent has to know any error
            connection.send(f"{type(error).__name__}: {error}")
            return
        started = Started(pipeline.engine_name, listener.getsockname()[1], token.text)
        connection.send(started)
        threading.Thread(target=_answer, args=(connection, pipeline, server), daemon=True).start()
        server.run(sockets=[listener])


def _register(folder: Path, pipeline: FacePipeline) -> Register:
    store = SQLiteStore(folder / FILE_NAME)
    settings = Settings(config=folder / "config", models=folder / "models", data=folder, secret=SECRET)
    clock = SystemClock()
    enrol_class(store, pipeline, CLASS, clock.now())
    return Register(settings, store, clock, engines=OnePipeline(store, pipeline), policy=policy_for)


def _answer(connection: Connection, pipeline: FacePipeline, server: Server) -> None:
    while True:
        try:
            asked = connection.recv()
        except (EOFError, OSError):
            server.should_exit = True
            return
        if asked is None:
            connection.send(time.process_time())
            continue
        begun, cpu = time.perf_counter(), time.process_time()
        for frame in asked:
            pipeline.room.read(frame)
        connection.send(Spent(time.perf_counter() - begun, time.process_time() - cpu))
