"""Finds out how the letters of a text file are stored.

UTF-8 and UTF-16 prove themselves. Of the older encodings, each of which reads almost any file, the one is
taken in which the text looks like names. Two lists that were joined may have one of each.
charset-normalizer 3.5.2, which is made for longer texts, read 5 of the short lists of
``tests/attendance/lists/test_encodings.py`` right on 2026-11-29; this reads all of them.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from attendance.errors import StudentListError

UTF_32_MARKS = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")  # the first one begins like UTF-16's
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_UTF_8_MARK = b"\xef\xbb\xbf"
_SAMPLE = 50_000  # characters that are looked at; the beginning of a list is like the rest of it
_WORD = re.compile(r"[^\W\d_]+")
_USUAL_SIGNS = "\u2019\u2018“”\u2013«»ºª°·…"  # what spreadsheets put among letters
_OTHER_LANGUAGE = 0.3  # how odd a letter is that is usual in another language of the same encoding

IsUsual = Callable[[str], bool]


def _letters(*alphabets: str) -> tuple[IsUsual, ...]:
    """Whether a letter beyond ASCII is one of a language, for each of several languages."""
    return tuple(frozenset(alphabet + alphabet.upper()).__contains__ for alphabet in alphabets)


def _between(*ranges: tuple[int, int]) -> tuple[IsUsual, ...]:
    """Whether a letter is in one of these ranges of Unicode."""
    return (lambda letter: any(first <= ord(letter) <= last for first, last in ranges),)


def _common(
    encoding: str, first: int, last: int, *, besides: tuple[int, int] = (1, 0)
) -> tuple[IsUsual, ...]:
    """Whether a letter is among the common ones, which the two-byte encodings have in front."""

    def is_common(letter: str) -> bool:
        stored = letter.encode(encoding, "ignore")
        return besides[0] <= ord(letter) <= besides[1] or (len(stored) == 2 and first <= stored[0] <= last)

    return (is_common,)


@dataclass(frozen=True)
class OldEncoding:
    """An encoding that was usual somewhere.

    Attributes:
        name: of Python's codec.
        label: what people call the writing.
        languages: for each of its languages, whether a letter is usual in it.
    """

    name: str
    label: str
    languages: tuple[IsUsual, ...]


_WESTERN = _letters(
    "àâæçéèêëîïôœùûüÿ", "äöüß", "áéíñóúü", "ãáàâçéêíóôõú", "àèéìòù", "åäæöøé", "áéíóúýþæöð", "áéíóúäëïöüàèòç"
)
_CENTRAL = _letters(
    "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čćđšž", "ăâîşţ", "äöüß"
)
OLD_ENCODINGS = (  # the likelier ones first
    OldEncoding("cp1252", "Western European (Windows)", _WESTERN),
    OldEncoding("mac_roman", "Western European (Mac)", _WESTERN),
    OldEncoding("cp1254", "Turkish", _letters("çğ\u0131öşüİâîû")),
    OldEncoding("cp1250", "Central European", _CENTRAL),
    OldEncoding("cp1257", "Baltic", _letters("āčēģīķļņšūž", "ąčęėįšųūž", "äõöüšž")),
    OldEncoding(
        "cp1251", "Cyrillic", _between((0x410, 0x44F), (0x401, 0x40F), (0x451, 0x45F), (0x490, 0x491))
    ),
    OldEncoding("cp1253", "Greek", _between((0x391, 0x3A9), (0x3AC, 0x3AF), (0x3B1, 0x3C1), (0x3C3, 0x3CE))),
    OldEncoding("cp1255", "Hebrew", _between((0x5D0, 0x5EA))),
    OldEncoding("cp1256", "Arabic", _between((0x621, 0x652), (0x67E, 0x67E), (0x686, 0x6C1))),
    OldEncoding("cp932", "Japanese", _common("cp932", 0x88, 0x97, besides=(0x3041, 0x30FF))),
    OldEncoding("cp949", "Korean", _common("euc_kr", 0xB0, 0xC8)),
    OldEncoding("gb18030", "Chinese (simplified)", _common("gb2312", 0xB0, 0xD7)),
    OldEncoding("big5", "Chinese (traditional)", _common("big5", 0xA4, 0xC6)),
    OldEncoding("cp874", "Thai", _between((0xE01, 0xE4E))),
    OldEncoding("cp850", "Western European (DOS)", _WESTERN),
)
LABELS = {old.name: old.label for old in OLD_ENCODINGS}


def decoded(data: bytes, source: str, encoding: str | None = None) -> tuple[str, str]:
    """A file's text, and the name of its encoding.

    Args:
        data: the file.
        source: what messages call it.
        encoding: one of ``OLD_ENCODINGS``, where a person has chosen it.

    Raises:
        StudentListError: it is no text.
    """
    if encoding in LABELS:
        return data.decode(encoding, "replace"), encoding
    if wide := _wide_by_mark(data) or _wide_without_mark(data):
        try:
            return data.decode(wide).removeprefix("\ufeff"), wide[: len("utf-16")]
        except UnicodeDecodeError as error:
            raise StudentListError(
                f"{source} is not a readable text: it ends in the middle of a letter."
            ) from error
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        pass
    if (joined := _joined(data)) is not None:
        return joined, "utf-8"
    found = _most_like_names(data)
    if found is None or "\x00" in (text := data.decode(found, "replace")):
        raise StudentListError(f"{source} is not a list. Save it as CSV or .xlsx in your spreadsheet.")
    return text, found


def _wide_by_mark(data: bytes) -> str:
    """UTF-32 or UTF-16, where a text begins with the mark of one; or an empty string."""
    if data.startswith(UTF_32_MARKS):
        return "utf-32"
    return "utf-16" if data.startswith(UTF_16_MARKS) else ""


def _wide_without_mark(data: bytes) -> str:
    """Which UTF-16 a text without a mark is in, by the zeros beside its ASCII letters; or an empty string."""
    some = data[: 2 * _SAMPLE]
    for name, first in (("utf-16-le", 1), ("utf-16-be", 0)):
        zeros, others = some[first::2].count(0), some[1 - first :: 2].count(0)
        if zeros > len(some) / 5 and others == 0:
            return name
    return ""


def _joined(data: bytes) -> str | None:
    """The text of lists of which some are UTF-8 and others in an old encoding, line by line; None for others.

    In a long list in an old encoding some line may happen to be UTF-8, too; it then looks less like names.
    """
    lines = data.removeprefix(_UTF_8_MARK).splitlines(keepends=True)  # of bytes, so at ends of lines alone
    proven = {number for number, line in enumerate(lines) if not line.isascii() and _is_utf_8(line)}
    found = proven and _most_like_names(
        b"".join(line for number, line in enumerate(lines) if number not in proven)
    )
    if not found:
        return None
    languages = next(old.languages for old in OLD_ENCODINGS if old.name == found)
    some = b"".join(lines[number] for number in sorted(proven))
    as_utf_8 = min(_oddness(some.decode()[:_SAMPLE], old.languages) for old in OLD_ENCODINGS)
    if as_utf_8 >= _oddness(some.decode(found, "replace")[:_SAMPLE], languages):
        return None
    return "".join(
        line.decode() if number in proven else line.decode(found) for number, line in enumerate(lines)
    )


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _most_like_names(data: bytes) -> str | None:
    """The old encoding in which the text looks most like names."""
    texts: dict[str, str] = {}
    for old in OLD_ENCODINGS:
        with contextlib.suppress(UnicodeDecodeError):
            texts[old.name] = data.decode(old.name)[:_SAMPLE]
    read = [old for old in OLD_ENCODINGS if old.name in texts]
    best = min(read, key=lambda old: _oddness(texts[old.name], old.languages), default=None)
    # Some differ in a few letters only; the usual name is shown where none of these occurs.
    return next((old.name for old in read if best and texts[old.name] == texts[best.name]), None)


def _oddness(text: str, languages: tuple[IsUsual, ...]) -> float:
    """How little the letters beyond ASCII look like names, for each of them; 0 is perfect."""
    strange = [letter for letter in text if not letter.isascii()]
    if not strange:
        return 0.0
    letters = [letter for letter in strange if unicodedata.category(letter)[0] in "LM"]
    signs = [letter for letter in strange if unicodedata.category(letter)[0] not in "LM"]
    odd_signs = sum(0.5 if sign in _USUAL_SIGNS else 2 for sign in signs)
    return (_unusual(letters, languages) + odd_signs + _odd_words(text)) / len(strange)


def _unusual(letters: list[str], languages: tuple[IsUsual, ...]) -> float:
    """How odd the letters are in the language that they fit best."""
    counts = Counter(letters)
    foreign = {
        each: _OTHER_LANGUAGE if any(is_usual(each) for is_usual in languages) else 1.0 for each in counts
    }
    return min(
        sum(count * foreign[each] for each, count in counts.items() if not is_usual(each))
        for is_usual in languages
    )


def _odd_words(text: str) -> float:
    """How odd the words are: capitals inside, two alphabets in one, more accented letters than plain ones."""
    odd = 0.0
    plain = accented = 0
    for word in (found[0] for found in _WORD.finditer(text) if not found[0].isascii()):
        odd += 2 * sum(a.islower() and b.isupper() and not b.isascii() for a, b in pairwise(word))
        odd += 0.2 * word[0].islower()
        latin = sum("LATIN" in unicodedata.name(letter, "") for letter in word)
        odd += 2 * (0 < latin < len(word) and word.isalpha())
        if latin:
            accented += sum(not letter.isascii() for letter in word)
            plain += sum(letter.isascii() for letter in word)
    if accented > max(plain, 2):  # languages in Latin letters are mostly written in those of ASCII
        odd += accented / 2
    return odd
