"""How a long preparation tells what it is doing."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Is told, now and then, how far a preparation is."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take note.

        Args:
            stage: a few words for a person, such as "Downloading FaceNet".
            done: how much of the stage is done, in any unit.
            total: how much there is, in the same unit; 0 where that is not known.
        """


def silent(stage: str, done: int, total: int) -> None:
    """A progress that nobody watches."""
