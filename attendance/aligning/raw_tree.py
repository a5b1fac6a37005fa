"""Reads a tree of photos with a folder per person, without following links out of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from attendance.enrolment.folders.enrolment_folder import Aside
from attendance.errors import AligningFolderError
from attendance.files.photo_files import PICTURE_SUFFIXES, is_of_the_system, is_photo_file

LEADS_OUT = "The link leads out of the folder of photos, and is not followed."


@dataclass(frozen=True)
class RawPhoto:
    """One photo to align.

    Attributes:
        name: ``PERSON/FILE``, relative to the tree.
        path: where it really is, inside the tree.
        base: ``PERSON/NAME`` of its outputs, without a suffix; no other photo has it.
    """

    name: str
    path: Path
    base: str


@dataclass(frozen=True)
class RawTree:
    """The photos of a tree.

    Attributes:
        photos: in the order of their names.
        refused: photos, links and folders that are not read, and why.
        passed_over: how many other files there are.
    """

    photos: tuple[RawPhoto, ...]
    refused: tuple[Aside, ...]
    passed_over: int


def read_tree(raw: Path) -> RawTree:
    """Read a tree of photos.

    Args:
        raw: contains a folder of photos for each person.

    Raises:
        AligningFolderError: it is not a readable folder, or contains no folder with anything in it.
    """
    if not raw.is_dir():
        state = "is a file" if raw.exists() else "does not exist"
        raise AligningFolderError(f"{raw} {state}. Name the folder that contains a folder for each person.")
    reader = _TreeReader(raw.resolve())
    try:
        reader.read()
    except OSError as error:
        raise AligningFolderError(f"The folder {raw} can't be read: {error.strerror}.") from error
    if not reader.photos and not reader.refused:
        raise AligningFolderError(
            f"{raw} contains no photos. Create a folder for each person, with photos inside."
        )
    return RawTree(tuple(reader.photos), tuple(reader.refused), reader.passed_over)


class _TreeReader:
    def __init__(self, root: Path) -> None:
        self.photos: list[RawPhoto] = []
        self.refused: list[Aside] = []
        self.passed_over = 0
        self._root = root

    def read(self) -> None:
        for child in _sorted(self._root):
            real = self._inside(child, child.name)
            if real is None:
                continue
            if real.is_dir():
                try:
                    self._read_person(child.name, real)
                except OSError as error:
                    self.refused.append(Aside(child.name, f"The folder can't be read: {error.strerror}."))
            elif child.suffix.lower() in PICTURE_SUFFIXES:
                self.refused.append(Aside(child.name, "The photo is not in a person's folder."))
            else:
                self.passed_over += 1

    def _read_person(self, person: str, folder: Path) -> None:
        files = []
        for child in _sorted(folder):
            name = f"{person}/{child.name}"
            real = self._inside(child, name)
            if real is None:
                continue
            if real.is_dir():
                self.refused.append(Aside(name, "A folder inside a person's folder is not read."))
            elif real.is_file() and is_photo_file(child):
                files.append((child.name, real))
            else:
                self.passed_over += 1
        taken: set[str] = set()
        for name, real in files:
            base = next(each for each in _bases(name) if each.casefold() not in taken)
            taken.add(base.casefold())
            self.photos.append(RawPhoto(f"{person}/{name}", real, f"{person}/{base}"))

    def _inside(self, path: Path, name: str) -> Path | None:
        """Where something really is; None for what is outside of the tree or a dangling link."""
        if not path.is_symlink():
            return path
        try:
            real = path.resolve(strict=True)
        except (OSError, RuntimeError):  # what a circle of links raises changed with Python 3.13
            self.refused.append(Aside(name, "The link leads nowhere."))
            return None
        if not real.is_relative_to(self._root):
            self.refused.append(Aside(name, LEADS_OUT))
            return None
        return real


def _bases(name: str) -> Iterator[str]:
    """What the outputs of a photo may be named after: without its suffix, with it, with a number."""
    yield Path(name).stem
    yield name
    number = 2
    while True:
        yield f"{name}-{number}"
        number += 1


def _sorted(folder: Path) -> list[Path]:
    """What a folder shows, by name, without files of the operating system."""
    return sorted(Path(entry.path) for entry in os.scandir(folder) if not is_of_the_system(entry.name))
