"""Makes the project's own Python environment in `.venv`, and keeps it in step with the pinned packages."""

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
INSTALLED = VENV / "installed.json"  # which pinned files are in the environment, by their sha256
OLDEST, NEWEST = (3, 11), (3, 13)  # what every pinned package has wheels for
CONTAINED_IN = {  # each file holds all that the ones behind it hold
    "requirements-dev.txt": ("requirements-dev.txt", "requirements-demo.txt", "requirements.txt"),
    "requirements-demo.txt": ("requirements-demo.txt", "requirements.txt"),
    "requirements.txt": ("requirements.txt",),
}


class SetupError(Exception):
    """The environment can't be made; the message says what to do."""


def ready_python(requirements: str) -> Path:
    """The environment's Python, with the packages of a pinned file installed.

    Args:
        requirements: ``requirements.txt``, ``requirements-demo.txt`` or ``requirements-dev.txt``.

    Raises:
        SetupError: no fitting Python, no ``venv`` module, or a package can't be had.
    """
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = _digest(requirements)
    if python.exists() and _installed().get(requirements) == wanted:
        return python
    if not _answers(python):
        _make_venv(*_fitting_python())
    _install(python, requirements)
    known = {**_installed(), **{name: _digest(name) for name in CONTAINED_IN[requirements]}}
    INSTALLED.write_text(json.dumps(known, indent=1), encoding="utf-8")
    return python


def become(python: Path, arguments: list[str]) -> int:
    """Go on as another program: in this process where the system can, else as a child."""
    command = [str(python), *arguments]
    if os.name != "nt":
        os.execv(python, command)  # noqa: S606 - the program is our own environment's Python
    return subprocess.call(command)  # noqa: S603 - the same


def _digest(requirements: str) -> str:
    return hashlib.sha256((ROOT / requirements).read_bytes()).hexdigest()


def _installed() -> dict[str, str]:
    try:
        known: dict[str, str] = json.loads(INSTALLED.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known


def _fitting_python() -> tuple[str, str]:
    """This Python and its name, or another on the path where this one is too old or too new."""
    found = sys.version_info[:2]
    if OLDEST <= found <= NEWEST:
        return sys.executable, f"python{found[0]}.{found[1]}"
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        name = f"python{OLDEST[0]}.{minor}"
        path = shutil.which(name)
        if path:
            return path, name
    raise SetupError(
        f"This is Python {found[0]}.{found[1]}, and there is no other. The pinned packages need Python "
        f"{OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}: install one of them, then start this again."
    )


def _answers(python: Path) -> bool:
    """Whether the environment is whole; an install that was cut off leaves half a one."""
    if not python.exists():
        return False
    program = "import pip, sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12), (3, 13)))"
    return subprocess.run([python, "-c", program], capture_output=True, check=False).returncode == 0  # noqa: S603


def _make_venv(base_python: str, name: str) -> None:
    made = subprocess.run(  # noqa: S603 - our own arguments
        [base_python, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        raise SetupError(
            f"Python can't make an environment in {VENV}. On Debian and Ubuntu this installs what is "
            f"missing: sudo apt install {name}-venv\n{_tail(made.stdout + made.stderr)}"
        )


def _install(python: Path, requirements: str) -> None:
    pip_install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    command = [str(python), *pip_install, "-r", str(ROOT / requirements)]
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)  # noqa: S603 - the same
        stop = threading.Event()
        sign = threading.Thread(target=_sign_of_life, args=(stop, requirements))
        sign.start()
        try:
            status = process.wait()
        finally:
            process.kill()
            stop.set()
            sign.join()
        output.seek(0)
        said = output.read()
    if status:
        raise SetupError(
            f"The packages of {requirements} could not be installed; pip ended with {status}. Check the "
            f"internet connection and the free disk space (3 GB), then start this again.\n{_reason(said)}"
        )


def _sign_of_life(stop: threading.Event, requirements: str) -> None:
    """Say that it goes on: each second on a terminal, each half minute in a log."""
    text = f"Installing the packages of {requirements} into .venv: once, a few minutes"
    if not sys.stderr.isatty():
        print(text, file=sys.stderr, flush=True)  # noqa: T201 - this is a command
    for seconds in itertools.count(1):
        if stop.wait(1):
            break
        if sys.stderr.isatty():
            print(f"\r{text} ({seconds} s)", end="", file=sys.stderr, flush=True)  # noqa: T201
        elif seconds % 30 == 0:
            print(f"  … {seconds} s", file=sys.stderr, flush=True)  # noqa: T201
    if sys.stderr.isatty():
        print(file=sys.stderr)  # noqa: T201


def _reason(said: str) -> str:
    """What pip calls an error, without its warnings; all that it said last where it calls nothing so."""
    return "\n".join(line for line in said.splitlines() if line.startswith("ERROR")) or _tail(said)


def _tail(text: str, lines: int = 12) -> str:
    return "\n".join(text.strip().splitlines()[-lines:])
