"""Marks reach the daily list behind the answer, those of a class together."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from attendance.reports.daily.mark_queue import MarkQueue
from attendance.values import Mark
from tests.attendance.store.builders import mark

WAIT_SECONDS = 60.0


def test_marks_that_wait_are_handed_on_together_by_session() -> None:
    is_busy, goes_on = threading.Event(), threading.Event()
    written: list[list[str]] = []

    def write(marks: Sequence[Mark]) -> None:
        is_busy.set()
        assert goes_on.wait(WAIT_SECONDS)
        written.append([f"{each.session_id} {each.student_id}" for each in marks])

    queue = MarkQueue(write)
    queue.note([mark("s1", "a")])
    assert is_busy.wait(WAIT_SECONDS)
    for student_id, session_id in (("s2", "a"), ("s3", "b"), ("s4", "a")):
        queue.note([mark(student_id, session_id)])
    goes_on.set()
    queue.wait()
    assert written == [["a s1"], ["a s2", "a s4"], ["b s3"]]
    queue.close()
    queue.note([mark("s5", "a")])  # the program ends: at once
    queue.wait()
    assert written[-1] == ["a s5"]


def test_what_fails_is_logged_and_the_next_ones_are_written(caplog: pytest.LogCaptureFixture) -> None:
    written: list[str] = []

    def write(marks: Sequence[Mark]) -> None:
        if marks[0].session_id == "bad":
            raise OSError("no disk")
        written.extend(each.student_id for each in marks)

    queue = MarkQueue(write)
    queue.note([mark("s1", "bad")])
    queue.note([mark("s2", "good")])
    queue.close()
    assert written == ["s2"]
    assert "could not be written to the daily list" in caplog.text
