"""Ctrl-C while a program is still being loaded ends it without a traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
INTERRUPTED = """
import os, runpy, signal, sys

class Interrupter:
    def find_spec(self, name, path, target=None):
        if name == {when!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupter())
runpy.run_module({package!r}, run_name="__main__", alter_sys=True)
"""


@pytest.mark.server
@pytest.mark.skipif(sys.platform == "win32", reason="os.kill ends the process there")
@pytest.mark.parametrize("when", ["click", "attendance.program"])
@pytest.mark.parametrize(("package", "status"), [("client", 0), ("create_database", 130)])
def test_it_ends_without_a_traceback(package: str, status: int, when: str) -> None:
    program = INTERRUPTED.format(when=when, package=package)
    answer = subprocess.run(
        [sys.executable, "-c", program, "--version"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert (answer.returncode, answer.stdout, answer.stderr) == (status, "", "")
