"""The interface for reporting the progress of long operations."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Receives the progress of a long operation."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Report progress.

        Args:
            stage: a few words for a person, such as "Downloading FaceNet".
            done: the completed amount of the stage, in any unit.
            total: the total amount in the same unit; 0 if unknown.
        """


def silent(stage: str, done: int, total: int) -> None:
    """Ignore the progress."""
