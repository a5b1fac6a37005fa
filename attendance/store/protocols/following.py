"""What every database can do for those who wait for changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Told = Callable[[str | None], None]
"""Called in any thread with the id of a session whose board may have changed; None where it may be any."""


class Following(Protocol):
    """News of changes, until it is stopped."""

    @property
    def is_told(self) -> bool:
        """Whether each change is told at once, as things are now; otherwise ask from time to time.

        A number may still grow unannounced after a writer has died, so ask now and then all the same.
        """
        ...

    def stop(self) -> None:
        """Tell no more; may be called again."""
        ...


class FollowedStore(Protocol):
    """News of changes by all processes and machines; the rules of ``attendance.store.protocol`` apply."""

    def follow(self, told: Told) -> Following:
        """Tell of each change from now on, where the database can.

        Whoever is told asks for the numbers of changes then, such as ``session_changes``. News may come
        twice, or for changes that a board doesn't show; they come when a number has grown.

        Args:
            told: must return at once.
        """
        ...


class NobodyTells:
    """What a database that tells nothing gives to followers."""

    is_told = False

    def stop(self) -> None:
        """See ``Following``."""
