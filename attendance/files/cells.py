"""Text that every file format of a report can hold."""

from __future__ import annotations

import re

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
LONGEST_CELL = 32_767  # UTF-16 units; Excel calls a file with a longer one damaged
LONGEST_SHEET_NAME = 31  # UTF-16 units
CUT = "\N{HORIZONTAL ELLIPSIS}"
# What XML 1.0 can't hold (section 2.2), and the controls that nobody can see; a tab and line ends may stay.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\\s]+")
_RESERVED = "history"  # Excel keeps it for itself


def writable(text: str) -> str:
    """The text with a visible sign in the place of each character that a file can't hold."""
    return _UNWRITABLE.sub(REPLACEMENT, text)


def fitting(text: str, longest: int = LONGEST_CELL) -> str:
    """The text cut to at most so many UTF-16 units, with an ellipsis where it was cut."""
    if len(text) * 2 <= longest or _units(text) <= longest:
        return text
    room, kept = longest - _units(CUT), 0
    for end, character in enumerate(text):
        kept += _units(character)
        if kept > room:
            return text[:end] + CUT
    return text


def sheet_name(wanted: str, taken: set[str]) -> str:
    """A name for a sheet that Excel takes and no other sheet of the file has; added to ``taken``.

    Args:
        wanted: what the sheet is about, any text.
        taken: names in lower case.
    """
    cleaned = _NOT_IN_SHEET_NAMES.sub(" ", writable(wanted)).strip(" '")
    base = cleaned or "Sheet"
    number = 1
    while True:
        ending = "" if number == 1 else f" ({number})"
        name = fitting(base, LONGEST_SHEET_NAME - len(ending)).rstrip(" '") + ending
        if name.casefold() not in taken and name.casefold() != _RESERVED:
            taken.add(name.casefold())
            return name
        number += 1


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
