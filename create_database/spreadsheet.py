"""Writes CSV and other files where an option of a command names them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from attendance.files.csv_writer import Audience, csv_bytes, csv_text
from attendance.files.whole_file import write_whole
from create_database.errors import AdminError

STANDARD_OUTPUT = "-"


def write_csv(target: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table as CSV: to a file in whole or not at all, or to the standard output.

    Args:
        target: a path, or ``-`` for the standard output.
        columns: the headings.
        rows: the cells, as many in each row as there are headings.

    Raises:
        AdminError: the file can't be written.
    """
    if target == STANDARD_OUTPUT:
        put_text(csv_text([columns, *rows], audience=Audience.PEOPLE))
    else:
        put_file(target, csv_bytes(columns, rows, audience=Audience.PEOPLE, bom=True), "--csv")


def put_text(text: str) -> None:
    """Write lines that end with return and line feed to the standard output."""
    sys.stdout.write(text.replace("\r\n", "\n"))  # the stream ends lines as the system does


def put_file(target: str, data: bytes, option: str) -> None:
    """Write a file in whole or not at all.

    Args:
        target: its path.
        data: all of it.
        option: the option by which it was named.

    Raises:
        AdminError: it can't be written.
    """
    try:
        _replace(Path(target), data)
    except OSError as error:
        raise AdminError(
            f"{target} can't be written: {error.strerror}. Name another file with {option}."
        ) from error


def _replace(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path`` in one step; a device such as ``/dev/null`` is written to, not exchanged."""
    path = path.resolve()
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    write_whole(path, data)
