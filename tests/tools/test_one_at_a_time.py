"""Two starts wait for each other, and the lock of a process that died is free."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tools.one_at_a_time import one_at_a_time

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys
from pathlib import Path
from tools.one_at_a_time import one_at_a_time
with one_at_a_time(Path(sys.argv[1]), lambda: None):
    print("locked", flush=True)
    sys.stdin.read()
"""


@pytest.mark.server
def test_a_start_waits_until_the_other_process_has_died(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    command = [sys.executable, "-c", HOLD, str(lock)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        waits, told = threading.Event(), []

        def waiting() -> None:
            told.append("waiting")
            waits.set()

        def second() -> None:
            with one_at_a_time(lock, waiting):
                told.append("locked")

        thread = threading.Thread(target=second)
        thread.start()
        assert waits.wait(60)
        assert told == ["waiting"]
        other.kill()
        thread.join(60)
    assert told == ["waiting", "locked"]


def test_a_free_lock_says_nothing_and_is_free_again(tmp_path: Path) -> None:
    for _ in range(2):
        with one_at_a_time(tmp_path / "lock", lambda: pytest.fail("nobody else has it")):
            pass
