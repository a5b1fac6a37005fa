"""Whether paths still lead to the files that were opened under them."""

from __future__ import annotations

import os
from pathlib import Path


class OpenFiles:
    """Remembers which files are open, for comparison with what their paths lead to later.

    Args:
        paths: the files; those that don't exist are not remembered.
    """

    def __init__(self, *paths: Path) -> None:
        found = ((os.fspath(path), _identity(os.fspath(path))) for path in paths)
        self._opened = [(path, identity) for path, identity in found if identity is not None]

    def are_there(self) -> bool:
        """Whether all paths lead to the same files as before; takes a few microseconds for each."""
        return all(_identity(path) == opened for path, opened in self._opened)

    def are_replaced(self) -> bool:
        """Whether a path leads to another file than before."""
        return any(_identity(path) not in (None, opened) for path, opened in self._opened)


def _identity(path: str) -> tuple[int, int] | None:
    """What stays the same while a file is written or moved, and differs for every other file."""
    try:
        found = os.stat(path)  # noqa: PTH116 - half the time of pathlib's, and asked at every use
    except OSError:
        return None
    return found.st_dev, found.st_ino
