"""Explains imports that fail because the files of a package are missing or damaged, and has them repaired."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

from attendance.console.screen import Screen
from attendance.program import checkout, doubt_packages, repair

_CHECKED = "FACE_ATTENDANCE_CHECKED"  # set where `./run` has checked every file for this start
_PROJECT = Path(__file__).resolve().parent.parent.parent
_OWN = ("face_detection", "face_matching", "attendance", "client", "create_database")


def blamed_package(error: BaseException) -> str | None:
    """The package whose files make an import fail; None if it is one of Python or of this project."""
    name = error.name if isinstance(error, ImportError) else None
    if name:
        root = name.partition(".")[0]
        return None if root in (*_OWN, *sys.stdlib_module_names) else root
    files = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        files.append(error.filename)
    for file in reversed(files):
        _, in_packages, inside = file.replace(os.sep, "/").rpartition("/site-packages/")
        package = inside.partition("/")[0].removesuffix(".py") if in_packages else None
        if package in _OWN:
            return None
        if package:
            return package
        if Path(file).is_relative_to(_PROJECT) and not Path(file).is_relative_to(sys.prefix):
            return None
    return None


def repair_package(package: str, error: BaseException, screen: Screen) -> None:
    """Start again, so that ``./run`` repairs a package; where that is not possible, print what to do.

    Args:
        package: which.
        error: why it can't be loaded.
        screen: the terminal.
    """
    reason = f"The package {package} can't be loaded ({type(error).__name__}: {error})."
    root = checkout()
    if os.environ.get(_CHECKED):
        screen.problem(f"{reason} All its files are as they were installed. Delete .venv, then start again.")
    elif root is None or not doubt_packages() or os.name == "nt":
        screen.problem(f"{reason} {repair()}")
    else:
        screen.problem(reason)
        command = [sys.executable, str(root / "run"), *sys.argv[1:]]
        os.execve(sys.executable, command, {**os.environ, _CHECKED: "1"})  # noqa: S606 - this program
