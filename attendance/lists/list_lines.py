"""Reads the lines of a list one by one: a student each, or the reason why not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from attendance.errors import RollNumberError
from attendance.files.formula_guard import without_guard
from attendance.lists.full_names import full_name
from attendance.lists.headings import (
    FIRST_NAME,
    LAST_FIRST,
    LAST_NAME,
    NAME,
    ROLL_NO,
    kinds_of,
    known_in,
)
from attendance.lists.layout import Layout
from attendance.lists.table import Damage, Row, Table, literal_of
from attendance.lists.values import ListedStudent, RefusedLine
from attendance.people.new_student import NewStudent, cleaned, label_of
from attendance.values.roll_numbers import clean_text, number_key, same_name

MOST_NOTES = 20  # of one list
LONGEST_SHOWN = 120  # characters of a line that wasn't read
_ROUNDED = re.compile(r"[-+]?\d+(?:[.,]\d+)?[eE][-+]\d+")
_DECIMALS = re.compile(r"[-+]?\d+[.,]0+")
_ERRORS = {"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!"}
_HASHES_ONLY = re.compile(r"#{2,}")
_USELESS = {Damage.ROUNDED, Damage.TOO_LONG, Damage.ERROR, Damage.FORMULA, Damage.HIDDEN}
_NAMES = {NAME, FIRST_NAME, LAST_NAME, LAST_FIRST}
OTHER_COLUMNS = "It is below the other headings in line {}. Import it as a list of its own."
_Cell = TypeVar("_Cell", str, str | None)


@dataclass
class ListLines:
    """The lines of a table, as far as they are read.

    Args:
        table: all of it.
        layout: what its columns are.

    Attributes:
        rows: those that were read, each roll number once.
        refused: those that can't be.
        notes: what was ignored without loss, in sentences.
        more_notes: how many more of these there are.
        other_headings: the line of headings for other columns, below which nothing is read; 0 without one.
    """

    table: Table
    layout: Layout
    rows: list[ListedStudent] = field(default_factory=list)
    refused: list[RefusedLine] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    more_notes: int = 0
    other_headings: int = 0
    seen: dict[str, ListedStudent] = field(default_factory=dict)

    def read(self, number: int) -> None:
        """Read a row: a student, a refusal, or nothing where it is empty."""
        cells = self.table.rows[number]
        if not any(map(clean_text, cells)):
            return
        if number in self.table.unreadable:
            self._refuse(number, "Its quotation marks don't match.")
            return
        if self._are_headings(cells):
            self._read_headings(number)
            return
        if self.other_headings:
            self._refuse(number, OTHER_COLUMNS.format(self.other_headings))
            return
        texts = {
            kind: _plain(cells[place])
            for place, kind in enumerate(self.layout.kinds)
            if kind is not None and place < len(cells)
        }
        reason = self._without_damage(number, texts)
        if reason is not None:
            self._refuse(number, reason)
            return
        try:
            student = ListedStudent(number + 1, cleaned(_person(texts)))
        except RollNumberError as error:
            self._refuse(number, str(error))
            return
        self._take(student, number)

    def _are_headings(self, cells: Row) -> bool:
        """Whether a line has headings, as where lists were put together."""
        if not self.layout.headings:
            return False
        if _words(cells) == _words(self.layout.headings):
            return True
        has_numbers = any(letter.isdigit() for cell in cells for letter in cell)
        return not has_numbers and known_in(cells) > 1 and ROLL_NO in kinds_of(cells)

    def _read_headings(self, number: int) -> None:
        """Pass over headings that repeat those above, and nothing below others."""
        here = self.table.rows[number]
        ours, theirs = (_without_end(kinds_of(row)) for row in (self.layout.headings, here))
        if ours == theirs:
            self.other_headings = 0
            self._note(f"Line {number + 1} repeats the headings and was skipped.")
        else:
            self.other_headings = number + 1
            self._refuse(number, "Its headings are not those above.")

    def _take(self, student: ListedStudent, number: int) -> None:
        earlier = self.seen.setdefault(number_key(student.person.roll_number), student)
        if earlier is student:
            self.rows.append(student)
            if student.person.name is None and _NAMES.intersection(self.layout.kinds):
                number_only = student.person.roll_number
                self._note(f"Line {student.line} has no name. A new student would be called {number_only}.")
            return
        ours, theirs = student.person, earlier.person
        if ours == theirs:
            self._note(f"Line {student.line} repeats line {earlier.line} and was skipped.")
        elif ours.roll_number != theirs.roll_number:
            self._refuse(
                number,
                f"{ours.roll_number} is the same roll number as {theirs.roll_number} in line {earlier.line}, "
                "written differently.",
            )
        elif same_name(ours.name or "", theirs.name or ""):
            self._refuse(number, f"{ours.roll_number} is also in line {earlier.line}, with other details.")
        else:
            self._refuse(
                number,
                f"{ours.roll_number} is “{ours.name or ''}” here and “{theirs.name or ''}” in line "
                f"{earlier.line}. Keep the right one.",
            )

    def _without_damage(self, number: int, texts: dict[str, str]) -> str | None:
        """Leave out details that can't be what they were; why the line can't be read, where it can't."""
        for place, kind in enumerate(self.layout.kinds):
            text = texts.get(kind or "", "")
            damage = self.table.damaged.get((number, place)) or _damage_of(text)
            if damage is None or kind is None:
                continue
            if kind == ROLL_NO:
                return f"{text} can't be a roll number: {damage.value}. Correct it in the list."
            if damage in _USELESS and kind in _NAMES:
                return f"{text} can't be a name: {damage.value}. Correct it in the list."
            if damage in _USELESS:
                del texts[kind]
                what = label_of(kind)
                self._note(f"Line {number + 1} without the {what} {text}: {damage.value}.")
        if not texts.get(ROLL_NO):
            return "The line has no roll number."
        return None

    def _note(self, sentence: str) -> None:
        if len(self.notes) < MOST_NOTES:
            self.notes.append(sentence)
        else:
            self.more_notes += 1

    def _refuse(self, number: int, reason: str) -> None:
        text = " · ".join(filter(None, map(clean_text, self.table.rows[number])))
        shown = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
        self.refused.append(RefusedLine(number + 1, shown, reason))


def _words(cells: Row) -> list[str]:
    """The cells as they are compared, without empty ones at the end."""
    return _without_end([clean_text(cell).casefold() for cell in cells])


def _without_end(cells: list[_Cell]) -> list[_Cell]:
    """The cells without empty ones at the end."""
    filled = [place for place, cell in enumerate(cells, 1) if cell]
    return cells[: filled[-1]] if filled else []


def _plain(cell: str) -> str:
    """A cell without what protected it from a spreadsheet."""
    text = clean_text(cell)
    literal = literal_of(text)
    return clean_text(without_guard(text) if literal is None else literal)


def _damage_of(text: str) -> Damage | None:
    """What a spreadsheet has made of a cell that was saved as text."""
    if _ROUNDED.fullmatch(text):
        return Damage.ROUNDED
    if _DECIMALS.fullmatch(text):
        return Damage.DECIMALS
    if text.upper() in _ERRORS:
        return Damage.ERROR
    return Damage.HIDDEN if _HASHES_ONLY.fullmatch(text) else None


def _person(texts: Mapping[str, str]) -> NewStudent:
    """The student of a line."""
    details = {kind: text for kind, text in texts.items() if kind not in (ROLL_NO, *_NAMES) and text}
    return NewStudent(texts[ROLL_NO], full_name(texts) or None, **details)
