"""Whether processes still run."""

from __future__ import annotations

import os
import sys


def is_running(pid: int) -> bool:
    """Whether there is such a process on this machine; True if unknown, as always on Windows."""
    if sys.platform == "win32":  # where a signal of 0 would end it
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
