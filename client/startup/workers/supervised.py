"""Starts the supervisor of a server with several processes, with what it gives them."""

from __future__ import annotations

import secrets
import socket
import sys
from collections.abc import Mapping
from dataclasses import replace

from attendance.console.screen import Screen
from attendance.settings.settings import Settings
from client.serving.tunnel.tunnel_switch import TunnelLike, new_tunnel
from client.startup.addresses import Addresses
from client.startup.options import Options
from client.startup.workers.messages import TunnelState
from client.startup.workers.orders import WorkerOrders
from client.startup.workers.supervisor import Supervisor
from client.startup.workers.tunnel_keeper import TunnelKeeper
from client.startup.workers.worker_process import WorkerProcess


def supervise(
    options: Options,
    settings: Settings,
    environ: Mapping[str, str],
    listeners: list[socket.socket],
    screen: Screen,
) -> int:
    """Serve with several processes until stopped, and return the exit status.

    Args:
        options: the command line's options.
        settings: the settings of the environment.
        environ: the workers' environment.
        listeners: the sockets that all of them share.
        screen: the terminal.
    """
    environ = dict(environ)  # another thread shows the agent its token in this process's own
    orders = WorkerOrders(
        options=options,
        program=sys.argv[0],
        listeners=tuple(each.fileno() for each in listeners),
        report=-1,
        key=secrets.token_urlsafe(16),
        announces=False,
        tunnel=TunnelState(),
    )

    def begin(number: int, is_first: bool, tunnel: TunnelState) -> WorkerProcess:  # noqa: FBT001 - see ``StartWorker``
        return WorkerProcess(replace(orders, announces=is_first and number == 0, tunnel=tunnel), environ)

    def make(keeper: TunnelKeeper) -> TunnelLike:
        return new_tunnel(
            settings, options.domain, notify=keeper.notify, came_up=keeper.came_up, changed=keeper.publish
        )

    def say() -> None:
        screen.say(f"{options.workers} processes serve together.")

    internal = Addresses.of(options, listeners).internal
    tunnel = TunnelKeeper(make, internal, say=screen.say)
    return Supervisor(begin, options.workers, on_serving=say, listeners=listeners, tunnel=tunnel).run()
