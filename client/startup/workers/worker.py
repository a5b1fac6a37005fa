"""``python -m client.startup.workers.worker``: one of several server processes; a supervisor starts it.

It is a new process and no fork, because the networks' threads and SQLite's locks don't survive one.
"""

from __future__ import annotations

import gc
import os
import socket
import sys
import threading
from collections.abc import Callable

from attendance.console.screen import Screen
from attendance.console.unblocked_output import unblocked_output
from client.startup.launch import serve_as_worker
from client.startup.workers.orders import WorkerOrders

PART_BYTES = 4096


def main() -> int:
    """Serve by the orders on the standard input, until stopped or until the supervisor is gone."""
    orders = WorkerOrders.from_line(sys.stdin.buffer.readline())
    sys.argv[0] = orders.program
    for descriptor in (*orders.listeners, orders.report):
        os.set_inheritable(descriptor, False)  # no decoder may keep the port open
    gc.freeze()  # modules stay until the end
    listeners = [socket.socket(fileno=each) for each in orders.listeners]
    for listener in listeners:
        listener.setblocking(False)
    with unblocked_output():
        try:
            return serve_as_worker(orders, listeners, Screen(), watch_for_the_end=_watch)
        except KeyboardInterrupt:
            return 0


def _watch(stop: Callable[[], object]) -> None:
    """Call ``stop`` once the supervisor is gone, however it ended: its end of the pipe closes."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), PART_BYTES):
            pass  # not through its buffer, whose lock would abort the process as the interpreter ends
        stop()

    threading.Thread(target=wait, name="supervisor", daemon=True).start()


if __name__ == "__main__":
    sys.exit(main())
