"""What `./test` does: lint, types and tests."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools import kept_types, npm_packages
from tools.database_servers import programs
from tools.ending import child, child_at_the_terminal, ended_well
from tools.environment import Environment
from tools.glance import ROOT

LINT = ("ruff", "check", ".")
FORMAT = ("ruff", "format", "--check", ".")
TYPES = ("mypy",)
# The tests of one file stay together, as they share what takes long to make. Where a process dies, the run
# ends: with another one in its place, pytest-xdist 3.8 would wait for ever for the tests of that file.
TESTS = ("pytest", "--dist", "loadfile", "--no-loadscope-reorder", "--max-worker-restart", "0")
# Threads that compute together wait for each other where the workers keep all cores busy.
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1"}


def test(usage: str, arguments: Sequence[str]) -> int:
    """Run the checks.

    Args:
        usage: what to print for ``--help``.
        arguments: the command line's words, for pytest.

    Returns:
        The exit status, which says whether all checks passed.
    """
    if {"--help", "-h"} & set(arguments):
        print(usage)
        return 0

    def check() -> int:
        environment = Environment(ROOT)
        environment.prepare("requirements-dev.txt")
        checks = Checks(environment.python)
        checks.run_all(arguments)
        if checks.failed:
            print(f"These checks failed: {', '.join(checks.failed)}.", file=sys.stderr)
        return int(bool(checks.failed))

    return ended_well(check, "Stopped.")


class Checks:
    """Runs checks and remembers which of them failed.

    Args:
        python: of the project's own environment.
    """

    def __init__(self, python: Path) -> None:
        self._python = python
        self.failed: list[str] = []

    def run_all(self, arguments: Sequence[str]) -> None:
        """Run lint, and the tests with the types beside them.

        Args:
            arguments: for pytest.
        """
        self._run(LINT)
        self._run(FORMAT)
        if "--fast" not in arguments:
            npm_packages.prepare()
            programs.prepare()
        is_fresh = kept_types.bring(ROOT)
        self._run_beside((*TESTS, "-n", str(_workers(arguments)), *arguments), TYPES)
        if is_fresh:
            kept_types.keep(ROOT)

    def _run(self, check: Sequence[str]) -> None:
        """Run one and wait for it."""
        _announce(check)
        with child_at_the_terminal(self._command(check), **_options()) as process:
            self._note(check, process.wait())

    def _run_beside(self, check: Sequence[str], other: Sequence[str]) -> None:
        """Run one, and beside it another whose output comes at the end."""
        with tempfile.TemporaryFile() as output:
            outputs = {"stdout": output, "stderr": subprocess.STDOUT}
            with child(self._command(other), **_options(), **outputs) as beside:
                self._run(check)
                status = beside.wait()
            _announce(other)
            output.seek(0)
            print(output.read().decode("utf-8", "replace"), end="", flush=True)
        self._note(other, status)

    def _command(self, check: Sequence[str]) -> list[str]:
        return [str(self._python), "-m", *check]

    def _note(self, check: Sequence[str], status: int) -> None:
        if status and check[0] not in self.failed:
            self.failed.append(check[0])


def _options() -> dict[str, Any]:
    """Where the checks run, and with which environment."""
    return {"cwd": str(ROOT), "env": {**ENVIRONMENT, **os.environ}}


def _workers(arguments: Sequence[str]) -> int:
    """One for each core, and one more where tests wait: for browsers, servers and time-outs."""
    cores = os.cpu_count() or 1
    return cores if "--fast" in arguments else cores + 1


def _announce(check: Sequence[str]) -> None:
    print(f"--- {' '.join(check)}", flush=True)
