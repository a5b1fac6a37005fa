"""A process of its own for what is measured, so that its memory and its processor time are its own."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Generic, Self, TypeVar

from benchmarks.apparatus.face_folder import BenchmarkError

Task = TypeVar("Task")


class ChildProcess(Generic[Task]):
    """A child process that is given a task and answers questions until the block ends.

    Args:
        serve: what the child does: it answers on the connection until the other end is closed.
        task: what it is given; like ``serve`` it is pickled.
        name: what it is called where it does not answer.
        stop_seconds: how long its end is waited for.
    """

    def __init__(
        self, serve: Callable[[Task, Connection], None], task: Task, *, name: str, stop_seconds: float
    ) -> None:
        context = get_context("spawn")  # a fork would inherit the parent's memory and networks
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
        """Send something that can be pickled, and wait for the answer.

        Raises:
            BenchmarkError: there is none within so many seconds, or the process has ended.
        """
        self._here.send(question)
        return self.receive(seconds)

    def receive(self, seconds: float) -> object:
        """Wait for what the child says next.

        Raises:
            BenchmarkError: it says nothing within so many seconds, or has ended.
        """
        try:
            if not self._here.poll(seconds):
                raise BenchmarkError(f"{self._name} has not answered for {seconds:.0f} s")
            return self._here.recv()
        except (EOFError, ConnectionError) as error:
            raise BenchmarkError(f"{self._name} has ended") from error
