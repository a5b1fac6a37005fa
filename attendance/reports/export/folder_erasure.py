"""Finds the files of the reports folder that name a student, by what is in their cells."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from html import unescape
from pathlib import Path

from attendance.files.formula_guard import without_guard
from attendance.files.writable_text import writable
from attendance.values import Student

_TEXTS = "xl/sharedStrings.xml"  # where an Excel file keeps the texts of all its cells
_TEXT = re.compile(r"<t(?: [^>]*)?>([^<]*)</t>")


def files_naming(folder: Path, student: Student) -> list[Path]:
    """The CSV and Excel files of a folder that name a student.

    Args:
        folder: where to look; need not be there.
        student: who; the name and the roll number are those that count.

    Raises:
        OSError: a file can't be read.
    """
    if not folder.is_dir():
        return []
    files = (path for path in sorted(folder.iterdir()) if path.suffix in (".csv", ".xlsx"))
    return [path for path in files if names(path, student)]


def names(path: Path, student: Student) -> bool:
    """Whether a cell of a file is the student's name or roll number, or the file can't be read.

    Raises:
        OSError: the file can't be read.
    """
    wanted = {writable(student.name), writable(student.roll_number)}
    try:
        cells = _cells_of_csv(path) if path.suffix == ".csv" else _cells_of_excel(path)
    except (csv.Error, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return True  # damaged, encrypted, or only called so: a person has to look
    return any(cell in wanted for cell in cells)


def _cells_of_csv(path: Path) -> list[str]:
    text = path.read_bytes().decode("utf-8-sig", "replace")
    return [without_guard(cell) for row in csv.reader(io.StringIO(text, newline="")) for cell in row]


def _cells_of_excel(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as book:
        texts = book.read(_TEXTS).decode("utf-8", "replace") if _TEXTS in book.namelist() else ""
    return [unescape(cell) for cell in _TEXT.findall(texts)]
