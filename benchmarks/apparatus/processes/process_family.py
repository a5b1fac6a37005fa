"""What a process and its descendants take of the machine, of whom any may end meanwhile."""

from __future__ import annotations

import os
from contextlib import suppress

import psutil


def family(pid: int) -> list[psutil.Process]:
    """A process and its descendants; none if it has ended."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def resident_bytes(pid: int | None = None) -> int:
    """Resident memory of a process and its descendants.

    Args:
        pid: of the process; None means this one.
    """
    total = 0
    for process in family(os.getpid() if pid is None else pid):
        with suppress(psutil.NoSuchProcess):  # a decoder has ended meanwhile
            total += process.memory_info().rss
    return total
