"""A worker without a server: it answers a test through a socket in the folder that is its argument."""

from __future__ import annotations

import functools
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from client.errors import TunnelError
from client.startup.workers.messages import LineReader
from client.startup.workers.orders import WorkerOrders
from client.startup.workers.shared_tunnel import SharedTunnel
from client.startup.workers.supervisor_link import SupervisorLink

VISITOR = "203.0.113.7"


def main() -> None:
    """Serve until the supervisor is gone."""
    lines = LineReader(sys.stdin.fileno())
    orders = WorkerOrders.from_line(lines.next() or b"")
    link = SupervisorLink(lines, orders.report, orders.tunnel)
    link.listen(functools.partial(os.kill, os.getpid(), signal.SIGKILL))
    tunnel = SharedTunnel(link)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(Path(sys.argv[1]) / str(os.getpid())))
        listener.listen()
        link.report_serving()
        while True:
            connection, _ = listener.accept()
            with connection, connection.makefile("rw") as stream:
                stream.write(json.dumps(_answer(tunnel, *json.loads(stream.readline()))) + "\n")


def _answer(tunnel: SharedTunnel, question: str, *about: str) -> Any:
    """What this worker knows of the tunnel, or what came of switching it."""
    answers: dict[str, Callable[..., Any]] = {
        "on": tunnel.switch_on,
        "off": tunnel.switch_off,
        "arrived": tunnel.arrived,
        "known": lambda: sorted(tunnel.known),
        "state": lambda: (tunnel.is_up(), tunnel.public_url),
        "visitor": lambda: _visitor(tunnel),
    }
    try:
        return answers[question](*about)
    except TunnelError as error:
        return f"TunnelError: {error}"


def _visitor(tunnel: SharedTunnel) -> Any:
    """The address of a visitor whom the agent forwards now."""
    from client.web.proxy import Forwarding  # 0.2 s, and few tests ask

    environ = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": VISITOR}
    Forwarding((), tunnel.may_forward).apply(environ)
    return environ["REMOTE_ADDR"]


def ask(folder: Path, pid: int, question: str, *about: str) -> Any:
    """Ask a worker, which answers one question at a time."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        connection.connect(str(folder / str(pid)))
        with connection.makefile("rw") as stream:
            stream.write(json.dumps([question, *about]) + "\n")
            stream.flush()
            return json.loads(stream.readline())


if __name__ == "__main__":
    main()
