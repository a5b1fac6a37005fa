"""A few photos at once are decoded; the next one waits, but not for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from face_detection.decoding.decode_slots import DecodeSlots
from face_detection.errors import BusyError


@contextmanager
def elsewhere(turns: DecodeSlots) -> Iterator[None]:
    """Hold a slot in another thread."""
    inside, done = threading.Event(), threading.Event()

    def hold() -> None:
        with turns.slot():
            inside.set()
            done.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait()
    try:
        yield
    finally:
        done.set()
        holder.join()


def test_a_photo_waits_for_its_turn_but_not_for_ever() -> None:
    turns = DecodeSlots(1, wait_seconds=0.01)
    with elsewhere(turns), pytest.raises(BusyError, match="1 photos are being decoded"), turns.slot():
        pass
    with pytest.raises(ValueError, match="broken"), turns.slot():
        raise ValueError("broken")
    with turns.slot():
        pass  # a failure gave its place back too


def test_a_waiting_photo_gets_the_place_that_becomes_free() -> None:
    turns = DecodeSlots(1, wait_seconds=60)
    inside = threading.Event()

    def hold_for_a_moment() -> None:
        with turns.slot():
            inside.set()
            time.sleep(0.05)

    holder = threading.Thread(target=hold_for_a_moment)
    holder.start()
    inside.wait()
    with turns.slot():
        pass
    holder.join()


def test_who_holds_a_slot_needs_no_second_one() -> None:
    turns = DecodeSlots(1, wait_seconds=0.01)
    with turns.slot(), turns.slot():
        pass
    with elsewhere(turns):
        pass  # both were given back, once


def test_only_so_many_wait() -> None:
    turns = DecodeSlots(1, wait_seconds=60, most_waiting=0)
    with elsewhere(turns), pytest.raises(BusyError, match="0 wait already"), turns.slot():
        pass
    with turns.slot():
        pass


def test_background_work_waits_however_many_others_do() -> None:
    turns = DecodeSlots(1, wait_seconds=0.01, most_waiting=0)
    with elsewhere(turns), pytest.raises(BusyError, match="none finished"), turns.slot(patience=0.05):
        pass
    with turns.slot(patience=60):
        pass
