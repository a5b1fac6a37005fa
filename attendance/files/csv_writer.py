"""Writes CSV (RFC 4180), for people or for machines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from enum import Enum
from itertools import chain

from attendance.files.formula_guard import guarded
from attendance.files.writable_text import writable


class Audience(Enum):
    """Who opens the file."""

    PEOPLE = "people"  # in a spreadsheet, which must not run a cell as a formula
    MACHINES = "machines"  # which need each cell exactly as it is


def csv_bytes(
    columns: Sequence[str], rows: Iterable[Sequence[str]], *, audience: Audience, bom: bool
) -> bytes:
    """A table as CSV in UTF-8.

    Args:
        columns: the headings.
        rows: the cells, as many in each row as there are headings.
        audience: who opens the file.
        bom: whether to begin with the byte order mark by which Excel recognises UTF-8.
    """
    text = csv_text(chain((columns,), rows), audience=audience)
    return text.encode("utf-8-sig" if bom else "utf-8")


def csv_text(rows: Iterable[Sequence[str]], *, audience: Audience) -> str:
    r"""Rows of cells as lines of CSV, each with its end, ``\r\n``.

    Args:
        rows: the cells; a heading is a row like any other.
        audience: who opens the file.
    """
    text = io.StringIO(newline="")
    cells = _Cells(audience)
    csv.writer(text).writerows([cells[cell] for cell in row] for row in rows)
    return text.getvalue()


class _Cells(dict[str, str]):
    """Each cell as the file has it; the same few statuses and numbers come again and again.

    Args:
        audience: who opens the file.
    """

    def __init__(self, audience: Audience) -> None:
        super().__init__()
        self._for_people = audience is Audience.PEOPLE

    def __missing__(self, cell: str) -> str:
        clean = writable(cell)
        self[cell] = clean = guarded(clean) if self._for_people else clean
        return clean
