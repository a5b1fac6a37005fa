"""What runs beside the server at its start, and what becomes of the server if that fails."""

from __future__ import annotations

import os
import queue
import threading
from contextlib import closing
from dataclasses import replace

import pytest
from flask import Flask

from attendance.audit.receipts.receipts import Receipts
from attendance.console.screen import Screen
from attendance.errors import StoreUnavailableError
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.settings.signing_secret import RECEIPTS_FILE_NAME, receipts_secret
from attendance.store.protocol import Store
from client.serving.server import Server
from client.serving.tunnel.tunnel_switch import SWITCH
from client.startup.addresses import Addresses
from client.startup.options import Options
from client.startup.startup import Startup
from client.startup.stop_deadline import StopDeadline
from client.startup.workers.messages import LineReader, TunnelState
from client.startup.workers.role import ALONE, WorkerRole
from client.startup.workers.shared_tunnel import SharedTunnel
from client.startup.workers.supervisor_link import SupervisorLink
from client.web.services import FORWARDER, TUNNEL
from client.web.visitors.own_address_page import known_addresses_of
from face_detection.errors import EngineError
from tests.attendance.fake_engines import FakeEngines
from tests.attendance.fake_pipeline import FakePipeline, fake_policy
from tests.attendance.frozen_clock import FrozenClock
from tests.client.served_app import wait_until


class BrokenEngines(FakeEngines):
    """Networks that can't be loaded."""

    error: Exception = MemoryError("std::bad_alloc")

    def pipeline(self) -> FakePipeline:
        raise self.error


@pytest.fixture
def engines(store: Store) -> FakeEngines:
    return BrokenEngines(store, FakePipeline())


@pytest.fixture
def register(settings: Settings, store: Store, engines: FakeEngines, clock: FrozenClock) -> Register:
    return Register(settings, store, clock, engines=engines, policy=fake_policy)


def with_token(register: Register) -> Register:
    """The register of a site with an account at ngrok."""
    register.settings = replace(register.settings, ngrok_authtoken="a-token")
    return register


def started(
    register: Register, app: Flask, role: WorkerRole = ALONE
) -> tuple[Startup, Server, queue.Queue[int]]:
    """A start whose announcements wait for a server that is never run."""
    ended = queue.Queue[int]()
    server = Server(app)
    startup = Startup(
        options=Options("127.0.0.1", 0),
        addresses=Addresses("http", "127.0.0.1", 1, ()),
        register=register,
        server=server,
        app=app,
        screen=Screen(),
        deadline=StopDeadline(0.0, ended.put),
        role=role,
    )
    startup.start()
    return startup, server, ended


@pytest.mark.parametrize(
    "error",
    [MemoryError("std::bad_alloc"), RuntimeError("can't start new thread"), EngineError("no network")],
)
def test_a_warm_up_that_dies_ends_the_server_with_a_sentence(
    register: Register, app: Flask, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    BrokenEngines.error = error
    startup, server, ended = started(register, app)
    wait_until(lambda: server.should_exit)
    assert ended.get(timeout=30) == 1  # also if something else doesn't end
    assert startup.exit_status == 1
    assert str(error) in " ".join(capsys.readouterr().out.split())


def test_a_secret_of_receipts_that_can_not_be_read_ends_the_server_and_meets_no_student(
    register: Register, app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    own = replace(register.settings, secret=None)
    register.receipts = Receipts(register.store, register.clock, None, lambda: receipts_secret(own))
    (own.config / RECEIPTS_FILE_NAME).mkdir(parents=True)
    startup, server, _ = started(register, app)
    wait_until(lambda: server.should_exit)
    assert startup.exit_status == 1
    said = " ".join(capsys.readouterr().out.split())
    assert f"{RECEIPTS_FILE_NAME} can't be read" in said
    assert "Give the user of the server the right to read it" in said


def test_one_of_several_processes_shows_its_supervisors_tunnel_and_leaves_it_open(
    register: Register, app: Flask
) -> None:
    state = TunnelState(1, may_forward=True, url="https://class.example", known=("198.51.100.4",))
    read, write = os.pipe()
    with closing(os.fdopen(read)) as said, closing(os.fdopen(write, "w")):
        tunnel = SharedTunnel(SupervisorLink(LineReader(read), write, state))
        role = WorkerRole(count=2, announces=False, tunnel=tunnel)
        startup, server, _ = started(with_token(register), app, role)
        with startup:
            assert app.extensions[SWITCH] is tunnel
            assert app.extensions[TUNNEL]()
            assert app.extensions[FORWARDER]()
            assert startup.base_url() == app.config["PUBLIC_URL"]() == "https://class.example"
            assert known_addresses_of(app).known == {"198.51.100.4"}
            server.should_exit = True
        os.write(write, b"nothing more\n")
        assert said.readline() == "nothing more\n"


def test_without_a_token_there_is_no_switch(register: Register, app: Flask) -> None:
    _, server, _ = started(register, app)
    server.should_exit = True
    assert SWITCH not in app.extensions
    started(with_token(register), app)[1].should_exit = True
    assert not app.extensions[SWITCH].may_forward()


def test_a_register_that_is_away_does_not_end_the_server(
    register: Register, app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    BrokenEngines.error = StoreUnavailableError("The register is away.")
    startup, server, ended = started(register, app)
    startup._warmer.join(30)
    assert not server.should_exit
    server.should_exit = True
    assert startup.exit_status == 0
    assert ended.empty()
    assert "The register is away." in capsys.readouterr().out


@pytest.mark.parametrize("announces", [True, False])
def test_a_welcome_that_can_not_be_written_does_not_end_the_server(
    register: Register,
    app: Flask,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    announces: bool,
) -> None:
    def away() -> int:
        raise StoreUnavailableError("The register is away.")

    BrokenEngines.error = StoreUnavailableError("The warm-up waits.")
    monkeypatch.setattr(register.store, "count_students", away)
    served = threading.Event()
    role = WorkerRole(count=2, announces=announces, report_serving=served.set)
    _, server, ended = started(register, app, role)
    server.started = True
    assert served.wait(30)
    assert not server.should_exit
    assert ended.empty()
    said = capsys.readouterr().out
    assert ("The register is away." in said) == announces
    assert ("The server runs at http://localhost:1." in said) == announces
