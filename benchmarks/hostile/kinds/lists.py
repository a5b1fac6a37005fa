"""Lists of students as CSV files, in every encoding, delimiter and shape, and none."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator

from benchmarks.hostile.hostile_site import HostileSite
from benchmarks.hostile.mutations import any_text, mutated
from benchmarks.hostile.values import HostileInput
from benchmarks.hostile.visitors import file_of

_ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "cp1252",
    "iso8859-2",
    "cp1251",
    "utf-32",
    "shift_jis",
)
_HEADINGS = (
    "Roll number",
    "Name",
    "First name",
    "Last name",
    "E-mail",
    "Phone",
    "Department",
    "Year",
    "Matrikelnummer",
    "",
)
_DELIMITERS = (",", ";", "\t", "|", " ", "\x1f", ",,")
_ENDS = ("\r\n", "\n", "\r", "\u2028", "\x0b")
_NAMES = (
    "Ada Lovelace",
    "Lovelace, Ada",
    "José",
    "Zoë O'Brien",
    "山田太郎",
    "عمر",
    "\U0001f600",
    "=1+1",
    "@x",
    "-x",
)
_WORDS = (
    b'"',
    b'""',
    b"\x00",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"sep=;\n",
    b"\r",
    b"<html",
    b"PK\x03\x04",
    b"%PDF",
)
_MOST_ROWS = 60


class Lists:
    """Lists on the page that shows what a list would do; none of them is taken.

    Args:
        site: the site.
    """

    name = "lists"

    def __init__(self, site: HostileSite) -> None:
        self._site = site

    def inputs(self, draw: random.Random) -> Iterator[HostileInput]:
        """See ``HostileKind``."""
        while True:
            data, made = _table(draw), "grammar"
            if draw.random() < 0.5:
                data, made = mutated(data, draw, _WORDS)
            yield HostileInput(
                self.name, draw.choice(("file", "carried", "carried with choices")), data, made
            )

    def send(self, one: HostileInput) -> int:
        """See ``HostileKind``."""
        return sent_list(self._site, one.entrance, one.data, "list.csv")


def sent_list(site: HostileSite, entrance: str, data: bytes, name: str) -> int:
    """Send a list to the page, as a file or as the page carries it from step to step.

    Args:
        site: the site.
        entrance: ``file``, ``carried``, or ``carried with choices``.
        data: the file.
        name: what the browser calls it.
    """
    course = ("course", site.session.course_id)
    if entrance == "file":
        parts: list[tuple[str, object]] = [course, ("file", file_of(data, name))]
    else:
        parts = [course, ("list", base64.b64encode(data).decode())]
    if entrance == "carried with choices":
        at = len(data)
        kinds = ("roll_no", "name", "email", "", "no kind", "roll_no")
        parts += [("column", kinds[(at + number) % len(kinds)]) for number in range(at % 8)]
        parts += [("first_line", str((at % 7) ** 9)), ("sheet", ("", "Sheet1", "none")[at % 3])]
        parts += [("encoding", ("utf-8", "cp1252", "", "rot13")[at % 4])]
    return site.office.post("/teach/students/roster", parts).status_code


def _table(draw: random.Random) -> bytes:
    delimiter, end = draw.choice(_DELIMITERS), draw.choice(_ENDS[: draw.choice((2, 5))])
    columns = draw.choice((1, 2, 3, 6, 40))
    rows = [[draw.choice(_HEADINGS) for _ in range(columns)]] if draw.random() < 0.8 else []
    for number in range(draw.choice((0, 1, 3, 10, _MOST_ROWS))):
        width = columns if draw.random() < 0.9 else draw.randrange(50)
        rows.append([_cell(draw, number) for _ in range(width)])
    text = end.join(delimiter.join(cell for cell in row) for row in rows)
    return text.encode(draw.choice(_ENCODINGS), "replace")


def _cell(draw: random.Random, number: int) -> str:
    match draw.randrange(6):
        case 0:
            return f"CS-{number:03}"
        case 1 | 2:
            return draw.choice(_NAMES)
        case 3:
            return f"student{number}@school.example"
        case 4:
            quoted = draw.choice((any_text(draw)[:300], "a\nb", 'a"b'))
            return '"' + quoted.replace('"', '""') + draw.choice(('"', '"', ""))
        case _:
            return any_text(draw)[:500]
