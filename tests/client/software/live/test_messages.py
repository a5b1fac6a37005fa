"""What a live socket is told where nobody can be marked."""

from __future__ import annotations

import pytest

from attendance.errors import SessionCancelledError, SessionClosedError
from client.software.live.messages import failure


@pytest.mark.parametrize("kind", [SessionClosedError, SessionCancelledError])
def test_a_closed_and_a_cancelled_session_take_no_marks_any_more(kind: type[Exception]) -> None:
    told = failure(kind("Restore it first."), "otherwise", frame=3)
    assert told == {"type": "error", "code": "session_closed", "message": "Restore it first.", "frame": 3}
