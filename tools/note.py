"""Notes what an environment contains when it is whole."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from tools import glance


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
    found = glance.read_note(folder)
    python, program = found.pop(glance.PYTHON, ""), found.pop(glance.PROGRAM, "")
    files = found.pop(glance.FILES, {})
    return Note(found, python, program, files)


def write_note(folder: Path, note: Note) -> None:
    """Replace the note of an environment; a crash leaves the old or the new one."""
    about = {glance.PYTHON: note.python, glance.PROGRAM: note.program, glance.FILES: note.files}
    beside = folder / f"{glance.NOTE}.new"
    with beside.open("w", encoding="utf-8") as file:
        json.dump({**note.requirements, **about}, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder / glance.NOTE)
