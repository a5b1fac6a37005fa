"""A few photos at once are decoded; the next one waits, but not for ever."""

from __future__ import annotations

import threading
import time

import pytest

from face_detection.decode_slots import DecodeSlots
from face_detection.errors import BusyError


def test_a_photo_waits_for_its_turn_but_not_for_ever() -> None:
    turns = DecodeSlots(1, wait_seconds=0.01)
    with turns.slot(), pytest.raises(BusyError, match="1 photos are being decoded"), turns.slot():
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
