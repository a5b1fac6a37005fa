"""Creates the project's Python environment in `.venv`, and keeps it up to date with the pinned packages."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
INSTALLED = VENV / "installed.json"  # the SHA-256 of each pinned file that is installed
OLDEST, NEWEST = (3, 11), (3, 13)  # all pinned packages have wheels for these versions
CONTAINED_IN = {  # each file includes the packages of those listed for it
    "requirements-dev.txt": ("requirements-dev.txt", "requirements-demo.txt", "requirements.txt"),
    "requirements-demo.txt": ("requirements-demo.txt", "requirements.txt"),
    "requirements.txt": ("requirements.txt",),
}


class SetupError(Exception):
    """The environment can't be created; the message includes the remedy."""


def ready_python(requirements: str) -> Path:
    """The environment's Python, with the packages of a pinned file installed.

    Args:
        requirements: ``requirements.txt``, ``requirements-demo.txt`` or ``requirements-dev.txt``.

    Raises:
        SetupError: there is no suitable Python, no ``venv`` module, or a package can't be installed.
    """
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if python.exists() and _installed().get(requirements) == _digest(requirements):
        return python
    if not _is_complete(python):
        _create_venv(*_suitable_python())
    _install(python, requirements)
    known = {**_installed(), **{name: _digest(name) for name in CONTAINED_IN[requirements]}}
    INSTALLED.write_text(json.dumps(known, indent=1), encoding="utf-8")
    return python


def become(python: Path, arguments: list[str]) -> int:
    """Continue as another program: in this process if the system can, otherwise as a child process."""
    command = [str(python), *arguments]
    if os.name != "nt":
        os.execv(python, command)  # noqa: S606 - the environment's Python
    return subprocess.call(command)  # noqa: S603 - likewise


def _digest(requirements: str) -> str:
    return hashlib.sha256((ROOT / requirements).read_bytes()).hexdigest()


def _installed() -> dict[str, str]:
    try:
        known: dict[str, str] = json.loads(INSTALLED.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known


def _suitable_python() -> tuple[str, str]:
    """This Python and its name, or another on the path if this one is too old or too new."""
    found = sys.version_info[:2]
    if OLDEST <= found <= NEWEST:
        return sys.executable, f"python{found[0]}.{found[1]}"
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        name = f"python{OLDEST[0]}.{minor}"
        path = shutil.which(name)
        if path:
            return path, name
    raise SetupError(
        f"This is Python {found[0]}.{found[1]}, and no other was found. The pinned packages need Python "
        f"{OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}. Install one of these, then start again."
    )


def _is_complete(python: Path) -> bool:
    """Whether the environment is complete; an interrupted installation leaves an incomplete one."""
    if not python.exists():
        return False
    program = "import pip, sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12), (3, 13)))"
    return subprocess.run([python, "-c", program], capture_output=True, check=False).returncode == 0  # noqa: S603


def _create_venv(base_python: str, name: str) -> None:
    result = subprocess.run(  # noqa: S603 - fixed arguments
        [base_python, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise SetupError(
            f"Python can't create an environment in {VENV}. On Debian and Ubuntu, install the missing "
            f"package: sudo apt install {name}-venv\n{_tail(result.stdout + result.stderr)}"
        )


def _install(python: Path, requirements: str) -> None:
    pip_install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    command = [str(python), *pip_install, "-r", str(ROOT / requirements)]
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)  # noqa: S603 - likewise
        stop = threading.Event()
        progress = threading.Thread(target=_show_progress, args=(stop, requirements))
        progress.start()
        try:
            status = process.wait()
        finally:
            process.kill()
            stop.set()
            progress.join()
        output.seek(0)
        log = output.read()
    if status:
        raise SetupError(
            f"The packages of {requirements} could not be installed; pip failed with status {status}. Check "
            f"the internet connection and the free disk space (3 GB), then start again.\n{_reason(log)}"
        )


def _show_progress(stop: threading.Event, requirements: str) -> None:
    """Show that installing continues: every second on a terminal, every half minute in a log."""
    text = f"Installing the packages of {requirements} into .venv, once. This takes a few minutes"
    if not sys.stderr.isatty():
        print(text, file=sys.stderr, flush=True)  # noqa: T201 - a command prints
    for seconds in itertools.count(1):
        if stop.wait(1):
            break
        if sys.stderr.isatty():
            print(f"\r{text} ({seconds} s)", end="", file=sys.stderr, flush=True)  # noqa: T201
        elif seconds % 30 == 0:
            print(f"  … {seconds} s", file=sys.stderr, flush=True)  # noqa: T201
    if sys.stderr.isatty():
        print(file=sys.stderr)  # noqa: T201


def _reason(log: str) -> str:
    """The errors in pip's output without its warnings, or the last lines if there are none."""
    return "\n".join(line for line in log.splitlines() if line.startswith("ERROR")) or _tail(log)


def _tail(text: str, lines: int = 12) -> str:
    return "\n".join(text.strip().splitlines()[-lines:])
