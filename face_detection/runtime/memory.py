"""Gives freed memory back to the system, where OpenVINO and the C library (glibc) keep it otherwise."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Any

from face_detection.runtime.openvino_runtime import release_memory

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # malloc.h of glibc
MAPPED_BYTES = 4 << 20
"""Memory of this size and more goes back at once when it is freed: bodies of requests, large photos.
Otherwise glibc raises this limit up to 32 MB, and keeps what is smaller. A check-in's arrays are smaller."""

ARENAS = 4
"""Heaps that threads share. Otherwise glibc makes eight for each core, and each keeps what its threads
freed."""


def keep_little_memory() -> None:
    """Set up this process so that it keeps little memory that it doesn't need; meant for a server's start."""
    libc = _glibc()
    if libc is not None:
        libc.mallopt(_M_MMAP_THRESHOLD, MAPPED_BYTES)
        libc.mallopt(_M_ARENA_MAX, ARENAS)


def give_memory_back() -> None:
    """Give back what is free now, and what networks keep for their next calls; takes some milliseconds."""
    release_memory()
    libc = _glibc()
    if libc is not None:
        libc.malloc_trim(0)


@cache
def _glibc() -> Any:
    """The C library, if it is glibc."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "gnu_get_libc_version") else None
