"""Measure what the phone's pages weigh, as they are and compressed.

    python -m benchmarks.phone.page_bytes

The pages are those of a new site in a temporary folder.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from flask.testing import FlaskClient

from attendance.open_register import open_register
from attendance.settings.settings import Settings
from client import create_app

RUNS = 20


def main() -> None:
    """Measure and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        settings = Settings(config=site / "config", models=site / "models", data=site / "data")
        with open_register(settings) as register:
            client = create_app(register=register).test_client()
            scanned = f"/s/{register.entrances.address(register.sessions.today())}"
            for name, path in {"check-in": scanned, "typed code": "/c", "front door": "/"}.items():
                sys.stdout.write(f"{name:12} {_row(client, path)}\n")


def _row(client: FlaskClient, path: str) -> str:
    plain, plain_ms = _answer(client, path, "identity")
    packed, packed_ms = _answer(client, path, "gzip")
    return f"{plain:6} bytes, gzip {packed:6} bytes in {max(0.0, packed_ms - plain_ms):.1f} ms more"


def _answer(client: FlaskClient, path: str, encoding: str) -> tuple[int, float]:
    """The length of a response, and the median of the time that it takes, in ms."""
    times, length = [], 0
    for _ in range(RUNS):
        began = time.perf_counter()
        length = len(client.get(path, headers={"Accept-Encoding": encoding}).data)
        times.append((time.perf_counter() - began) * 1000)
    return length, sorted(times)[RUNS // 2]


if __name__ == "__main__":
    main()
