"""Keeps a spreadsheet from running a cell of a CSV file as a formula."""

from __future__ import annotations

# OWASP, "CSV Injection": a cell that begins with one of these is run as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
GUARD = "'"  # spreadsheets read the rest of the cell as text


def guarded(cell: str) -> str:
    """The cell, turned into text if a spreadsheet would run it as a formula."""
    return GUARD + cell if cell.startswith(FORMULA_STARTS) else cell


def without_guard(cell: str) -> str:
    """The cell as it was before ``guarded``."""
    return cell[1:] if cell.startswith(GUARD) and cell[1:].startswith(FORMULA_STARTS) else cell
