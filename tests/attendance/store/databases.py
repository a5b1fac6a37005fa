"""The databases that the contract tests run on, each behind one small class."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from threading import RLock
from typing import Protocol

import pytest
from pymongo import MongoClient
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

from attendance.sealing.opening import open_sealed_store
from attendance.settings.settings import Settings
from attendance.store.mongo.connection import Client
from attendance.store.mongo.store import MongoStore
from attendance.store.protocol import Store
from attendance.store.sqlite.store import SQLiteStore
from benchmarks.apparatus.processes.free_ports import free_port
from tests.attendance.new_store import new_store
from tools.database_servers.programs import PROGRAMS
from tools.database_servers.running import RunningServer

START_WAIT = 30.0  # seconds for a server to listen, on a busy machine
_OF_THIS_PROCESS = TemporaryDirectory(prefix="face-attendance-tests-")
SHORT = "serverSelectionTimeoutMS=1000&connectTimeoutMS=1000"  # so that a missing server is noticed quickly


class Place(Protocol):
    """A database of its own, empty at first."""

    def open(self) -> Store:
        """A store on it, as another process would open it."""
        ...

    @property
    def address(self) -> str | None:
        """What another process passes to ``open_at``, or None if the database exists in this process only."""
        ...


class SQLitePlace:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.address = f"sqlite:{path}"

    def open(self) -> Store:
        return new_store(self.path)


class SealedPlace:
    """A sealed register, as ``open_register`` opens it."""

    address = None

    def __init__(self, folder: Path) -> None:
        copytree(_empty_sealed(), folder / "sealed")
        self._settings = _sealed_in(folder / "sealed")

    def open(self) -> Store:
        return open_sealed_store(self._settings)


def _sealed_in(folder: Path) -> Settings:
    return Settings(config=folder / "config", models=folder, data=folder / "data")


@cache
def _empty_sealed() -> Path:
    """A folder with a new sealed register, to be copied: making one takes longer than most tests."""
    folder = Path(_OF_THIS_PROCESS.name)
    open_sealed_store(_sealed_in(folder)).close()
    return folder


class MongoPlace:
    def __init__(self, uri: str) -> None:
        self.address = uri

    def open(self) -> Store:
        return MongoStore(self.address)

    def drop(self) -> None:
        client: Client = MongoClient(self.address)
        with client:
            client.drop_database(client.get_default_database())


class ReusedPlace(MongoPlace):
    """A database that one test after the other uses, as making a register takes longer than most tests.

    It serves one process: what others write into it isn't noticed.
    """

    def __init__(self, uri: str) -> None:
        super().__init__(uri)
        self._written = WrittenCollections()
        super().open().close()
        client: Client = MongoClient(uri)
        self._register = client.get_default_database()
        self._new = {name: list(self._register[name].find()) for name in ("register", "audit")}

    def open(self) -> Store:
        """A store; the register is made, and needs no second look at its indexes."""

        def watched(uri: str) -> Client:
            return MongoClient(uri, event_listeners=[self._written])

        return MongoStore(self.address, watched, prepares=False)

    def empty(self) -> None:
        """Make it what a new register is."""
        names, self._written.names = self._written.names, set()
        for name in names:
            self._register[name].delete_many({})
        for name in names & self._new.keys():
            self._register[name].insert_many(self._new[name])

    def close(self) -> None:
        """Close its own connection."""
        self._register.client.close()


class WrittenCollections(CommandListener):
    """Notes which collections were written."""

    def __init__(self) -> None:
        self.names = set[str]()

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name not in {"find", "createIndexes", "endSessions", "ismaster"}:
            self.names.add(event.command[event.command_name])

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


class MongomockPlace:
    """In memory and in this process: every store shares one client."""

    address = None

    def __init__(self) -> None:
        self._client = client_in_memory()

    def open(self) -> Store:
        return MongoStore("mongodb://in.memory/register", connect=lambda _uri: self._client)


def client_in_memory() -> Client:
    """A client of a new mongomock."""
    import mongomock

    let_mongomock_act_at_once()
    client: Client = mongomock.MongoClient(tz_aware=True)
    return client


@cache
def let_mongomock_act_at_once() -> None:
    """Let it find, change and read documents in one step each, as a server does.

    By itself, a thread changes what another one has changed meanwhile, and reads halves of documents. It has
    no time of its own, and responds so.
    """
    from mongomock.collection import Collection, Cursor
    from mongomock.database import Database

    turn = RLock()

    def alone(act: Callable[..., object]) -> Callable[..., object]:
        @wraps(act)
        def done(*words: object, **named: object) -> object:
            with turn:
                return act(*words, **named)

        return done

    for name in ("_insert", "_update", "_delete", "_find_and_modify"):
        setattr(Collection, name, alone(getattr(Collection, name)))
    Cursor._compute_results = alone(Cursor._compute_results)
    Database.command = lambda *_words, **_named: {"ok": 1.0}


def open_at(address: str) -> Store:
    """A store in any process."""
    if address.startswith("sqlite:"):
        return SQLiteStore(Path(address.removeprefix("sqlite:")))
    return MongoStore(address)


class NXServer:
    """NX-27017, a server that speaks MongoDB's wire protocol, in a child process."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "nx_27017.nx_27017", "--host", "127.0.0.1", "-p", str(self._port)]
        files = {"--data-dir": "data", "--log-file": "log", "--pid-file": "pid"}
        for option, name in files.items():
            command += [option, str(self._folder / name)]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)
        last_try = time.monotonic() + START_WAIT
        while True:
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
            except OSError:
                if time.monotonic() > last_try or self._process.poll() is not None:
                    self.kill()
                    raise
                time.sleep(0.02)
            else:
                return

    def kill(self) -> None:
        """Kill it without a chance to clean up; may be called again."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def place(self) -> MongoPlace:
        return MongoPlace(self.new_address())

    def new_address(self) -> str:
        return new_address(f"mongodb://127.0.0.1:{self._port}/?{SHORT}")


def new_address(server: str) -> str:
    """The address of a new database on a server, by the server's address."""
    servers, _, options = server.partition("?")
    scheme, _, hosts = servers.partition("://")
    hosts = hosts.partition("/")[0]
    return f"{scheme}://{hosts}/test_{uuid.uuid4().hex[:12]}?{options}"


def started_server(name: str, folder: Path) -> RunningServer:
    """One of the servers that `./test` builds; skips the test where it isn't built."""
    program = next(each for each in PROGRAMS if each.name == name)
    if not program.is_built:
        pytest.skip(f"needs {program.title}, which `./test` builds where it can")
    server = RunningServer(program, folder)
    server.start()
    return server


def real_uri() -> str | None:
    return os.environ.get("TEST_MONGODB_URI")
