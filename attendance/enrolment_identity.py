"""Settles under which roll number each entry of a folder is enrolled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from attendance.enrolment_folder import Aside, Entry
from attendance.errors import RollNumberError
from attendance.roll_numbers import clean_roll_number, roll_number_for_name
from attendance.values import Student


@dataclass(frozen=True)
class Identified:
    """Entries that all have a roll number, each its own, and those that can't have one."""

    entries: tuple[Entry, ...]
    refused: tuple[Aside, ...]


def identify(entries: Iterable[Entry], students: Iterable[Student]) -> Identified:
    """Give every entry its roll number.

    A folder that is only a name belongs to the enrolled student of that name; where there is none,
    its roll number is made from the name. Two folders for one roll number are never mixed.

    Args:
        entries: as the folder says it.
        students: everybody who is enrolled already.
    """
    by_name: dict[str, list[Student]] = defaultdict(list)
    for student in students:
        by_name[student.name.casefold()].append(student)
    first: dict[str, Entry] = {}
    kept, refused = [], []
    for entry in entries:
        try:
            roll_number = _roll_number(entry, by_name)
        except RollNumberError as error:
            refused.append(Aside(entry.source, str(error)))
            continue
        earlier = first.setdefault(roll_number, entry)
        if earlier is entry:
            kept.append(replace(entry, roll_number=roll_number))
        else:
            reason = f"{earlier.source} has the same roll number {roll_number}. Put the photos together."
            refused.append(Aside(entry.source, reason))
    return Identified(tuple(kept), tuple(refused))


def _roll_number(entry: Entry, by_name: dict[str, list[Student]]) -> str:
    """The roll number of one entry.

    Raises:
        RollNumberError: it can't be one, or several enrolled students have the folder's name.
    """
    if entry.roll_number is not None:
        return clean_roll_number(entry.roll_number)
    name = entry.name or entry.source
    same = by_name[name.casefold()]
    if len(same) > 1:
        rolls = " and ".join(student.roll_number for student in same)
        raise RollNumberError(f"{rolls} have this name. Name the folder ROLL_Name.")
    return same[0].roll_number if same else roll_number_for_name(name)
