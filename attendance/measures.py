"""How long the stages of a check-in take and how requests end, for monitoring."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum


class Stage(StrEnum):
    """A stage of a check-in."""

    READ = "read"  # photo to embedding
    MOVEMENT = "movement"  # the frames around it
    DECIDE = "decide"  # who it is
    RECORD = "record"  # grant, mark and answer in the database


StageListener = Callable[[Stage, float], None]
"""Receives a stage and its duration in seconds."""

CodeListener = Callable[[str], None]
"""Receives the code of a verdict or of a problem."""


class Measures:
    """Reports what check-ins do to one listener at most; without one it costs nothing.

    A listener is called in the thread of the check-in, so it has to be quick and must not raise.
    """

    def __init__(self) -> None:
        self._on_stage: StageListener | None = None
        self._on_verdict: CodeListener | None = None
        self._on_problem: CodeListener | None = None

    def listen(self, *, on_stage: StageListener, on_verdict: CodeListener, on_problem: CodeListener) -> None:
        """Report to a listener from now on, instead of any before."""
        self._on_stage, self._on_verdict, self._on_problem = on_stage, on_verdict, on_problem

    @contextmanager
    def timed(self, stage: Stage) -> Iterator[None]:
        """Time a stage, also one that raises."""
        if self._on_stage is None:
            yield
            return
        started = time.perf_counter()
        try:
            yield
        finally:
            self._on_stage(stage, time.perf_counter() - started)

    def judged(self, code: str) -> None:
        """Note a verdict that was made now, and not repeated from before."""
        if self._on_verdict is not None:
            self._on_verdict(code)

    def refused(self, code: str) -> None:
        """Note a request that was refused."""
        if self._on_problem is not None:
            self._on_problem(code)
