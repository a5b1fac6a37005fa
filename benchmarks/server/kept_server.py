"""The real server in a child process, listening with and without TCP's delay, with http and https."""

from __future__ import annotations

import itertools
import socket
import tempfile
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from attendance.accounts.api_tokens import Scope
from attendance.values import MarkStatus, Role
from benchmarks.apparatus.face_folder import BenchmarkError
from benchmarks.apparatus.processes.child_process import ChildProcess
from benchmarks.apparatus.recognition import pipeline_for
from benchmarks.attacks.attacked_server import HOST, class_register, open_tickets
from client import create_app
from client.serving import tls
from client.serving.server import Server, bind

START_SECONDS = 300.0
STOP_SECONDS = 30.0
CERTIFICATE = "-----BEGIN CERTIFICATE-----"
USERNAME, PASSWORD = "benchmark", "of an hour that is over soon"


@dataclass(frozen=True)
class Door:
    """One way in.

    Attributes:
        is_tls: whether it takes https.
        delays: whether TCP delays small packets there (RFC 896), because its socket names no protocol.
    """

    is_tls: bool
    delays: bool


DOORS = tuple(itertools.starmap(Door, itertools.product((False, True), repeat=2)))


@dataclass(frozen=True)
class KeptStart:
    """A running server.

    Attributes:
        ports: of each door on ``HOST``.
        certificate: what https clients have to trust, as PEM.
        token: an API token that may read marks.
        tickets: what comes after ``/s/`` in the address of each check-in's page.
        session: the id of a session with a mark of everybody.
    """

    ports: dict[Door, int]
    certificate: str
    token: str
    tickets: tuple[str, ...]
    session: str


class KeptServer(ChildProcess[int]):
    """A child process with one app behind four doors, and a register with a class of 60.

    Args:
        check_ins: for how many check-ins there is a session.

    Attributes:
        started: the running server.
    """

    def __init__(self, check_ins: int) -> None:
        super().__init__(_serve, check_ins, name="the server", stop_seconds=STOP_SECONDS)
        answer = self.receive(START_SECONDS)
        if not isinstance(answer, KeptStart):
            raise BenchmarkError(f"The server can't start: {answer}")
        self.started = answer


def _serve(check_ins: int, connection: Connection) -> None:
    """Serve requests in the child process until the other end is closed."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        try:
            register = class_register(folder, pipeline_for("dlib", "mtcnn"), {})
            stack.callback(register.close)
            register.accounts.add(USERNAME, USERNAME, Role.ADMIN, password=PASSWORD)
            token = register.api_tokens.make("benchmark", [Scope.MARKS_READ.value], by="benchmark")
            course = register.courses.add("Shown", roster=[s.roll_number for s in register.students.all()])
            session = register.class_sessions.open_now(course.id, by="benchmark")
            register.corrections.mark_rest(session.id, MarkStatus.PRESENT, by="benchmark")
            tickets = open_tickets(register, check_ins)
            app = create_app(register=register)
            pem = tls.self_signed_certificate(folder / "config", tls.machine_names([HOST]))
            certificate = tls.load_certificate(pem, None)
            listeners = {door: _listener(delays=door.delays) for door in DOORS}
            servers = [
                (Server(app, certificate=(lambda: certificate) if is_tls else None), is_tls)
                for is_tls in (False, True)
            ]
        except Exception as error:  # noqa: BLE001 - the parent has to know any error
            connection.send(f"{type(error).__name__}: {error}")
            return
        threads = [
            _run(server, [listeners[door] for door in DOORS if door.is_tls is is_tls])
            for server, is_tls in servers
        ]
        ports = {door: listener.getsockname()[1] for door, listener in listeners.items()}
        public = pem.read_text("ascii").partition(CERTIFICATE)
        started = KeptStart(ports, public[1] + public[2], token.text, tuple(tickets), session.id)
        connection.send(started)
        with ExitStack() as end:
            for (server, _), thread in zip(servers, threads, strict=True):
                end.callback(thread.join, STOP_SECONDS)
                end.callback(setattr, server, "should_exit", True)
            _wait_for_the_end(connection)


def _listener(*, delays: bool) -> socket.socket:
    """A listening socket; where it delays, asyncio doesn't know that it is TCP."""
    if not delays:
        return bind(HOST, 0)
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind((HOST, 0))
    listener.listen()
    return listener


def _run(server: Server, sockets: list[socket.socket]) -> threading.Thread:
    thread = threading.Thread(target=server.run, kwargs={"sockets": sockets}, daemon=True)
    thread.start()
    return thread


def _wait_for_the_end(connection: Connection) -> None:
    try:
        connection.recv()
    except (EOFError, OSError):
        return
