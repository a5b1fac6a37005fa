"""What is known about an environment since it was whole, in its file `installed.json`."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from tools.pythons import program_of

FILE = "installed.json"
_PYTHON, _PROGRAM, _FILES = "python", "program", "files"  # all other keys are names of requirements files


@dataclass(frozen=True)
class Note:
    """What an environment contained when it was whole.

    Attributes:
        requirements: the SHA-256 of each requirements file whose packages are installed.
        python: the version of its Python; empty if it is not known.
        program: which program that is, to see whether it was replaced.
        files: the sizes of some files of its packages.
    """

    requirements: dict[str, str] = field(default_factory=dict)
    python: str = ""
    program: str = ""
    files: dict[str, int] = field(default_factory=dict)


def read_note(folder: Path) -> Note:
    """The note of an environment; an empty one if it is missing or isn't one."""
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
        files = {str(path): int(size) for path, size in found.pop(_FILES, {}).items()}
        texts = {str(key): value for key, value in found.items() if isinstance(value, str)}
    except (OSError, ValueError, AttributeError, TypeError):  # AttributeError: it is no object
        return Note()
    python, program = texts.pop(_PYTHON, ""), texts.pop(_PROGRAM, "")
    return Note(texts, python, program, files)


def write_note(folder: Path, note: Note) -> None:
    """Replace the note of an environment; a crash leaves the old or the new one."""
    content = {**note.requirements, _PYTHON: note.python, _PROGRAM: note.program, _FILES: note.files}
    beside = folder / f"{FILE}.new"
    with beside.open("w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder / FILE)


def program_seen(folder: Path) -> str:
    """The program that an environment's Python is: its path, size and time; empty if it is missing.

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
    return f"{real} {seen.st_size} {seen.st_mtime_ns}"


def _home(folder: Path) -> Path:
    try:
        lines = (folder / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return folder
    values = (line.partition("=") for line in lines)
    return next((Path(value.strip()) for key, _, value in values if key.strip() == "home"), folder)
