"""Settles under which roll number each entry of a folder is enrolled."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from attendance.enrolment.enrolment_folder import Aside, FolderEntry
from attendance.errors import RollNumberError
from attendance.values import Student
from attendance.values.roll_numbers import clean_roll_number, roll_number_for_name


@dataclass(frozen=True)
class Identified:
    """Entries that all have a roll number, each its own, and those that can't have one."""

    entries: tuple[FolderEntry, ...]
    refused: tuple[Aside, ...]


def identify(
    entries: Iterable[FolderEntry], students: Iterable[Student], *, by_name: bool = False
) -> Identified:
    """Give every entry its roll number.

    A folder that is only a name belongs to the enrolled student of that name; where there is none,
    its roll number is made from the name. Two folders for one roll number are never mixed.

    Args:
        entries: as read from the folder.
        students: all enrolled students.
        by_name: only names are known, so names that are nearly a student's are refused, too: a name
            without accents, or with the family name first.
    """
    known = Known(students, is_careful=by_name)
    first: dict[str, FolderEntry] = {}
    kept, refused = [], []
    for entry in entries:
        try:
            roll_number = _roll_number(entry, known)
        except RollNumberError as error:
            refused.append(Aside(entry.source, str(error)))
            continue
        earlier = first.setdefault(roll_number, entry)
        if earlier is entry:
            kept.append(replace(entry, person=replace(entry.person, roll_number=roll_number)))
        else:
            reason = (
                f"{earlier.source} has the same roll number {roll_number}. Combine the photos in one folder."
            )
            refused.append(Aside(entry.source, reason))
    return Identified(tuple(kept), tuple(refused))


class Known:
    """Who is enrolled already, by name.

    Args:
        students: all of them.
        is_careful: whether a name is to be new in every way of writing it.
    """

    def __init__(self, students: Iterable[Student], *, is_careful: bool) -> None:
        self._is_careful = is_careful
        self._by_name: dict[str, list[Student]] = defaultdict(list)
        self._by_likeness: dict[str, list[Student]] = defaultdict(list)
        self._by_roll: dict[str, Student] = {}
        for student in students:
            self._by_name[student.name.casefold()].append(student)
            self._by_likeness[_likeness(student.name)].append(student)
            self._by_roll[student.roll_number] = student

    def roll_number(self, name: str) -> str:
        """The roll number of the student of this name, or one made of it.

        Raises:
            RollNumberError: several students have the name, or that is unclear.
        """
        same = self._by_name[name.casefold()]
        if len(same) > 1:
            rolls = " and ".join(student.roll_number for student in same)
            raise RollNumberError(f"{rolls} have this name. Name the folder ROLL_Name.")
        if same:
            return same[0].roll_number
        made = roll_number_for_name(name)
        if self._is_careful:
            self._require_nobody_near(name, made)
        return made

    def _require_nobody_near(self, name: str, made: str) -> None:
        near = list(self._by_likeness[_likeness(name)])
        if not near and made in self._by_roll:
            near = [self._by_roll[made]]
        if near:
            who = " and ".join(f"{student.roll_number} ({student.name})" for student in near)
            raise RollNumberError(
                f"This is nearly the name of {who}. If it is the same student, name the folder "
                f"{near[0].roll_number}_{near[0].name}; if not, give it its own roll number. Then "
                "enrol it without --by-name."
            )


def _likeness(name: str) -> str:
    """What two ways of writing one name have in common: the words, without accents, in any order."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return " ".join(sorted(re.findall(r"\w+", plain)))


def _roll_number(entry: FolderEntry, known: Known) -> str:
    """The roll number of one entry.

    Raises:
        RollNumberError: it is not valid, or it is unclear whose it is.
    """
    if entry.roll_number is not None:
        return clean_roll_number(entry.roll_number)
    return known.roll_number(entry.name or entry.source)
