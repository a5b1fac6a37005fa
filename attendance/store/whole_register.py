"""Copies of the whole register, whichever database has it: made, checked, and put in place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from attendance.store.open_store import FILE_NAME
from attendance.store.protocols.audit import AuditRow
from attendance.store.sqlite.copying.quick_check import check_quickly
from attendance.store.sqlite.copying.whole_copies import (
    check_whole,
    copy_whole,
    put_in_place,
    refuse_in_use,
    taken,
)
from attendance.store.sqlite.errors import translated
from attendance.store.sqlite.schema import MIGRATIONS
from attendance.store.sqlite.store import SQLiteStore

SQLITE, MONGODB = "sqlite", "mongodb"
ALL_ROWS = 2**31
SCHEMA = len(MIGRATIONS)
"""The version of the schema, which is the same in both databases."""


def kind_of(mongodb_uri: str | None) -> str:
    """Which database the settings choose."""
    return MONGODB if mongodb_uri else SQLITE


def copy_register(data: Path, mongodb_uri: str | None, into: Path) -> dict[str, int]:
    """Copy all records as they are at one moment; others may go on writing.

    Args:
        data: the data folder.
        mongodb_uri: the address of the MongoDB server that has the register, or None.
        into: an empty folder.

    Returns:
        The number of records of each kind.

    Raises:
        StoreUnavailableError: the register can't be read, or there is no space.
        SchemaError: it is damaged.
    """
    if mongodb_uri is None:
        return copy_whole(data / FILE_NAME, into / FILE_NAME)
    from attendance.store.mongo.copying.whole_copies import copy_documents  # noqa: PLC0415 - only for a server

    return copy_documents(mongodb_uri, into)


def check_copy(folder: Path, kind: str) -> dict[str, int]:
    """Read all of a copy; returns the number of records of each kind.

    Raises:
        SchemaError: it is damaged.
    """
    if kind == SQLITE:
        return check_whole(folder / FILE_NAME)
    from attendance.store.mongo.copying.whole_copies import check_documents  # noqa: PLC0415 - the same

    return check_documents(folder)


def audit_rows_of(folder: Path, kind: str) -> Sequence[AuditRow]:
    """The entries of the audit trail in a copy of the current schema, by number."""
    if kind == SQLITE:
        store = SQLiteStore(folder / FILE_NAME)
        try:
            return store.audit_rows(-ALL_ROWS, ALL_ROWS)
        finally:
            store.close()
    from attendance.store.mongo.copying.whole_copies import audit_rows_in  # noqa: PLC0415 - the same

    return audit_rows_in(folder)


def check_structure(path: Path) -> None:
    """Look for a few seconds at most whether an SQLite register in use is well formed, without changing it.

    Raises:
        SchemaError: it isn't.
        StoreUnavailableError: it can't be read.
    """
    with translated(path):
        check_quickly(path, path)


def refuse_existing(data: Path, mongodb_uri: str | None) -> None:
    """Check early that there is no register; ``register_put`` checks it again.

    Raises:
        StoreUnavailableError: there is one, or the server can't be reached.
    """
    if mongodb_uri is None:
        if (data / FILE_NAME).exists():
            raise taken(data / FILE_NAME)
        return
    from attendance.store.mongo.copying.whole_copies import refuse_register  # noqa: PLC0415 - the same

    refuse_register(mongodb_uri)


def refuse_half_put(mongodb_uri: str | None) -> None:
    """Check that the register isn't being put into its database, and that no such attempt was interrupted.

    Raises:
        StoreUnavailableError: it is or was, or the server can't be reached.
    """
    if mongodb_uri is None:
        return  # where a register appears in one step
    from attendance.store.mongo.copying.whole_copies import refuse_half_put as refuse  # noqa: PLC0415 - the same

    refuse(mongodb_uri)


def require_alone(data: Path, mongodb_uri: str | None) -> None:
    """Check that no server and no command has the register open; those on a MongoDB server aren't known.

    Raises:
        StoreUnavailableError: one has.
    """
    if mongodb_uri is None:
        refuse_in_use(data / FILE_NAME)


@contextmanager
def register_put(folder: Path, data: Path, mongodb_uri: str | None) -> Iterator[Path]:
    """Make a copy the register, once the block has made it ready.

    Args:
        folder: the copy, for an embedded database on the same disk as the data folder.
        data: the data folder.
        mongodb_uri: the address of a MongoDB server with an empty database, or None.

    Yields:
        The data folder with which ``open_store`` opens the copy.

    Raises:
        StoreUnavailableError: there is a register, or a program has one open.
    """
    if mongodb_uri is None:
        yield folder
        put_in_place(folder / FILE_NAME, data / FILE_NAME)
        return
    from attendance.store.mongo.copying.whole_copies import documents_put  # noqa: PLC0415 - the same

    with documents_put(mongodb_uri, folder):
        yield data
