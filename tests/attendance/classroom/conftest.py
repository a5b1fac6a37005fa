"""Fixtures of classroom photos."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from attendance.classroom import job_queue
from tests.attendance.classroom.school_room import Room, open_room


@pytest.fixture(autouse=True)
def _own_priority(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some tests let this thread do a worker's job; the tests after them keep their priority."""
    monkeypatch.setattr(job_queue, "lower_priority", lambda: None)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """A class in session with three enrolled students, and one without a face."""
    with open_room(tmp_path) as opened:
        yield opened
