"""What receives each response, such as the metrics and the log."""

from __future__ import annotations

from typing import Protocol

OBSERVERS = "observers"
"""Key of ``Flask.extensions`` for a list of an app's observers."""

WAITING = "waiting"
"""Key of ``Flask.extensions`` for a function: how many photos wait for their turn in this process."""


class Observer(Protocol):
    """Receives each response once it has ended; quick, and never raises."""

    def __call__(self, path: str, method: str, status: int, seconds: float) -> None:
        """Note a response.

        Args:
            path: with tokens; not for a log.
            method: of HTTP, as it was sent.
            status: 0 if the client went away before.
            seconds: from the request's head to the end of its response.
        """
        ...
