"""Where the program was started from, and what to type here to run its commands."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

SERVER, ADMIN = "face-attendance", "face-attendance-admin"  # the scripts that pyproject.toml defines
_MODULE = "create_database"
_FOLDER = Path(__file__).resolve().parent.parent  # a checkout, or where pip installed the packages


def checkout() -> Path | None:
    """The checkout that the program was started from; None where it runs as an installed package."""
    if Path(sys.argv[0]).stem in (SERVER, ADMIN) or not (_FOLDER / "pyproject.toml").is_file():
        return None
    return _FOLDER


def admin_command(*words: str) -> str:
    """What an admin types here to run a command.

    Args:
        words: the command and its arguments, such as ``re-embed``.

    Returns:
        For example ``.venv/bin/python -m create_database re-embed`` in a checkout that ``./run`` set up, and
        ``face-attendance-admin re-embed`` where pip installed the package.
    """
    root = checkout()
    if root is None:
        command = _installed_admin()
    elif Path(sys.prefix) == root / ".venv":
        python = r".venv\Scripts\python" if os.name == "nt" else ".venv/bin/python"
        command = f"{python} -m {_MODULE}"
    else:
        command = f"python -m {_MODULE}"
    return " ".join((command, *words))


def reinstalling() -> str:
    """The sentence on how to reinstall broken packages."""
    if checkout() is None:
        return "Reinstall it: pip install --force-reinstall face-attendance"
    return "Delete .venv, start again."


def _installed_admin() -> str:
    """The admin's script: its name where the shell finds it, else with the folder of the running script."""
    beside = Path(sys.argv[0]).with_name(ADMIN)
    if shutil.which(ADMIN) or not shutil.which(beside):
        return ADMIN
    return f'"{beside}"' if " " in str(beside) else str(beside)
