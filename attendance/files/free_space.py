"""How much of a disk is free, and how much a server needs."""

from __future__ import annotations

import shutil
from pathlib import Path

MEGABYTE = 1024**2
LEAST_FREE_BYTES = 200 * MEGABYTE
"""Free space below which a server is not ready: a day's photos for review and its log still fit."""


def free_bytes(folder: Path) -> int:
    """The free bytes of the disk on which a folder is, or would be.

    Raises:
        OSError: they can't be read.
    """
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free
