"""The supervisor's side of one worker: starts the process, and knows whether it serves or has ended."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from client.startup.workers.messages import LineBuffer, Message, WorkerServes, from_line
from client.startup.workers.orders import WorkerOrders
from client.startup.workers.outbox import Outbox

MODULE = "client.startup.workers.worker"
_PART_BYTES = 4096
_log = logging.getLogger(__name__)
_ROOT = Path(__file__).resolve().parents[3]  # where the module is found, whatever the current folder is


class WorkerProcess:
    """A running worker.

    Args:
        orders: what to do; ``report`` is filled in.
        environ: its environment.
        command: what to run; another one for tests.

    Attributes:
        report: a file descriptor that becomes readable with each message, and when it has ended.
        outbox: the messages for it.
        serves: whether it has reported that it serves.
    """

    def __init__(
        self, orders: WorkerOrders, environ: Mapping[str, str], command: Sequence[str] | None = None
    ) -> None:
        self.serves = False
        self.report, reporting = os.pipe()
        found = [str(_ROOT), *filter(None, [environ.get("PYTHONPATH")])]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                command or [sys.executable, "-m", MODULE],
                stdin=subprocess.PIPE,
                env={**environ, "PYTHONPATH": os.pathsep.join(found)},
                pass_fds=(*orders.listeners, reporting),
                process_group=0,  # so that Ctrl-C reaches the supervisor alone, which passes it on
            )
        except BaseException:
            os.close(self.report)
            raise
        finally:
            os.close(reporting)
        assert self._process.stdin is not None
        self._orders = self._process.stdin
        with contextlib.suppress(BrokenPipeError):  # it has ended already
            self._orders.write(replace(orders, report=reporting).to_line())
            self._orders.flush()  # and not closed: its end would mean that the supervisor is gone
        self.outbox = Outbox(self._orders.fileno())
        self._reported = LineBuffer()

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def read(self) -> list[Message] | None:
        """Read what came on ``report``: messages, or None if the process has ended."""
        part = os.read(self.report, _PART_BYTES)
        if not part:
            self._process.wait()
            return None
        messages = []
        for line in self._reported.lines(part):
            try:
                messages.append(from_line(line))
            except ValueError as error:
                _log.warning("What a server process said is not understood: %s", error)
        self.serves = self.serves or any(isinstance(each, WorkerServes) for each in messages)
        return messages

    @property
    def status(self) -> int:
        """Its exit status, once it has ended; negative: the number of the signal that ended it."""
        return self._process.wait()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send it a signal; nothing happens if it has ended."""
        self._process.send_signal(number)

    def close(self) -> None:
        """Close the pipes to a process that has ended."""
        os.close(self.report)
        with contextlib.suppress(BrokenPipeError):
            self._orders.close()
