"""Where the program was started from, and what to type there to run its commands."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SERVER, ADMIN = "face-attendance", "face-attendance-admin"  # the scripts that pyproject.toml defines
_MODULE = "create_database"
_FOLDER = Path(__file__).resolve().parent.parent  # a checkout, or where pip installed the packages
_NOTE = "FACE_ATTENDANCE_NOTE"  # set by `./run`: the path of what it knows about the installed packages
SERVICE_COMMAND = "FACE_ATTENDANCE_ADMIN"
"""The environment variable of a service for what an admin types to run a command as the service does."""


class _Running:
    """What this process works with.

    Attributes:
        data: the data folder of the register in use; None before one is opened.
    """

    data: Path | None = None


@contextmanager
def register_in_use(data: Path) -> Iterator[None]:
    """While this process uses a register, commands in hints name its data folder."""
    before, _Running.data = _Running.data, data.absolute()
    try:
        yield
    finally:
        _Running.data = before


def checkout() -> Path | None:
    """The checkout that the program was started from; None where it runs as an installed package."""
    if Path(sys.argv[0]).stem in (SERVER, ADMIN) or not (_FOLDER / "pyproject.toml").is_file():
        return None
    return _FOLDER


def admin_command(*words: str) -> str:
    """What an admin types here to run a command.

    Args:
        words: the command and its arguments, such as ``re-embed``, as they are typed.

    Returns:
        For example ``.venv/bin/python -m create_database re-embed`` in a checkout that ``./run`` set up, and
        ``face-attendance-admin re-embed`` where pip installed the package. Where the command would not find
        the register in use without it, ``--data`` follows. A service names a command that finds it.
    """
    if of_service := os.environ.get(SERVICE_COMMAND):
        return " ".join((of_service, *words))
    root = checkout()
    if root is None:
        return " ".join((_installed_admin(), *words, *_data_option(None)))
    # The module is found in the current folder only.
    go = "" if _is_current(root) else f"cd {'/d ' if os.name == 'nt' else ''}{typed(root)} && "
    return go + " ".join((_python(root), "-m", _MODULE, *words, *_data_option(root / "Dataset")))


def server_command() -> str:
    """What to type here to start the server."""
    root = checkout()
    if root is None:
        return SERVER
    if not has_own_environment():
        return f"{typed(sys.executable)} {typed(root / 'run')}"
    if _is_current(root):
        return "run" if os.name == "nt" else "./run"
    return typed(root / "run")


def start_command() -> str:
    """What to type here to start the server on the register in use."""
    root = checkout()
    return " ".join((server_command(), *_data_option(root / "Dataset" if root else None)))


def pip_command(*words: str) -> str:
    """What to type here to run the pip that installed the program's packages.

    Args:
        words: pip's arguments, as they are typed.
    """
    return " ".join((typed(sys.executable), "-m", "pip", *words))


def repair() -> str:
    """The sentence on how to repair damaged packages."""
    root = checkout()
    if root is None:
        return f"Reinstall it: {pip_command('install', '--force-reinstall', 'face-attendance')}"
    if not has_own_environment():
        requirements = typed(root / "requirements.txt")
        return f"Reinstall it: {pip_command('install', '--force-reinstall', '-r', requirements)}"
    return f"Start {server_command()} again: it checks all packages, and installs damaged ones again."


def doubt_packages() -> bool:
    """Make the next ``./run`` check every file of the packages, by removing its note about them.

    Returns:
        Whether ``./run`` started this program and will do so.
    """
    note = os.environ.pop(_NOTE, None)
    if note is None:
        return False
    try:
        Path(note).unlink(missing_ok=True)
    except OSError:  # a read-only environment, which can't be repaired either
        return False
    return True


def has_own_environment() -> bool:
    """Whether the program runs in the environment that ``./run`` sets up."""
    root = checkout()
    return root is not None and Path(sys.prefix) == root / ".venv"


def typed(word: str | Path) -> str:
    """A path or another word as it is typed, in quotation marks if it needs them."""
    text = str(word)
    if os.name == "nt":
        return f'"{text}"' if " " in text else text
    return shlex.quote(text)


def _python(root: Path) -> str:
    if Path(sys.prefix) != root / ".venv":
        return typed(sys.executable)
    return r".venv\Scripts\python" if os.name == "nt" else ".venv/bin/python"


def _data_option(default: Path | None) -> tuple[str, ...]:
    """``--data`` with the folder of the register in use, unless that is what a command uses without it."""
    data = _Running.data
    if data is None or (data == default and not os.environ.get("ATTENDANCE_DATA")):
        return ()
    return ("--data", typed(data))


def _is_current(folder: Path) -> bool:
    try:
        return Path.cwd() == folder
    except OSError:  # it was removed
        return False


def _installed_admin() -> str:
    """The admin's script: its name where the shell finds it, else with the folder of the running script."""
    beside = Path(sys.argv[0]).with_name(ADMIN)
    if shutil.which(ADMIN) or not shutil.which(beside):
        return ADMIN
    return typed(beside)
