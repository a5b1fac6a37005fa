"""What `./run` does: it sets up the environment where that is needed, and becomes the server."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.glance import FOLDER, FORMER, NOTE, ROOT, is_ready, program_of


def run(usage: str, arguments: Sequence[str]) -> int:
    """Prepare the environment, then become the server.

    Args:
        usage: what to print for ``--help`` before anything is installed.
        arguments: the command line's words.

    Returns:
        The exit status.
    """
    requirements = "requirements-demo.txt" if "--demo" in arguments else "requirements.txt"
    if not _is_set_up(requirements):
        if {"--help", "-h"} & set(arguments):
            print(usage)
            return 0
        if "--version" in arguments:
            print(f"face-attendance, version {_version()}")
            return 0
        status = _set_up(requirements)
        if status:
            return status
    os.environ["PYTHONPATH"] = str(ROOT)  # rather than changing folder, so that relative paths still work
    # Where attendance/program.py finds it, to remove it if a package turns out to be damaged.
    os.environ["FACE_ATTENDANCE_NOTE"] = str(ROOT / FOLDER / NOTE)
    return _become(program_of(ROOT / FOLDER), ["-P", "-m", "client", *arguments])


def _version() -> str:
    """The program's version, from its only place, without importing what is not installed yet."""
    text = (ROOT / "attendance" / "__init__.py").read_text(encoding="utf-8")
    return text.partition('__version__ = "')[2].partition('"')[0]


def _is_set_up(requirements: str) -> bool:
    try:
        return is_ready(ROOT, requirements) and not os.path.lexists(str(ROOT / FORMER))
    except OSError:
        return False


def _set_up(requirements: str) -> int:
    """Set up the environment; the exit status if that is not possible, else 0."""
    # Most starts need none of this, and importing it would take them 15 ms.
    from tools.ending import ended_well  # noqa: PLC0415
    from tools.environment import Environment  # noqa: PLC0415

    def prepare() -> int:
        Environment(ROOT).prepare(requirements)
        return 0

    return ended_well(prepare, "Stopped. The next start sets up what is missing.")


def _become(python: Path, arguments: list[str]) -> int:
    """Continue as another program: in this process if the system can, otherwise as a child process."""
    command = [str(python), *arguments]
    try:
        if os.name != "nt":
            os.execv(str(python), command)  # noqa: S606 - the environment's Python
        import subprocess  # noqa: PLC0415 - likewise

        process = subprocess.Popen(command)
    except OSError as error:
        sentence = f"{python} can't be started ({error.strerror}). Delete .venv, then start again."
        print(sentence, file=sys.stderr)
        return 1
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # it was interrupted as well, and ends when it has finished
            continue
