"""Puts a name together that a list has in parts."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from attendance.lists.headings import FIRST_NAME, LAST_FIRST, LAST_NAME, NAME

# Letters of names that are written without a space, with the family name in front.
_FAMILY_FIRST = ("CJK UNIFIED", "HIRAGANA", "KATAKANA", "HANGUL")


def full_name(texts: Mapping[str, str]) -> str:
    """The name of a line, as people say it.

    Args:
        texts: by the kinds of the columns; a whole name is preferred to its parts.
    """
    if texts.get(NAME):
        return texts[NAME]
    if texts.get(LAST_FIRST):
        return _turned(texts[LAST_FIRST])
    first, last = texts.get(FIRST_NAME, ""), texts.get(LAST_NAME, "")
    if first and last and all(map(_is_family_first, first + last)):
        return last + first
    return " ".join(filter(None, (first, last)))


def _turned(name: str) -> str:
    """``Lovelace, Ada`` with the first name in front; without a comma as it is."""
    last, _, first = (part.strip() for part in name.partition(","))
    return " ".join(filter(None, (first, last)))


def _is_family_first(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(_FAMILY_FIRST)
