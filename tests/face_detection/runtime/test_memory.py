"""What a server has freed goes back to the system."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import gc, threading
from pathlib import Path
from face_detection.runtime.memory import MAPPED_BYTES, give_memory_back, keep_little_memory

keep_little_memory()

def resident():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))

before = resident()
for _ in range(3):  # by itself, glibc would keep the second one
    held = bytearray(b"x" * (5 * MAPPED_BYTES))
    del held
assert resident() - before < 5, "large memory goes back at once"

def fill():
    pieces = [bytearray(b"x" * 100_000) for _ in range(1000)]
    kept.append(pieces[-1])  # behind all others, so that nothing shrinks by itself

kept = []
threads = [threading.Thread(target=fill) for _ in range(3)]
for thread in threads: thread.start()
for thread in threads: thread.join()
gc.collect()
give_memory_back()
assert resident() - before < 30, "small memory goes back when told"
"""


@pytest.mark.server
@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no glibc")
def test_freed_memory_goes_back() -> None:
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
