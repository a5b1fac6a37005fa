"""Text that fits into a cell and a sheet's name."""

from __future__ import annotations

import re

from attendance.files.writable_text import writable

LONGEST_CELL = 32_767  # UTF-16 units; Excel calls a file with a longer one damaged
LONGEST_SHEET_NAME = 31  # UTF-16 units
CUT = "\N{HORIZONTAL ELLIPSIS}"
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\\s]+")
_RESERVED = "history"  # Excel reserves it


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
    """A sheet name that Excel accepts and no other sheet of the file has; added to ``taken``.

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
