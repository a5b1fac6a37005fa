"""Calls that come while a network runs share the next run, and each gets its own rows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from face_detection.batching.scheduler import InferenceScheduler
from face_detection.errors import BusyError

PATIENCE = 20.0  # seconds that a test waits for what has to happen
BAD = 13


class GatedNetwork:
    """Doubles its items. Each run waits until the test lets it go on.

    Attributes:
        batches: the items of each run that has begun.
    """

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self._begun = threading.Semaphore(0)
        self._may_end = threading.Semaphore(0)

    def __call__(self, items: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.batches.append(items[:, 0].tolist())
        self._begun.release()
        assert self._may_end.acquire(timeout=PATIENCE)
        if BAD in items[:, 0]:
            raise ValueError("bad item")
        return np.asarray(items * 2.0, np.float32)

    def wait_for_a_run(self) -> None:
        assert self._begun.acquire(timeout=PATIENCE)

    def let_go(self, runs: int = 1) -> None:
        self._may_end.release(runs)


class Caller:
    """A thread that computes some numbers.

    Attributes:
        rows: what it got.
        error: what was raised instead.
    """

    def __init__(self, compute: InferenceScheduler, *numbers: int) -> None:
        self.rows: list[float] | None = None
        self.error: Exception | None = None
        self._compute = compute
        self._numbers = numbers
        self._thread = threading.Thread(target=self._call, daemon=True)
        self._thread.start()

    def _call(self) -> None:
        try:
            self.rows = self._compute(items(*self._numbers))[:, 0].tolist()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            self.error = error

    def join(self) -> Caller:
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        return self


def items(*numbers: int) -> NDArray[np.uint8]:
    return np.array(numbers, np.uint8)[:, None]


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end
        threading.Event().wait(0.001)


class Busy:
    """A scheduler whose network runs 0 for a first caller, and others that come meanwhile, in their order."""

    def __init__(self, *, most: int = 4, wait_seconds: float = 0.0, queue: int = 16) -> None:
        self.network = GatedNetwork()
        self.compute = InferenceScheduler(self.network, most, wait_seconds, queue)
        self.callers = [Caller(self.compute, 0)]
        self.network.wait_for_a_run()

    def come(self, *numbers: int) -> Caller:
        waiting = self.compute.waiting
        caller = Caller(self.compute, *numbers)
        until(lambda: self.compute.waiting > waiting)
        self.callers.append(caller)
        return caller

    def finish(self) -> None:
        self.network.let_go(100)
        for caller in self.callers:
            caller.join()


def test_a_lone_call_runs_at_once_without_waiting_for_company() -> None:
    network = GatedNetwork()
    network.let_go(3)
    compute = InferenceScheduler(network, 4, PATIENCE, 16)
    for number in range(3):
        assert compute(items(number))[0, 0] == 2 * number
    assert network.batches == [[0], [1], [2]]


def test_calls_that_come_during_a_run_share_the_next_one_in_their_order() -> None:
    busy = Busy()
    for number in (3, 1, 2):
        busy.come(number)
    busy.finish()
    assert busy.network.batches == [[0], [3, 1, 2]]
    assert [caller.rows for caller in busy.callers] == [[0.0], [6.0], [2.0], [4.0]]


def test_a_batch_has_whole_calls_and_no_more_than_fit() -> None:
    busy = Busy(most=4)
    rows = [busy.come(1, 2), busy.come(3), busy.come(4, 5), busy.come(*range(20, 26)), busy.come(6)]
    busy.finish()
    assert busy.network.batches == [[0], [1, 2, 3], [4, 5], [20, 21, 22, 23, 24, 25], [6]]
    assert [caller.rows for caller in rows][:2] == [[2.0, 4.0], [6.0]]
    assert rows[3].rows == [40.0, 42.0, 44.0, 46.0, 48.0, 50.0]


def test_a_bad_item_fails_alone() -> None:
    busy = Busy()
    good, bad, other = busy.come(1), busy.come(BAD), busy.come(2)
    busy.finish()
    assert (good.rows, other.rows) == ([2.0], [4.0])
    assert isinstance(bad.error, ValueError)
    assert busy.network.batches == [[0], [1, BAD, 2], [1], [BAD], [2]]
    assert busy.compute(items(7))[0, 0] == 14


def test_who_calls_again_and_again_does_not_overtake() -> None:
    busy = Busy(most=1)
    first = busy.come(1)
    greedy = [busy.come(number) for number in (10, 11, 12)]
    last = busy.come(2)
    busy.finish()
    assert [batch[0] for batch in busy.network.batches] == [0, 1, 10, 11, 12, 2]
    assert all(caller.rows is not None for caller in (first, *greedy, last))


def test_more_than_may_wait_are_refused_at_once() -> None:
    busy = Busy(queue=2)
    busy.come(1)
    busy.come(2)
    refused = Caller(busy.compute, 3).join()
    assert isinstance(refused.error, BusyError)
    assert "2 faces wait" in str(refused.error)
    busy.finish()
    assert busy.compute(items(4))[0, 0] == 8


def test_after_a_shared_batch_the_next_one_is_held_open_until_it_is_full() -> None:
    busy = Busy(most=2, wait_seconds=PATIENCE)
    busy.come(1)
    busy.come(2)
    third = busy.come(3)
    busy.network.let_go(2)
    fourth = Caller(busy.compute, 4)
    busy.callers.append(fourth)
    busy.finish()
    assert busy.network.batches == [[0], [1, 2], [3, 4]]
    assert (third.rows, fourth.rows) == ([6.0], [8.0])


def test_a_batch_that_does_not_fill_is_held_open_for_the_wait_only() -> None:
    busy = Busy(most=2, wait_seconds=0.01)
    for number in (1, 2, 3):
        busy.come(number)
    busy.finish()
    assert busy.network.batches == [[0], [1, 2], [3]]


def test_a_stop_while_busy_ends_one_run_and_leaves_nobody_waiting() -> None:
    network = GatedNetwork()

    def interrupted(batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        rows = network(batch)
        if 0 in batch:
            raise KeyboardInterrupt
        return rows

    compute = InferenceScheduler(interrupted, 1, 0.0, 16)
    others: list[Caller] = []

    def come() -> None:
        network.wait_for_a_run()
        for number in (1, 2):
            others.append(Caller(compute, number))
            until(lambda: compute.waiting == len(others))
        network.let_go(100)

    visitor = threading.Thread(target=come)
    visitor.start()
    with pytest.raises(KeyboardInterrupt):
        compute(items(0))
    visitor.join(PATIENCE)
    assert [caller.join().rows for caller in others] == [[2.0], [4.0]]
    assert compute(items(5))[0, 0] == 10


def test_many_threads_get_their_own_rows() -> None:
    def double(batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.asarray(batch * 2.0, np.float32)

    compute = InferenceScheduler(double, 8, 0.0001, 64)
    wrong: list[int] = []

    def call(number: int) -> None:
        wrong.extend(number for _ in range(200) if compute(items(number, number + 1))[1, 0] != 2 * number + 2)

    threads = [threading.Thread(target=call, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads)
    assert wrong == []
