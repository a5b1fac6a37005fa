"""A copy of the embedded database for a dry run, made without touching the original."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from shutil import copyfile

from attendance.errors import StoreUnavailableError
from attendance.store.open_store import FILE_NAME
from attendance.store.sqlite.schema import prepare

PARTS = ("", "-wal", "-journal")  # the database, and what SQLite may still have to merge into it
LONGEST_WAIT = 10.0  # seconds for a moment in which nobody writes
PAUSE = 0.05  # seconds; longer than the steps in which file systems count the time of a change


def copy_to_try(data: Path, into: Path) -> None:
    """Copy the register of a data folder as it is now, in the current schema.

    Even a reading connection to SQLite creates files beside the database, or writes into them. So the files
    are copied as such, again and again until none of them changed meanwhile.

    Args:
        data: the data folder; neither it nor the register has to exist.
        into: an empty folder, which gets the copy.

    Raises:
        SchemaError: the register was written by a newer version of this program, or by another program.
        StoreUnavailableError: it can't be read, or there is no space for the copy.
    """
    path, copy = data / FILE_NAME, into / FILE_NAME
    try:
        _copy_undisturbed(path, copy)
    except OSError as error:
        raise StoreUnavailableError(
            f"A dry run works on a copy of the register in {path}, which can't be copied to {into}: {error}. "
            "Free some space there, or give this user the right to read the register. Nothing was changed."
        ) from error
    prepare(copy, copy_of=path)


def _copy_undisturbed(path: Path, copy: Path) -> None:
    last_try = time.monotonic() + LONGEST_WAIT
    while True:
        before, began = _states(path), time.time()
        for part, state in zip(PARTS, before, strict=True):
            target = copy.with_name(copy.name + part)
            target.unlink(missing_ok=True)
            with suppress(FileNotFoundError):  # a log that was merged meanwhile; then the states differ
                if state is not None:
                    copyfile(path.with_name(path.name + part), target)
        settled = all(state is None or not 0 <= began - state[1] / 1e9 < PAUSE for state in before)
        if settled and _states(path) == before:
            return
        if time.monotonic() > last_try:
            raise StoreUnavailableError(
                f"The register in {path} was written all the time for {LONGEST_WAIT:.0f} seconds, and a dry "
                "run needs a copy of it. Try again when it is used less."
            )
        time.sleep(PAUSE)


def _states(path: Path) -> list[tuple[int, int, int] | None]:
    """Inode, time of the last change in ns, and size of each part; None where there is no such file."""
    found: list[tuple[int, int, int] | None] = []
    for part in PARTS:
        try:
            state = path.with_name(path.name + part).stat()
        except FileNotFoundError:
            found.append(None)
        else:
            found.append((state.st_ino, state.st_mtime_ns, state.st_size))
    return found
