"""A quick look at a register before it is used, so that a malformed one isn't served as if it were fine."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from attendance.errors import SchemaError
from attendance.store.sqlite.connecting.opening import LONGEST_WAIT
from attendance.store.sqlite.errors import PRIMARY_CODE

MOST_SECONDS = 2.0  # a register of a school takes some milliseconds
_STEPS = 20_000  # of SQLite's machine, between two looks at the time


def check_quickly(path: Path, named: Path, *, most_seconds: float = MOST_SECONDS) -> None:
    """Check the structure of a register, or of as much of it as there is time for.

    The connection can only read: otherwise closing it would merge a log that belongs to another file into
    this one, and make it worse.

    Args:
        path: the register.
        named: the file that messages name.
        most_seconds: when to stop and believe the rest.

    Raises:
        SchemaError: it is malformed; nothing was changed.
        sqlite3.Error: it can't be read.
    """
    until = time.monotonic() + most_seconds
    readable = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(readable, uri=True, timeout=LONGEST_WAIT)) as connection:
        connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
        try:
            found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(1)").fetchall()]
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & PRIMARY_CODE == sqlite3.SQLITE_INTERRUPT:
                return
            raise
    if found != ["ok"]:
        raise SchemaError(
            f"The register in {named} is damaged ({found[0].splitlines()[-1]}). That happens when an old "
            "file is put over a register in use, or beside the -wal of another. Nothing was changed. Stop "
            "all servers, move that file and all beside it that begin with its name away, and restore a "
            "backup with the command restore."
        )
