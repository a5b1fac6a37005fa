"""Ctrl-C leaves every student complete or absent, and says how far it came."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from threading import Event, Lock, main_thread
from typing import Any

import pytest

from attendance.errors import StoreUnavailableError
from face_detection.quality import QualityLimits
from face_detection.values import Probe
from tests.attendance.fake_pipeline import FakePipeline, photo_of
from tests.create_database.admin import COLLINS, HOPPER, STRANGER, Admin


class CountingPipeline(FakePipeline):
    """Reads one photo after the other, so that each has its number."""

    def __init__(self) -> None:
        super().__init__()
        self._one_at_a_time = Lock()

    def read(self, data: bytes, limits: QualityLimits) -> Probe:
        with self._one_at_a_time:
            probe = super().read(data, limits)
            self.happens(self.reads)
        return probe

    def happens(self, number: int) -> None:
        """What happens while a photo is read."""


class InterruptedPipeline(CountingPipeline):
    """While it reads the given photo, the admin presses Ctrl-C."""

    def __init__(self, *, at_read: int, times: int) -> None:
        super().__init__()
        self._at_read = at_read
        self._times = times

    def happens(self, number: int) -> None:
        if number != self._at_read:
            return
        waiting: Any = getattr(signal.getsignal(signal.SIGINT), "__self__", None)
        for _ in range(self._times):
            signal.pthread_kill(main_thread().ident or 0, signal.SIGINT)
            while not waiting.requested:  # two that come at once would count as one
                Event().wait(0.001)


class BrokenPipeline(CountingPipeline):
    """The database goes away while it reads the third photo."""

    def happens(self, number: int) -> None:
        if number == 3:
            raise StoreUnavailableError("The database does not answer.")


@pytest.fixture
def three(admin: Admin) -> Admin:
    """Three students with two photos each."""
    for roll_number, person in (("17", COLLINS), ("18", HOPPER), ("19", STRANGER)):
        admin.puts(f"{roll_number}_Student", photo_of(person), photo_of(person, side=80))
    return admin


@pytest.fixture(autouse=True)
def _handler_comes_back() -> Iterator[None]:
    before = signal.getsignal(signal.SIGINT)
    yield
    assert signal.getsignal(signal.SIGINT) is before


def enrolled(admin: Admin) -> dict[str, int]:
    """The number of templates of each student."""
    with admin.register() as register:
        return {
            one.roll_number: register.students.details(one.roll_number).templates
            for one in register.students.all()
        }


def test_the_student_at_hand_is_finished_and_the_rest_is_left(three: Admin) -> None:
    three.pipeline = InterruptedPipeline(at_read=3, times=1)
    done = three.enrols()
    assert done.exit_code == 130
    assert "Stopped after 2 of 3 students; each of them is complete." in done.stderr
    assert "2 enrolled" in done.stdout
    assert enrolled(three) == {"17": 2, "18": 2}


def test_the_same_command_goes_on_with_the_rest(three: Admin) -> None:
    three.pipeline = InterruptedPipeline(at_read=3, times=1)
    three.enrols()
    done = three.enrols()
    assert done.exit_code == 0
    assert "1 enrolled, 0 updated, 2 unchanged" in done.stdout
    assert enrolled(three) == {"17": 2, "18": 2, "19": 2}


def test_pressed_twice_it_stops_at_once_and_the_student_at_hand_is_absent(three: Admin) -> None:
    three.pipeline = InterruptedPipeline(at_read=3, times=2)
    done = three.enrols()
    assert done.exit_code == 130
    assert "1 enrolled" in done.stdout
    assert done.stderr.endswith("Error: Stopped. Nothing else was changed.\n")
    assert enrolled(three) == {"17": 2}


def test_stopping_at_the_last_student_is_no_stopping(three: Admin) -> None:
    three.pipeline = InterruptedPipeline(at_read=6, times=1)
    assert three.enrols().exit_code == 0
    assert len(enrolled(three)) == 3


def test_a_failure_half_way_shows_what_was_done_and_then_why_it_stopped(three: Admin) -> None:
    three.pipeline = BrokenPipeline()
    done = three.enrols()
    assert done.exit_code == 1
    assert "1 enrolled" in done.stdout
    assert done.stderr.endswith("Error: The database does not answer.\n")
    assert enrolled(three) == {"17": 2}
