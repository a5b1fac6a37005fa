"""One thread watches all deadlines; a block that ends in time is left alone."""

from __future__ import annotations

import threading
import time

import pytest

from face_detection.decoding.deadlines import Deadlines

PATIENCE = 60.0


def test_a_block_that_takes_too_long_is_ended() -> None:
    ended = threading.Event()
    with Deadlines().within(0.01, ended.set) as deadline:
        assert ended.wait(PATIENCE)
        assert deadline.has_passed


def test_a_block_that_ends_in_time_is_left_alone() -> None:
    deadlines, calls, second = Deadlines(), [], threading.Event()
    with deadlines.within(0.01, lambda: calls.append("too late")):
        pass
    with deadlines.within(0.02, second.set):
        assert second.wait(PATIENCE), "a later one is watched all the same"
    assert calls == []


def test_an_earlier_deadline_is_not_missed_behind_a_later_one() -> None:
    deadlines, first, last = Deadlines(), threading.Event(), threading.Event()
    with deadlines.within(PATIENCE, last.set):
        time.sleep(0.01)  # the thread waits for that one by now
        with deadlines.within(0.01, first.set):
            assert first.wait(PATIENCE / 2)
    assert not last.is_set()


def test_an_error_ends_the_block() -> None:
    calls: list[str] = []
    deadlines = Deadlines()
    with pytest.raises(ValueError, match="broken"), deadlines.within(0.01, lambda: calls.append("too late")):
        raise ValueError("broken")
    later = threading.Event()
    with deadlines.within(0.03, later.set):
        later.wait(PATIENCE)
    assert calls == []
