"""Makes Excel files."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook

Change = Callable[[Workbook], None]


def book(sheets: Mapping[str, Sequence[Sequence[Any]]], change: Change | None = None) -> bytes:
    """An .xlsx file with these sheets.

    Args:
        sheets: rows of cells, by the sheet's name.
        change: what else is done to it, such as merging cells.
    """
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    if change is not None:
        change(made)
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()
