"""Numbers in letters that people can type: Crockford's base 32, in groups with a check character each.

Source: https://www.crockford.com/base32.html. The check character is not Crockford's, whose extra symbols
are missing on a phone's keyboard: it is a weighted sum in GF(32) that begins with the group's number. Every
single wrong character of a group changes it, and so does every exchange of two characters or groups.
"""

from __future__ import annotations

from collections.abc import Sequence

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BITS = 5  # of a letter
GROUP = 5  # letters of a group, without its check character
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, which is primitive
_SEPARATORS = str.maketrans("", "", "-\u2010\u2011\u2012\u2013\u2014_.,: \t\r\n\u00a0")


def to_letters(number: int, count: int) -> str:
    """A number as ``count`` letters, the highest five bits first."""
    return "".join(ALPHABET[number >> BITS * place & 31] for place in reversed(range(count)))


def from_letters(letters: str) -> int:
    """The number that ``to_letters`` was given.

    Args:
        letters: of ``ALPHABET`` only.
    """
    number = 0
    for letter in letters:
        number = number << BITS | ALPHABET.index(letter)
    return number


def with_checks(letters: str) -> str:
    """Letters in groups, each with its check character: ``ABCDEX-FGHJKX``."""
    groups = [letters[begin : begin + GROUP] for begin in range(0, len(letters), GROUP)]
    return "-".join(group + _check(group, number) for number, group in enumerate(groups))


def bare(typed: str) -> str:
    """What was typed, as letters of the alphabet: O is 0, I and L are 1; others stay as they are."""
    upper = typed.translate(_SEPARATORS).upper()
    return "".join(ALPHABET[_VALUES[each]] if each in _VALUES else each for each in upper)


def groups_of(letters: str) -> Sequence[str]:
    """The groups of ``with_checks`` with their check characters; the last one may be short."""
    return [letters[begin : begin + GROUP + 1] for begin in range(0, len(letters), GROUP + 1)]


def wrong_group(groups: Sequence[str]) -> int | None:
    """The number of the first group that doesn't fit its check character, from 1; None if all do."""
    for number, group in enumerate(groups):
        letters, check = group[:-1], group[-1]
        if set(group) - set(ALPHABET) or _check(letters, number) != check:
            return number + 1
    return None


def _check(group: str, number: int) -> str:
    total = number + 1 & 31
    for letter in group:
        total = _doubled(total) ^ ALPHABET.index(letter)
    return ALPHABET[_doubled(total)]


def _doubled(value: int) -> int:
    """A value times x in GF(32)."""
    return value << 1 ^ (_POLYNOMIAL if value & 16 else 0)
