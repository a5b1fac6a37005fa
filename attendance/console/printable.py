"""Text that neither steers a terminal nor turns the direction of reading."""

from __future__ import annotations

import unicodedata

# Characters that turn the direction of what follows: a name could make a row read as another one.
TURNING = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def printable(text: str) -> str:
    """The text on one line, with a visible sign in the place of each character that steers the output."""
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character in "\t\r\n":
        return " "
    if character in TURNING or unicodedata.category(character) in ("Cc", "Cs"):
        return REPLACEMENT
    return character
