"""What counts for a course, for each way in which a photo comes."""

from __future__ import annotations

import pytest

from attendance.liveness.policy import effective_mode
from attendance.values import Course, LivenessMode


@pytest.mark.parametrize("mode", LivenessMode)
def test_a_page_without_a_camera_is_asked_for_nothing_that_it_cannot_do(mode: LivenessMode) -> None:
    course = Course("physics", "Physics", liveness=mode)
    assert effective_mode(course, has_camera=True) is mode
    without = effective_mode(course, has_camera=False)
    assert without is (LivenessMode.FLAG if mode is LivenessMode.REQUIRED else mode)
