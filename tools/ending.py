"""Ends child processes with their parent: what stops `./run` or `./test` also stops pip or pytest."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from tools.advice import SetupError

GRACE_SECONDS = 10.0  # for a child to clean up after an interrupt
INTERRUPTED = 130  # the exit status after Ctrl-C, as shells have it


class StopSignal(KeyboardInterrupt):
    """A signal that asks to stop, such as SIGTERM.

    Args:
        number: the signal's number.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class StopHandler:
    """Raises an exception in the main thread where the system, the terminal or a person asks to stop.

    While a child process is started, it waits: an exception in the midst of it would lose the child.
    """

    def __init__(self) -> None:
        self._waits = False
        self._missed: int | None = None

    def install(self) -> None:
        """Handle the signals that ask to stop, except those that are ignored, as `nohup` does."""
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self.handle)

    def wait(self) -> None:
        """Begin to wait."""
        self._waits = True

    def go_on(self) -> None:
        """Stop waiting.

        Raises:
            KeyboardInterrupt: a signal came while it waited.
        """
        self._waits = False
        number, self._missed = self._missed, None
        if number is not None:
            self.handle(number, None)

    def handle(self, number: int, frame: FrameType | None) -> None:
        """Raise now, or when the wait is over; as a signal's handler.

        Raises:
            KeyboardInterrupt: for Ctrl-C; for other signals it is a ``StopSignal``.
        """
        del frame
        if self._waits:
            self._missed = number
        elif number == signal.SIGINT:
            raise KeyboardInterrupt
        else:
            raise StopSignal(number)


_stopping = StopHandler()
stop_at_signals = _stopping.install


def exit_status(stopped: KeyboardInterrupt) -> int:
    """The exit status of a program that was stopped, as shells have it."""
    return 128 + stopped.number if isinstance(stopped, StopSignal) else INTERRUPTED


@contextmanager
def child(command: list[str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Start a process in a group of its own, which has ended with all its children after the block.

    Args:
        command: what to start.
        options: of ``subprocess.Popen``.
    """
    if os.name != "nt":
        options["start_new_session"] = True
    with _started(command, options) as process:
        yield process


@contextmanager
def child_at_the_terminal(command: list[str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Start a process that may ask the person at the terminal, and which has ended after the block.

    Args:
        command: what to start.
        options: of ``subprocess.Popen``.
    """
    with _started(command, options) as process:
        try:
            yield process
        except StopSignal:  # at Ctrl-C, the terminal has interrupted it already
            process.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGINT)
            raise


@contextmanager
def _started(command: list[str], options: dict[str, Any]) -> Iterator[subprocess.Popen[bytes]]:
    process = None
    _stopping.wait()
    try:
        process = subprocess.Popen(command, **options)
        _stopping.go_on()
        yield process
    finally:
        if process is None:
            _stopping.go_on()
        elif process.poll() is None:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Interrupt a process, at which pip cleans up; kill it after some seconds, or at a second Ctrl-C."""
    _signal_group(process, signal.SIGINT)
    try:
        process.wait(0.0 if os.name == "nt" else GRACE_SECONDS)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        if process.poll() is None:
            _signal_group(process, getattr(signal, "SIGKILL", signal.SIGTERM))
            process.kill()
    process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    """Signal a process and its children, where it is the leader of a group."""
    if sys.platform != "win32":
        with suppress(ProcessLookupError):
            if os.getpgid(process.pid) == process.pid:
                os.killpg(process.pid, number)


def ended_well(command: Callable[[], int], stopped: str) -> int:
    """The exit status of a command; what prevents or stops it is printed as a sentence.

    Args:
        command: does the work.
        stopped: the sentence for a command that was stopped.
    """
    stop_at_signals()
    try:
        return command()
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt as stop:
        print(f"\n{stopped}", file=sys.stderr)
        return exit_status(stop)
