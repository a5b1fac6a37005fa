"""One request's place in the app."""

from __future__ import annotations

from collections.abc import Callable


class AppPlace:
    """One request's place in the app.

    Args:
        give_back: called once, when the place is free again.
    """

    def __init__(self, give_back: Callable[[], None]) -> None:
        self._give_back: Callable[[], None] | None = give_back

    def leave(self) -> None:
        """Give the place back; again has no effect."""
        give_back, self._give_back = self._give_back, None
        if give_back is not None:
            give_back()
