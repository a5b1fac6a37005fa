"""Reads a folder of students: whom to enrol, with which photos, and what is skipped."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from attendance.enrolment.folders.folder_names import name_of_folder, split_name
from attendance.errors import EnrolmentFolderError
from attendance.files.photo_files import (
    PICTURE_SUFFIXES,
    VIDEO_SUFFIXES,
    files_in,
    is_of_the_system,
    is_photo_file,
)
from attendance.lists.list_file import read_file
from attendance.lists.student_list import students_of
from attendance.lists.values import AS_UNDERSTOOD, ListChoices, StudentList, require_roll_numbers
from attendance.people.new_student import NewStudent
from attendance.values.roll_numbers import number_key, same_name

ROSTERS = ("roster.csv", "roster.xlsx")  # in a folder of students; the first that is there is read


@dataclass(frozen=True)
class FolderEntry:
    """A student to be enrolled.

    Attributes:
        source: the student's folder, or the line of the roster, for messages.
        person: what is known about the student; the roll number is empty where the folder has only a name.
        photos: in the order of their names.
        has_folder: whether the student has a folder of photos.
        passed_over: other files in the folder, such as the moving part of a Live Photo.
    """

    source: str
    person: NewStudent
    photos: tuple[Path, ...] = ()
    has_folder: bool = True
    passed_over: tuple[Path, ...] = ()

    @property
    def roll_number(self) -> str | None:
        """None where the folder has only a name."""
        return self.person.roll_number or None

    @property
    def name(self) -> str | None:
        """None where the folder has only a roll number."""
        return self.person.name

    @property
    def why_no_photo(self) -> str:
        """Why nobody can be enrolled from a folder without photos, and what helps."""
        if any(path.suffix.lower() in VIDEO_SUFFIXES for path in self.passed_over):
            return "The folder contains a video and no photo. Take photos, or save pictures of the video."
        if self.passed_over:
            return "The folder contains no photo. Photos are JPEG, PNG, WebP or HEIC files."
        return "The folder contains no photo."


@dataclass(frozen=True)
class Aside:
    """Something in the folder that can't be enrolled, and why."""

    source: str
    reason: str


@dataclass(frozen=True)
class FolderPlan:
    """What a folder asks for.

    Attributes:
        entries: whom to enrol.
        refused: what should have been enrolled and can't be.
        notes: sentences on what was ignored without loss.
        passed_over: how many files are no photos: of the system, companions of photos, texts.
    """

    entries: tuple[FolderEntry, ...] = ()
    refused: tuple[Aside, ...] = ()
    notes: tuple[str, ...] = ()
    passed_over: int = 0


def read_folder(folder: Path, *, by_name: bool = False) -> FolderPlan:
    """Read a folder of students.

    Args:
        folder: contains a folder for each student named ``ROLL_Name``, ``ROLL`` or a name; or one of
            ``ROSTERS``; or both.
        by_name: each folder's name is a student's name only, even with digits.

    Raises:
        EnrolmentFolderError: it is not a readable folder, or is empty.
        StudentListError: its roster can't be read.
    """
    children = _children(folder)
    folders = [child for child in children if child.is_dir()]
    roster_file = next((folder / name for name in ROSTERS if (folder / name).is_file()), None)
    roster = FolderPlan() if roster_file is None else read_list(roster_file)
    entries: list[FolderEntry] = []
    refused: list[Aside] = list(roster.refused)
    for child in folders:
        try:
            entry, nested = _entry(child, roster, by_name=by_name)
        except OSError as error:
            refused.append(Aside(child.name, f"The folder can't be read: {error.strerror}."))
            continue
        if isinstance(entry, Aside):
            refused.append(entry)
        else:
            entries.append(entry)
        refused += (
            Aside(f"{child.name}/{n}", "A folder inside a student's folder is not read.") for n in nested
        )
    entries += _without_folder(roster, entries)
    if not entries and not refused:
        raise EnrolmentFolderError(
            f"{folder} contains no students. Create a folder for each, named ROLL_Name, with "
            f"photos inside, or a {ROSTERS[0]}."
        )
    loose_photos, notes = _loose_files(children, roster_file)
    passed_over = _of_the_system(folder, *folders) + sum(len(entry.passed_over) for entry in entries)
    return FolderPlan(tuple(entries), (*refused, *loose_photos), (*notes, *roster.notes), passed_over)


