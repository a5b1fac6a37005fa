"""Settles under which roll number each entry of a folder is enrolled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from attendance.enrolment.folders.enrolment_folder import Aside, FolderEntry
from attendance.errors import RollNumberError
from attendance.people.new_student import NewStudent
from attendance.values import Student
from attendance.values.roll_numbers import clean_roll_number, name_keys, number_key, roll_number_for_name


@dataclass(frozen=True)
class Identified:
    """Entries that all have a roll number, each its own, and those that can't have one."""

    entries: tuple[FolderEntry, ...]
    refused: tuple[Aside, ...]


def identify(entries: Iterable[FolderEntry], students: Iterable[Student]) -> Identified:
    """Give every entry its roll number.

    A folder that is only a name belongs to the enrolled student of that name, however it is written (see
    ``name_keys``), and the register's way of writing it stays. Where there is none, its roll number is made
    from the name. Two folders for one roll number are never mixed.

    Args:
        entries: as read from the folder.
        students: all enrolled students.
    """
    known = Known(students)
    first: dict[str, FolderEntry] = {}
    kept, refused = [], []
    for entry in entries:
        try:
            person = _person(entry, known)
        except RollNumberError as error:
            refused.append(Aside(entry.source, str(error)))
            continue
        earlier = first.setdefault(number_key(person.roll_number), entry)
        if earlier is entry:
            kept.append(replace(entry, person=person))
        else:
            reason = (
                f"{earlier.source} has the same roll number {person.roll_number}. Combine the photos in one "
                "folder."
            )
            refused.append(Aside(entry.source, reason))
    return Identified(tuple(kept), tuple(refused))


class Known:
    """Who is enrolled already, by name.

    Args:
        students: all of them.
    """

    def __init__(self, students: Iterable[Student]) -> None:
        self._by_name: dict[str, list[Student]] = defaultdict(list)
        self._by_likeness: dict[str, list[Student]] = defaultdict(list)
        self._by_roll: dict[str, Student] = {}
        for student in students:
            self._by_name[number_key(student.name)].append(student)
            for key in name_keys(student.name):
                self._by_likeness[key].append(student)
            self._by_roll[number_key(student.roll_number)] = student

    def person(self, name: str) -> NewStudent:
        """The student of this name as the register knows them, or a new one with a number made of the name.

        Raises:
            RollNumberError: several students have the name, or its number belongs to another name.
        """
        same = self._by_name[number_key(name)] or self._alike(name)
        if len(same) > 1:
            rolls = " and ".join(student.roll_number for student in same)
            raise RollNumberError(f"{rolls} have this name. Name the folder ROLL_Name.")
        if same:
            return NewStudent(same[0].roll_number)
        made = roll_number_for_name(name)
        other = self._by_roll.get(number_key(name)) or self._by_roll.get(number_key(made))
        if other is not None and number_key(name) == number_key(other.roll_number):
            return NewStudent(other.roll_number)
        if other is not None and other.name != other.roll_number:
            raise RollNumberError(
                f"The roll number {made}, which would be made of this name, belongs to {other.name}. If it "
                f"is the same student, name the folder {other.roll_number}_{other.name}; if not, give it its "
                "own roll number."
            )
        return NewStudent(made, name)

    def _alike(self, name: str) -> list[Student]:
        found = (student for key in name_keys(name) for student in self._by_likeness[key])
        return list({student.id or student.roll_number: student for student in found}.values())


def _person(entry: FolderEntry, known: Known) -> NewStudent:
    """Who an entry is.

    Raises:
        RollNumberError: the roll number is not valid, or it is unclear whose it is.
    """
    if entry.roll_number is not None:
        return replace(entry.person, roll_number=clean_roll_number(entry.roll_number))
    found = known.person(entry.name or entry.source)
    return replace(entry.person, roll_number=found.roll_number, name=found.name)
