"""A supervisor with small real processes in place of servers."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable

from client.errors import TunnelError
from client.serving.tunnel.tunnel_switch import TunnelLike
from client.startup.network import EVERYWHERE
from client.startup.options import Options
from client.startup.workers.messages import TunnelState
from client.startup.workers.orders import WorkerOrders
from client.startup.workers.supervisor import Supervisor
from client.startup.workers.tunnel_keeper import TunnelKeeper
from client.startup.workers.worker_process import WorkerProcess

Command = Callable[[int, int], list[str]]
"""What runs as the worker with a number, at its how many-th start."""


def no_tunnel(keeper: TunnelKeeper) -> TunnelLike:
    """The tunnel of a team that opens none."""
    del keeper
    raise TunnelError("There is no tunnel.")


def keeper_of(make: Callable[[TunnelKeeper], TunnelLike] = no_tunnel) -> TunnelKeeper:
    """A keeper whose notices go nowhere."""
    return TunnelKeeper(make, "http://127.0.0.1:1", say=lambda _sentence: None)


def python(code: str) -> list[str]:
    """The command of a small program."""
    return [sys.executable, "-S", "-c", code]


class Team:
    """What a supervisor has started, and the supervisor, which runs in the main thread."""

    def __init__(self, count: int, command: Command, tunnel: TunnelKeeper | None = None) -> None:
        self.started: list[tuple[int, bool]] = []
        self.processes: list[WorkerProcess] = []
        self.all_serve = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self._command = command
        self._supervisor = Supervisor(
            self._start,
            count,
            on_serving=self.all_serve.set,
            listeners=[self.listener],
            tunnel=tunnel or keeper_of(),
        )

    def _start(self, number: int, is_first: bool, tunnel: TunnelState) -> WorkerProcess:  # noqa: FBT001 - as the supervisor calls it
        self.started.append((number, is_first))
        listeners = (self.listener.fileno(),)
        orders = WorkerOrders(Options(EVERYWHERE, 0), "run", listeners, -1, "key", is_first, tunnel)
        times = sum(each == number for each, _ in self.started)
        process = WorkerProcess(orders, os.environ, self._command(number, times))
        self.processes.append(process)
        return process

    def run(self, meanwhile: Callable[[], None] | None = None) -> int:
        """Run the supervisor; with something to do beside it, until that is done and Ctrl-C is pressed."""
        if meanwhile is None:
            with self.listener:
                return self._supervisor.run()
        failed: list[BaseException] = []

        def act() -> None:
            try:
                meanwhile()
            except BaseException as error:  # noqa: BLE001 - is raised in the main thread
                failed.append(error)
            finally:
                os.kill(os.getpid(), signal.SIGINT)

        beside = threading.Thread(target=act)
        beside.start()
        try:
            with self.listener:
                status = self._supervisor.run()
        finally:
            beside.join()
        if failed:
            raise failed[0]
        return status
