"""Runs a thread at low priority, where the system supports that."""

from __future__ import annotations

import contextlib
import os
import sys
import threading

NICENESS = 10  # of 19; a tenth of the weight of a thread that answers phones


def lower_priority() -> None:
    """Lower the priority of the calling thread, for good.

    Linux gives each thread a priority of its own. Elsewhere it would be that of the whole process, and stays.
    Threads that this one starts inherit it, so a shared thread pool must be filled before.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
