"""Writing a file that nobody but its owner may read, and that was not there before."""

from __future__ import annotations

import os
from pathlib import Path

# Without it Windows would write two bytes for each line feed among the bytes.
_BINARY = getattr(os, "O_BINARY", 0)


def write_private(path: Path, content: bytes) -> None:
    """Write a new file, readable by its owner alone, down to the disk.

    Args:
        path: where nothing may be yet.
        content: all of it.

    Raises:
        FileExistsError: something is there.
        OSError: it can't be written; what was begun may be there.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
