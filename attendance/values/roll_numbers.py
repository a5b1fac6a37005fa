"""Valid roll numbers, and valid lines of text about a student."""

from __future__ import annotations

import re
import unicodedata

from attendance.errors import RollNumberError

LONGEST_ROLL_NUMBER = 64  # characters; universities use up to about 20
_NOT_A_WORD = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")


def clean_text(text: str) -> str:
    """The text with composed letters and single spaces, so that the same name is the same string."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def is_printable(text: str) -> bool:
    """Whether nothing in the text is invisible or moves the letters around it."""
    return all(unicodedata.category(character)[0] != "C" for character in text)


def clean_note(text: str) -> str:
    """The stored form of a note: clean text, with spaces for characters that can't be seen."""
    return clean_text("".join(letter if is_printable(letter) else " " for letter in text))


def clean_roll_number(text: str) -> str:
    """The stored form of a roll number.

    Raises:
        RollNumberError: it is empty, too long or contains a character that can't be seen.
    """
    cleaned = clean_text(text)
    if not cleaned:
        raise RollNumberError("A roll number is empty. Give each student one.")
    if len(cleaned) > LONGEST_ROLL_NUMBER:
        raise RollNumberError(
            f"The roll number {cleaned[:LONGEST_ROLL_NUMBER]!r}... has {len(cleaned)} characters; "
            f"at most {LONGEST_ROLL_NUMBER} are kept."
        )
    if not is_printable(cleaned):
        raise RollNumberError(
            f"The roll number {cleaned!r} contains a character that can't be seen. Remove it."
        )
    return cleaned


def order_of(roll_number: str) -> str:
    """What to sort roll numbers by, so that 2 comes before 10: the number with zeros before its digits."""
    return _DIGITS.sub(lambda found: found[0].zfill(LONGEST_ROLL_NUMBER), roll_number)


def roll_number_for_name(name: str) -> str:
    """A roll number for a student with only a name: ``Eileen Collins`` -> ``eileen-collins``.

    The same name always gives the same one, so that enrolling a folder twice finds the student again.

    Raises:
        RollNumberError: the name contains no letter or digit.
    """
    slug = _NOT_A_WORD.sub("-", clean_text(name).casefold()).strip("-")
    if not slug:
        raise RollNumberError(f"The name {name!r} contains no letter or digit. Name the folder ROLL_Name.")
    return clean_roll_number(slug)
