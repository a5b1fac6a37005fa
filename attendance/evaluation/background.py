"""Evaluates the enrolled students in a thread, one evaluation at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock, Thread

from attendance.classroom.low_priority import lower_priority
from attendance.errors import AttendanceError
from attendance.evaluation.results import Evaluation
from face_detection.errors import FaceDetectionError
from face_detection.runtime.progress import Progress
from face_matching.errors import FaceMatchingError

OUTDATED = "Students or their consent were erased during the evaluation. Measure again."

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class EvaluationState:
    """What there is to show.

    Attributes:
        running: whether an evaluation is being made.
        done: the part of it that is done, 0 to 1.
        result: the last one that was finished.
        problem: why the last one was not.
    """

    running: bool = False
    done: float = 0.0
    result: Evaluation | None = None
    problem: str = ""


class BackgroundEvaluation:
    """Runs evaluations and keeps the last result in memory; any thread may ask."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._state = EvaluationState()
        self._thread: Thread | None = None
        self._is_outdated = False

    @property
    def state(self) -> EvaluationState:
        """What there is to show now."""
        with self._lock:
            return self._state

    def start(self, evaluate: Callable[[Progress], Evaluation]) -> bool:
        """Begin, unless one is running.

        Args:
            evaluate: makes the evaluation.

        Returns:
            Whether it was begun.
        """
        with self._lock:
            if self._state.running:
                return False
            self._state = replace(self._state, running=True, done=0.0, problem="")
            self._is_outdated = False
            self._thread = Thread(target=self._run, args=(evaluate,), name="evaluation", daemon=True)
            self._thread.start()
            return True

    def forget(self) -> None:
        """Drop the last result, and that of a running evaluation, because they name somebody erased."""
        with self._lock:
            self._is_outdated = self._state.running
            self._state = replace(self._state, result=None)

    def wait(self, seconds: float | None = None) -> None:
        """Wait until none is running."""
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(seconds)

    def _run(self, evaluate: Callable[[Progress], Evaluation]) -> None:
        lower_priority()
        try:
            result = evaluate(self._note)
        except (AttendanceError, FaceDetectionError, FaceMatchingError) as error:
            self._end(problem=str(error))
        except Exception:  # noqa: BLE001 - whatever it is, the page must not show it as running for ever
            _LOG.exception("The evaluation failed")
            self._end(problem="The evaluation failed. The server's log has the reason.")
        else:
            self._end(result=result)

    def _note(self, stage: str, done: int, total: int) -> None:  # noqa: ARG002 - there is one stage
        with self._lock:
            self._state = replace(self._state, done=done / total if total else 0.0)

    def _end(self, *, result: Evaluation | None = None, problem: str = "") -> None:
        with self._lock:
            if self._is_outdated and result is not None:
                result, problem = None, OUTDATED
            self._state = EvaluationState(result=result or self._state.result, problem=problem)
