"""What may be in a roll number, a name or another line about a student, and how two of them are compared.

Stored is what was typed, with composed letters and without invisible marks. Compared is a key that is made of
it: numbers by ``number_key``, names by ``name_keys``, and what is searched by ``search_form``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from attendance.errors import RollNumberError

LONGEST_ROLL_NUMBER = 64  # characters; universities use up to about 20
_DIGITS = re.compile(r"\d+")

ZWNJ, ZWJ = "\u200c", "\u200d"
"""They shape the letters around them, and so belong to names in Persian, Sinhala, Malayalam and others."""
# What copying from web pages, phone books and documents leaves in a text: soft hyphen, marks of direction
# (the override to the left, U+202E, hides what a text says and stays refused), zero-width space, BOM.
_COPIED_MARKS = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202d\u2060\u2066-\u2069\ufeff]")
_JOINERS = re.compile(f"[{ZWNJ}{ZWJ}]+")
_VIRAMA = 9  # canonical combining class; RFC 5892, appendices A.1 and A.2: a joiner may follow it
# Selectors of a glyph, which no reader sees: two writings of one letter.
_UNSEEN = re.compile(f"[{ZWNJ}{ZWJ}\u034f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58]")
_APOSTROPHES = re.compile("['`\u00b4\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u2018\u2019\u201b\u2032\u05f3]")
_PLAIN = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "\u0131": "i",
        "ħ": "h",
        "ŧ": "t",
    }
    | {"ŋ": "n", "ə": "e", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y"}
    | {"ي": "ی", "ى": "ی", "ك": "ک", "ة": "\u0647"}  # typed with an Arabic or a Persian keyboard
)
"""Letters that Unicode doesn't decompose, as people without their keys type them."""
_IN_TWO_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
"""The other usual way, in passports and e-mail addresses: Mueller for Müller."""


def clean_text(text: str) -> str:
    """The stored form of a line: composed letters, single spaces, no marks that copying left in it.

    Joiners stay where they shape letters. The same name is therefore the same string.
    """
    visible = _COPIED_MARKS.sub("", text)
    return " ".join(unicodedata.normalize("NFC", _JOINERS.sub(_fitting_joiners, visible)).split())


def is_printable(text: str) -> bool:
    """Whether nothing in the text is invisible or moves the letters around it, besides fitting joiners."""
    plain = _JOINERS.sub(lambda found: "" if _fitting_joiners(found) == found[0] else found[0], text)
    return all(unicodedata.category(character)[0] != "C" for character in plain)


def clean_note(text: str) -> str:
    """The stored form of a note: clean text, with spaces for characters that can't be seen."""
    seen = (
        letter if letter in (ZWNJ, ZWJ) or is_printable(letter) else " "
        for letter in _COPIED_MARKS.sub("", text)
    )
    return clean_text("".join(seen))


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


def number_key(text: str) -> str:
    """What two writings of one roll number have in common: ``cs-17`` and ``CS-17``.

    Capital and small letters are the same, and so are digits of all scripts, full-width letters, and dashes.
    """
    if text.isascii():  # most are, and lists compare thousands
        return " ".join(text.split()).casefold()
    compatible = unicodedata.normalize("NFKC", clean_text(text)).casefold()
    digits = "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in compatible)
    seen = _DASHES.sub("-", _UNSEEN.sub("", digits))
    return " ".join(unicodedata.normalize("NFKC", seen).split())


def same_number(one: str, other: str) -> bool:
    """Whether two texts are the same roll number."""
    return number_key(one) == number_key(other)


def without_leading_zeros(text: str) -> str:
    """A number's key as a spreadsheet leaves it that takes it for a quantity: ``7`` for ``007``."""
    key = number_key(text)
    return (key.lstrip("0") or "0") if key.isdecimal() else key


def name_keys(name: str) -> frozenset[str]:
    """What two writings of one name have in common; they are one name if they share a key.

    The words in any order (``Lovelace, Ada``), without accents and apostrophes (``Sean OBrien``).
    """
    forms = (name, _in_two_letters(name))
    return frozenset(" ".join(sorted(plain_words(form))) or _folded(form) for form in forms)


def same_name(one: str, other: str) -> bool:
    """Whether two texts are one name, written differently at most."""
    return not name_keys(one).isdisjoint(name_keys(other))


def search_form(text: str) -> str:
    """A text as it is searched, with each of the usual ways of writing its letters."""
    words = " ".join(search_words(text))
    forms = (words, words.replace(" ", "-"), _folded(_in_two_letters(text)))
    return "\n".join(dict.fromkeys(forms))


def search_words(text: str) -> list[str]:
    """The words of a query; each has to occur in a ``search_form``."""
    return _folded(text).replace(",", " ").split()


def is_found(words: Sequence[str], texts: Iterable[str]) -> bool:
    """Whether each of a query's words occurs in one of these texts, however it is written."""
    if not words:
        return True
    forms = "\n".join(map(search_form, texts))
    return all(word in forms for word in words)


def plain_words(text: str) -> list[str]:
    """The words of a text in small letters, without accents, apostrophes and punctuation."""
    return _words(_folded(text))


def order_of(roll_number: str) -> str:
    """What to sort roll numbers by, so that 2 comes before 10: the number with zeros before its digits."""
    return _DIGITS.sub(lambda found: found[0].zfill(LONGEST_ROLL_NUMBER), roll_number)


def roll_number_for_name(name: str) -> str:
    """A roll number for a student with only a name: ``Eileen Collins`` -> ``eileen-collins``.

    The same name always gives the same one, so that enrolling a folder twice finds the student again.

    Raises:
        RollNumberError: the name contains no letter or digit.
    """
    slug = "-".join(_words(_UNSEEN.sub("", clean_text(name)).casefold()))
    if not slug:
        raise RollNumberError(f"The name {name!r} contains no letter or digit. Name the folder ROLL_Name.")
    return clean_roll_number(slug)


def _fitting_joiners(found: re.Match[str]) -> str:
    """A run of joiners as one, if it shapes letters: after a virama, or between two letters."""
    start, end = found.span()  # neighbours by their places: slices up to here would take long in long texts
    before, after = found.string[max(0, start - 1) : start], found.string[end : end + 1]
    if before and unicodedata.combining(before) == _VIRAMA:
        return found[0][0]
    return found[0][0] if _is_letter(before) and _is_letter(after) else ""


def _is_letter(character: str) -> bool:
    return bool(character) and unicodedata.category(character)[0] in "LM"


def _folded(text: str) -> str:
    """A text in small letters without accents, apostrophes and unseen characters."""
    key = number_key(text)
    if key.isascii():
        return _APOSTROPHES.sub("", key)
    parts = unicodedata.normalize("NFKD", key)
    plain = "".join(each for each in parts if not _is_accent(each))
    return unicodedata.normalize("NFC", _APOSTROPHES.sub("", plain).translate(_PLAIN))


def _in_two_letters(text: str) -> str:
    return number_key(text).translate(_IN_TWO_LETTERS)


def _is_accent(character: str) -> bool:
    """Whether a mark may be left out; those of Indic scripts, Thai and kana are sounds of their own."""
    kind = unicodedata.combining(character)
    return kind >= 200 or 10 <= kind <= 36 or kind == 1


def _words(text: str) -> list[str]:
    return "".join(each if unicodedata.category(each)[0] in "LMN" else " " for each in text).split()
