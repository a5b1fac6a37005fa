"""Excel files: parts changed, exchanged, blown up, and packed in ways that no spreadsheet uses."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from functools import cache

from openpyxl import Workbook

from benchmarks.hostile.hostile_site import HostileSite
from benchmarks.hostile.kinds.lists import sent_list
from benchmarks.hostile.mutations import ODD_TEXTS, mutated, mutated_text
from benchmarks.hostile.values import HostileInput

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1:9/x">]>',
    '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>',
)
_XML = (
    *(
        '<c r="A1" t="s"><v>999999999</v></c>',
        '<c r="XFD1048576"><v>1</v></c>',
        '<c r="A1" t="d"><v>2026-13-40</v></c>',
    ),
    *(
        '<c r="A0"/>',
        '<c r="ZZZZZZ9"/>',
        "<f>1/0</f>",
        '<f t="shared" si="999"/>',
        '<row r="-1"/>',
        '<row r="99999999999"/>',
    ),
    *(
        '<mergeCell ref="A1:XFD1048576"/>',
        '<dimension ref="A1:ZZZ9999999"/>',
        "&a;",
        "&c;",
        "&#0;",
        "<v>1e9999</v>",
    ),
    *(
        '<sheet name="x" sheetId="1" r:id="none"/>',
        '<numFmt numFmtId="1" formatCode="0000"/>',
        "<![CDATA[x]]>",
        "</row>",
    ),
)
_NAMES = (
    "../../evil.xml",
    "/abs.xml",
    "xl/worksheets/sheet1.xml",
    "xl/workbook.bin",
    "[Content_Types].xml",
    "a" * 300,
    "",
)
_BOMB_BYTES = 30_000_000


class Workbooks:
    """Excel files on the page that shows what a list would do.

    Args:
        site: the site.
    """

    name = "workbooks"

    def __init__(self, site: HostileSite) -> None:
        self._site = site

    def inputs(self, draw: random.Random) -> Iterator[HostileInput]:
        """See ``HostileKind``."""
        while True:
            if draw.random() < 0.25:
                data, made = mutated(_book(), draw, (b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06"))
            else:
                data, made = _repacked(draw)
            yield HostileInput(
                self.name, draw.choice(("file", "carried", "carried with choices")), data, made
            )

    def send(self, one: HostileInput) -> int:
        """See ``HostileKind``."""
        return sent_list(self._site, one.entrance, one.data, "list.xlsx")


@cache
def _book() -> bytes:
    """A valid workbook with numbers, dates, a formula, merged cells and a hidden sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ("Roll number", "Name", "Born"),
        (17, "Ada Lovelace", 46000),
        ("CS-18", "Grace Hopper", None),
    ):
        sheet.append(row)
    sheet["A4"], sheet["B4"] = '="019"', "=A2"
    sheet["A2"].number_format = "0000"
    sheet.merge_cells("B2:B3")
    book.create_sheet("hidden").sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@cache
def _parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(_book())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _repacked(draw: random.Random) -> tuple[bytes, str]:
    """The workbook with changed parts."""
    parts, made = dict(_parts()), []
    for _ in range(draw.choice((1, 1, 2, 3))):
        name = draw.choice(list(parts))
        match draw.randrange(8):
            case 0:
                del parts[name]
                made.append("missing")
            case 1:
                other = draw.choice(list(_parts()))
                parts[name] = _parts()[other]
                made.append("exchanged")
            case 2:
                parts[draw.choice(_NAMES)] = parts[name]
                made.append("named")
            case 3:
                parts[name] = draw.choice(_ENTITIES).encode() + b"<x>&a;&c;</x>" + parts[name]
                made.append("entities")
            case 4:
                parts[name] = _bomb(parts[name], draw)
                made.append("bomb")
            case 5:
                parts[name] = mutated(parts[name], draw)[0]
                made.append("bytes")
            case _:
                parts[name] = _odd_xml(parts[name], draw)
                made.append("xml")
    return _packed(parts, draw), " ".join(made)


def _odd_xml(part: bytes, draw: random.Random) -> bytes:
    """A part with an element or a text that no spreadsheet writes."""
    text = part.decode("utf-8", "replace")
    tags = [at for at, sign in enumerate(text) if sign == draw.choice("<>")]
    at = draw.choice(tags or [0])
    piece = draw.choice(_XML) if draw.random() < 0.7 else draw.choice(ODD_TEXTS)
    changed = text[:at] + piece + text[at:]
    return (mutated_text(changed, draw) if draw.random() < 0.2 else changed).encode("utf-8", "surrogatepass")


def _bomb(part: bytes, draw: random.Random) -> bytes:
    """A part that expands to much, in one place or in many small ones."""
    at = part.find(b"<sheetData>") + len(b"<sheetData>")
    piece = draw.choice((b" ", b"<row/>", b'<row><c r="A1"/></row>', b'<mergeCell ref="A1:A9"/>', b"<x>"))
    size = draw.choice((10_000, 10_000, 1_000_000, _BOMB_BYTES if draw.random() < 0.05 else 100_000))
    return part[:at] + piece * (size // len(piece)) + part[at:]


def _packed(parts: dict[str, bytes], draw: random.Random) -> bytes:
    out = io.BytesIO()
    method = draw.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, draw.choice(_METHODS)))
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name or "x", (1980, 1, 1, 0, 0, 0)), part, method)
    data = out.getvalue()
    return mutated(data, draw)[0] if method not in _METHODS[:2] or draw.random() < 0.1 else data