def read_list(path: Path, choices: ListChoices = AS_UNDERSTOOD, encoding: str | None = None) -> FolderPlan:
    """Read a list of students without photos.

    Args:
        path: the list; see ``read_file``.
        choices: what somebody has chosen instead of what was understood.
        encoding: the same for how the letters of a CSV file are stored.

    Raises:
        StudentListError: it can't be read, or it is unclear which column has the roll numbers.
    """
    listed = students_of(read_file(path, encoding), choices)
    require_roll_numbers(listed, path.name)
    return plan_of(listed, path.name)


def plan_of(listed: StudentList, source: str) -> FolderPlan:
    """What a list asks for; each line is named as a line of ``source``."""
    return FolderPlan(
        tuple(FolderEntry(f"{source}, line {row.line}", row.person, has_folder=False) for row in listed.rows),
        tuple(Aside(f"{source}, line {line.line}", line.reason) for line in listed.refused),
        tuple(f"{source}: {note}" for note in listed.notes),
    )


def _children(folder: Path) -> list[Path]:
    """What the folder shows, by name."""
    if not folder.exists():
        raise EnrolmentFolderError(f"The folder {folder} does not exist.")
    if not folder.is_dir():
        raise EnrolmentFolderError(f"{folder} is a file. Name the folder that contains it.")
    try:
        return list(_visible(folder))
    except OSError as error:
        raise EnrolmentFolderError(f"The folder {folder} can't be read: {error.strerror}.") from error


def _visible(folder: Path) -> Iterator[Path]:
    """The folder's entries, without files of the operating system."""
    for path in sorted(folder.iterdir(), key=lambda p: p.name):
        if not is_of_the_system(path.name):
            yield path


def _of_the_system(*folders: Path) -> int:
    """How many files of the operating system are in these folders."""
    count = 0
    for folder in folders:
        with contextlib.suppress(OSError):  # refused elsewhere
            count += sum(files_in(path) for path in folder.iterdir() if is_of_the_system(path.name))
    return count


def _entry(folder: Path, roster: FolderPlan, *, by_name: bool) -> tuple[FolderEntry | Aside, list[str]]:
    """The student of a folder, or why that is unclear, and the names of folders inside it."""
    inside = list(_visible(folder))
    files = [path for path in inside if not path.is_dir()]
    photos = tuple(path for path in files if is_photo_file(path))
    others = tuple(path for path in files if path not in photos)
    nested = [path.name for path in inside if path.is_dir()]
    fits = _listed_as(folder.name, roster, by_name=by_name)
    if len(fits) > 1:
        rolls = " and ".join(entry.person.roll_number for entry in fits)
        return Aside(folder.name, f"{rolls} of the roster have this name. Name the folder ROLL_Name."), nested
    if fits:
        return FolderEntry(folder.name, fits[0].person, photos, passed_over=others), nested
    roll_number, name = (None, name_of_folder(folder.name)) if by_name else split_name(folder.name)
    person = NewStudent(roll_number or "", name)
    return FolderEntry(folder.name, person, photos, passed_over=others), nested


def _listed_as(folder_name: str, roster: FolderPlan, *, by_name: bool) -> list[FolderEntry]:
    """The lines of the roster that a folder may belong to: by roll number first, then by name."""
    text = f"{number_key(folder_name)}_"
    fits = [entry for entry in roster.entries if text.startswith(f"{number_key(entry.person.roll_number)}_")]
    if fits and not by_name:
        return [max(fits, key=lambda entry: len(entry.person.roll_number))]
    name = name_of_folder(folder_name)
    named = [entry for entry in roster.entries if entry.name and same_name(entry.name, name)]
    return [entry for entry in named if number_key(entry.name or "") == number_key(name)] or named


def _without_folder(roster: FolderPlan, entries: list[FolderEntry]) -> Iterator[FolderEntry]:
    """The students of the roster that have no folder."""
    there = {number_key(entry.roll_number or "") for entry in entries}
    return (entry for entry in roster.entries if number_key(entry.person.roll_number) not in there)


def _loose_files(children: list[Path], roster_file: Path | None) -> tuple[list[Aside], tuple[str, ...]]:
    """What lies beside the students' folders: photos are refused, other files are noted."""
    photos, notes = [], []
    for path in children:
        if path.is_dir() or path == roster_file:
            continue
        if path.suffix.lower() in PICTURE_SUFFIXES:
            photos.append(Aside(path.name, "The photo is not in a student's folder."))
        else:
            notes.append(f"{path.name} was not read.")
    return photos, tuple(notes)
