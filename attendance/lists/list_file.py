"""Reads a list, whatever kind of file it is."""

from __future__ import annotations

from pathlib import Path

from attendance.errors import StudentListError
from attendance.lists.csv_table import csv_table
from attendance.lists.encodings import decoded
from attendance.lists.excel_table import excel_tables
from attendance.lists.headings import known_in
from attendance.lists.table import ListFile

LARGEST_LIST = 20_000_000  # bytes; a line for each student of the largest universities is a tenth of it
_ZIP = b"PK\x03\x04"
_OTHERS = {
    b"\xd0\xcf\x11\xe0": "an old or a protected Excel file",
    b"%PDF": "a PDF",
    b"{\\rtf": "a text document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
_WEB_PAGES = (b"<html", b"<!doctype html", b"<table", b"<?xml")


def read_file(path: Path, encoding: str | None = None) -> ListFile:
    """Read a list on the disk; see ``parse_file``.

    Raises:
        StudentListError: it can't be read, or is larger than ``LARGEST_LIST``.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST_LIST:
            raise StudentListError(f"{path} has {size} bytes; a list may have at most {LARGEST_LIST}.")
        data = path.read_bytes()
    except OSError as error:
        raise StudentListError(f"{path} can't be read: {error.strerror}.") from error
    return parse_file(data, path.name, encoding)


def parse_file(data: bytes, source: str, encoding: str | None = None) -> ListFile:
    """Read a list that is in memory.

    Args:
        data: a CSV file with any usual delimiter and encoding, or an .xlsx file.
        source: what messages call it.
        encoding: how the letters of a CSV file are stored, where a person has chosen it.

    Raises:
        StudentListError: it is another kind of file, damaged or empty.
    """
    if data.startswith(_ZIP):
        return excel_tables(data, source)
    for mark, kind in _OTHERS.items():
        if data.startswith(mark):
            raise StudentListError(f"{source} is {kind}. Save it as .xlsx or CSV in your spreadsheet.")
    if data[:200].lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(_WEB_PAGES):
        raise StudentListError(
            f"{source} is a web page, whatever its name ends in. Open it in your spreadsheet and save it as "
            ".xlsx or CSV."
        )
    text, name = decoded(data, source, encoding)
    return ListFile((csv_table(text, source, known=known_in),), name)
