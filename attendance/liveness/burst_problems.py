"""What can be wrong with the frames of a check-in besides the movement."""

from __future__ import annotations

from enum import StrEnum


class BurstProblem(StrEnum):
    """What is wrong with frames whose movement may be right."""

    UNREADABLE = "unreadable"  # a frame is no picture
    ANOTHER_PERSON = "another_person"  # the frames don't show the person of the photo
    FAILED_BEFORE = "failed_before"  # it is right, after as many tries as may fail
    OTHER_BROWSER = "other_browser"  # the page was opened in another browser than the photo was sent from
