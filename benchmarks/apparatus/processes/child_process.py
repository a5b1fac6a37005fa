"""Runs what is measured in a child process, to measure its memory and processor time separately."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Generic, Self, TypeVar

from benchmarks.apparatus.face_folder import BenchmarkError

Task = TypeVar("Task")


class ChildProcess(Generic[Task]):
    """A child process that answers requests until the block ends.

    Args:
        serve: the child's function, which answers on the connection until the other end is closed.
        task: its argument; both are pickled.
        name: its name in error messages.
        stop_seconds: how long to wait for it to end.
    """

    def __init__(
        self, serve: Callable[[Task, Connection], None], task: Task, *, name: str, stop_seconds: float
    ) -> None:
        context = get_context("spawn")  # a forked child would inherit the parent's memory and networks
        self._name = name
        self._stop_seconds = stop_seconds
        self._here, there = context.Pipe()
        self._process = context.Process(target=serve, args=(task, there), daemon=True)
        self._process.start()
        there.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._here.close()
        self._process.join(self._stop_seconds)

    def ask(self, question: object, seconds: float) -> object:
        """Send a picklable request, and wait for the response.

        Raises:
            BenchmarkError: there is no response within this many seconds, or the process has ended.
        """
        self._here.send(question)
        return self.receive(seconds)

    def receive(self, seconds: float) -> object:
        """Wait for the child's next message.

        Raises:
            BenchmarkError: there is none within this many seconds, or the process has ended.
        """
        try:
            if not self._here.poll(seconds):
                raise BenchmarkError(f"{self._name} has not responded for {seconds:.0f} s")
            return self._here.recv()
        except (EOFError, ConnectionError) as error:
            raise BenchmarkError(f"{self._name} has ended") from error
