"""Keeps a spreadsheet from taking a cell of a CSV file for a formula."""

from __future__ import annotations

# OWASP, "CSV Injection": a cell that begins with one of these is run as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
GUARD = "'"  # spreadsheets take the rest of the cell as text


def guarded(cell: str) -> str:
    """The cell, made text where a spreadsheet would take it for a formula."""
    return GUARD + cell if cell.startswith(FORMULA_STARTS) else cell


def without_guard(cell: str) -> str:
    """The cell as it was before ``guarded``."""
    return cell[1:] if cell.startswith(GUARD) and cell[1:].startswith(FORMULA_STARTS) else cell
