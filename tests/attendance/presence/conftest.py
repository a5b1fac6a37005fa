"""Fixtures of who is in the room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attendance.classroom.school_room import Room, open_room


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """A class in session with three enrolled students, and one without a face."""
    with open_room(tmp_path) as opened:
        yield opened
