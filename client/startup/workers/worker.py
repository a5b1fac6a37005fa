"""``python -m client.startup.workers.worker``: one of several server processes; a supervisor starts it.

It is a new process and no fork, because the networks' threads and SQLite's locks don't survive one.
"""

from __future__ import annotations

import gc
import os
import socket
import sys

from attendance.console.screen import Screen
from attendance.console.unblocked_output import unblocked_output
from client.startup.launch import serve_as_worker
from client.startup.workers.messages import LineReader
from client.startup.workers.orders import WorkerOrders
from client.startup.workers.supervisor_link import SupervisorLink


def main() -> int:
    """Serve by the orders on the standard input, until stopped or until the supervisor is gone."""
    lines = LineReader(sys.stdin.fileno())
    line = lines.next()
    if line is None:
        return 0  # the supervisor has ended already
    orders = WorkerOrders.from_line(line)
    sys.argv[0] = orders.program
    for descriptor in (*orders.listeners, orders.report):
        os.set_inheritable(descriptor, False)  # no decoder may keep the port open
    gc.freeze()  # modules stay until the end
    listeners = [socket.socket(fileno=each) for each in orders.listeners]
    for listener in listeners:
        listener.setblocking(False)
    link = SupervisorLink(lines, orders.report, orders.tunnel)
    with unblocked_output():
        try:
            return serve_as_worker(orders, listeners, Screen(), link)
        except KeyboardInterrupt:
            return 0


if __name__ == "__main__":
    sys.exit(main())
