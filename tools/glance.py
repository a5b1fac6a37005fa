"""Whether everything is set up, as far as a glance shows: what each start does, so it imports little."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

TYPE_CHECKING = False  # typing takes as long to import as a glance takes
if TYPE_CHECKING:
    from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER, FORMER = ".venv", ".venv-old"  # the environment, and while it is exchanged the one before
NOTE = "installed.json"  # in the environment: what it contained when it was whole
WITHOUT_DEPENDENCIES = "requirements-nodeps.txt"  # packages that are installed without what they ask for
BUILDERS = "requirements-build.txt"  # what builds the packages that have no wheel
PYTHON, PROGRAM, FILES = "python", "program", "files"  # in the note; all other keys are requirements files


def is_ready(root: Path, requirements: str) -> bool:
    """Whether the packages of a requirements file are installed, 3 ms for 140 packages.

    Args:
        root: the checkout.
        requirements: the file's name.

    Raises:
        OSError: the file can't be read.
    """
    folder, wanted = root / FOLDER, pins_of(root, requirements)
    note = read_note(folder)
    files, program = note.get(FILES), note.get(PROGRAM)
    if not files or not program or note.get(requirements) != wanted or program != program_seen(folder):
        return False
    return not has_changed(site_packages(folder, note[PYTHON]), files)


def read_note(folder: Path) -> dict[str, Any]:
    """The note of an environment, without what it can't mean; empty if it is missing."""
    try:
        found = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    files = found.pop(FILES, None)
    note: dict[str, Any] = {key: value for key, value in found.items() if isinstance(value, str)}
    if isinstance(files, dict) and all(isinstance(size, int) for size in files.values()):
        note[FILES] = files
    return note if PYTHON in note or FILES not in note else {}


def has_changed(site: Path, sizes: dict[str, int]) -> bool:
    """Whether a file that was noted is missing or has another size.

    Args:
        site: the folder site-packages.
        sizes: of some files of each package, by their paths there.
    """
    prefix = f"{site}{os.sep}"
    try:  # not by `Path`, which would take twice as long
        return any(os.stat(prefix + path).st_size != size for path, size in sizes.items())  # noqa: PTH116
    except (OSError, ValueError):
        return True


def program_of(folder: Path) -> Path:
    """The path of an environment's own Python."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def program_seen(folder: Path) -> str:
    """The program that an environment's Python is: its path, size and time; empty if it can't be started.

    A system that is updated replaces it, or points its name to another version.
    """
    path = program_of(folder)
    if os.name == "nt":  # there it only starts the Python that the settings name
        path = _home(folder) / "python.exe"
    try:
        real = os.path.realpath(str(path))
        seen = Path(real).stat()
    except OSError:
        return ""
    if not os.access(real, os.X_OK):
        return ""
    return f"{real} {seen.st_size} {seen.st_mtime_ns}"


def site_packages(folder: Path, version: str) -> Path:
    """The folder that an environment's packages are in.

    Args:
        folder: the environment.
        version: of its Python, such as ``3.11.7``.
    """
    if os.name == "nt":
        return folder / "Lib" / "site-packages"
    return folder / "lib" / "python{}.{}".format(*minor(version)) / "site-packages"


def minor(version: str) -> tuple[int, int]:
    """The first two numbers of a version such as ``3.11.7``; zeros if it isn't one."""
    first, second, *_ = [*version.split("."), "", ""]
    return (int(first), int(second)) if first.isdigit() and second.isdigit() else (0, 0)


def pins_of(root: Path, requirements: str) -> str:
    """What is noted of a requirements file: it changes with its packages and those without dependencies.

    Args:
        root: the checkout.
        requirements: the file's name.

    Raises:
        OSError: a file can't be read.
    """
    digest, others = digest_of(root / requirements), root / WITHOUT_DEPENDENCIES
    return f"{digest} {digest_of(others)}" if others.exists() else digest


def digest_of(file: Path) -> str:
    """The SHA-256 of a file.

    Raises:
        OSError: it can't be read.
    """
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _home(folder: Path) -> Path:
    try:
        lines = (folder / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return folder
    values = (line.partition("=") for line in lines)
    return next((Path(value.strip()) for key, _, value in values if key.strip() == "home"), folder)
