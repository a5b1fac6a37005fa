"""What a process and its descendants take of the machine, of whom any may end meanwhile."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

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


def shared_bytes(pid: int) -> int:
    """Memory of a process and its descendants, in which a page that several have is counted once.

    Where the system doesn't divide what is shared, it is the resident memory.

    Args:
        pid: of the process.
    """
    total = 0
    for process in family(pid):
        try:
            text = Path(f"/proc/{process.pid}/smaps_rollup").read_text("ascii")
        except FileNotFoundError:
            with suppress(psutil.NoSuchProcess):
                total += process.memory_info().rss
        except ProcessLookupError:  # it has ended meanwhile
            continue
        else:
            total += sum(1024 * int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total
