"""Ports for servers that must be told theirs before they start."""

from __future__ import annotations

import socket
from contextlib import suppress
from random import SystemRandom

from benchmarks.apparatus.face_folder import BenchmarkError

# Systems choose from 32768 (Linux) or 49152 up for programs that ask for any port.
RANGE = range(20_000, 32_000)
TRIES = 200


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody listens on, of those that the system gives to nobody on its own.

    A port that the system has chosen once can be given to another program before the server takes it.

    Args:
        host: the address to listen at.

    Raises:
        BenchmarkError: nearly all ports are taken.
    """
    draw = SystemRandom()
    for _ in range(TRIES):
        port = draw.choice(RANGE)
        with socket.socket() as sock, suppress(OSError):
            sock.bind((host, port))
            return port
    raise BenchmarkError(f"None of {TRIES} ports from {RANGE.start} to {RANGE.stop - 1} is free.")
