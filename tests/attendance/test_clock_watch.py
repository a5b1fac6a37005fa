"""Whether anybody notices that the computer's clock was set."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from attendance.clock import SystemClock
from attendance.clock_watch import SHOWN_FOR, SMALLEST, ClockChange, ClockWatch
from tests.attendance.frozen_clock import FrozenClock


@pytest.fixture
def watch(clock: FrozenClock) -> ClockWatch:
    return ClockWatch(clock)


def test_time_that_passes_is_no_change(watch: ClockWatch, clock: FrozenClock) -> None:
    for _ in range(3):
        clock.advance(hours=9)
        watch.look()
    assert watch.change is None


@pytest.mark.parametrize("hours", [24, -1])
def test_a_clock_that_was_set_is_told_until_it_is_right_again(
    watch: ClockWatch, clock: FrozenClock, hours: int
) -> None:
    clock.advance(minutes=10)
    clock.set_wrong(hours=hours)
    watch.look()
    assert watch.change == ClockChange(clock.now(), timedelta(hours=hours))
    clock.advance(minutes=10)
    watch.look()
    assert watch.change is not None
    clock.set_wrong(hours=-hours)
    watch.look()
    assert watch.change is None


def test_small_corrections_are_not_told(watch: ClockWatch, clock: FrozenClock) -> None:
    for _ in range(5):
        clock.set_wrong(seconds=SMALLEST.total_seconds() - 1)
        watch.look()
    assert watch.change is None


def test_after_a_day_the_new_time_is_the_usual_one(watch: ClockWatch, clock: FrozenClock) -> None:
    clock.set_wrong(hours=5)
    watch.look()
    clock.moment += SHOWN_FOR
    watch.look()
    before = watch.change
    clock.set_wrong(hours=-5)
    watch.look()
    assert before is None
    assert watch.change == ClockChange(clock.now(), timedelta(hours=-5))


def test_the_computers_clock_goes_on_as_time_does() -> None:
    clock = SystemClock()
    before, began = clock.running(), time.monotonic()
    assert 0 <= clock.running() - before <= time.monotonic() - began + 0.1
