"""The whole register as files of records that belong to no database, whichever database has it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from attendance.store.open_store import FILE_NAME
from attendance.store.portable.kinds import INSIDE, KINDS, STUDENTS, PortableKind, ReadKind
from attendance.store.portable.lines import ENDING, lines_in, write_lines
from attendance.store.records import Record
from attendance.store.sqlite.copying.portable_rows import records_of, write_register
from attendance.store.whole_register import SQLITE


def write_records(folder: Path, kind: str, into: Path) -> None:
    """Write all records of a copy to files that belong to no database, one for each kind of record.

    Args:
        folder: the copy.
        kind: which database it is of.
        into: an empty folder.

    Raises:
        SchemaError: the copy is damaged.
        StoreUnavailableError: it was made while others wrote.
        OSError: there is no space.
    """
    if kind == SQLITE:
        read: ReadKind = partial(records_of, folder / FILE_NAME)
    else:
        from attendance.store.mongo.copying.portable_documents import records_in  # noqa: PLC0415 - only for a server

        read = partial(records_in, folder)
    for each in KINDS:
        write_lines(_path(into, each), read(each))


def read_records(folder: Path, kind: PortableKind) -> Iterator[Record]:
    """The records of a kind in files that ``write_records`` wrote, one after the other.

    Raises:
        SchemaError: a file is damaged.
        OSError: it is missing.
    """
    return (kind.read(record) for record in lines_in(_path(folder, kind)))


def count_records(folder: Path) -> dict[str, int]:
    """Read all records in files that ``write_records`` wrote; returns the number of each kind.

    Raises:
        SchemaError: a file is damaged.
        OSError: one is missing.
    """
    counts = dict.fromkeys((*(kind.name for kind in KINDS), *INSIDE), 0)
    for kind in KINDS:
        for record in read_records(folder, kind):
            counts[kind.name] += 1
            for name in INSIDE if kind == STUDENTS else ():
                counts[name] += len(record[name])
    return counts


def build_copy(read: ReadKind, kind: str, into: Path) -> None:
    """Make a copy of records, which ``register_put`` makes the register.

    Args:
        read: gives the records of each kind.
        kind: which database it is to be of.
        into: an empty folder.

    Raises:
        SchemaError: records contradict each other.
        StoreUnavailableError: there is no space.
        OSError: likewise.
    """
    if kind == SQLITE:
        write_register(into / FILE_NAME, read)
        return
    from attendance.store.mongo.copying.portable_documents import write_copy  # noqa: PLC0415 - the same

    write_copy(into, read)


def _path(folder: Path, kind: PortableKind) -> Path:
    return folder / f"{kind.name}{ENDING}"
