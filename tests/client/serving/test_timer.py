"""The server's own timer."""

from __future__ import annotations

import logging
import threading

import pytest

from attendance.errors import StoreUnavailableError
from client.serving.timer import STOP_SECONDS, Ticker

PATIENCE = 30.0


class Work:
    """Work that counts its runs, and can be made to fail."""

    def __init__(self, failures: int = 0, error: Exception | None = None) -> None:
        self.times = 0
        self.failures = failures
        self.error = error or StoreUnavailableError("It is away.")
        self.often = threading.Event()

    def __call__(self) -> None:
        self.times += 1
        if self.times >= 5:
            self.often.set()
        if self.times <= self.failures:
            raise self.error


def test_it_does_its_work_again_and_again_until_the_server_stops() -> None:
    work = Work()
    with Ticker(work, seconds=0.001):
        assert work.often.wait(PATIENCE)
    times = work.times
    assert not [thread for thread in threading.enumerate() if thread.name == "ticker"]
    assert work.times == times


def test_a_store_that_is_away_is_told_once_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    work = Work(failures=3)
    with caplog.at_level(logging.WARNING), Ticker(work, seconds=0.001):
        assert work.often.wait(PATIENCE)
    assert [record.message for record in caplog.records].count(
        "Due work failed and will be retried: It is away."
    ) == 1


def test_an_error_that_nobody_expected_does_not_end_it(caplog: pytest.LogCaptureFixture) -> None:
    work = Work(failures=3, error=FileNotFoundError(2, "No such file", "reports"))
    with caplog.at_level(logging.WARNING), Ticker(work, seconds=0.001):
        assert work.often.wait(PATIENCE)
    [record] = caplog.records
    assert "will be retried" in record.message
    assert record.exc_info is not None


def test_it_stops_without_waiting_for_its_time() -> None:
    work = Work()
    ticker = Ticker(work, seconds=1000 * STOP_SECONDS)
    with ticker:
        pass
    assert not ticker._thread.is_alive()
    assert work.times == 0
