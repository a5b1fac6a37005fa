"""What counts for a course, for each way in which a photo comes."""

from __future__ import annotations

import pytest

from attendance.liveness.policy import effective_mode, result_of_photo
from attendance.values import Course, LivenessMode, LivenessResult


@pytest.mark.parametrize("mode", LivenessMode)
def test_a_page_without_a_camera_is_asked_for_nothing_that_it_cannot_do(mode: LivenessMode) -> None:
    course = Course("physics", "Physics", liveness=mode)
    assert effective_mode(course, has_camera=True) is mode
    without = effective_mode(course, has_camera=False)
    assert without is (LivenessMode.FLAG if mode is LivenessMode.REQUIRED else mode)


@pytest.mark.parametrize("mode", LivenessMode)
def test_a_photo_alone_counts_where_its_token_says_so_or_nobody_requires_more(mode: LivenessMode) -> None:
    course = Course("physics", "Physics", liveness=mode)
    assert result_of_photo(course, counts_alone=True) is LivenessResult.PHOTO_ONLY
    worth = {LivenessMode.OFF: LivenessResult.NOT_ASKED, LivenessMode.FLAG: LivenessResult.NOT_SHOWN}
    assert result_of_photo(course, counts_alone=False) is worth.get(mode)
