"""Writes all documents of a MongoDB register to files, one for each collection, and puts them back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path

import bson
from pymongo.client_session import ClientSession
from pymongo.errors import BulkWriteError, ConfigurationError, InvalidOperation, OperationFailure
from pymongo.read_concern import ReadConcern

from attendance.errors import SchemaError, StoreUnavailableError
from attendance.files.whole_file import PRIVATE
from attendance.store.mongo.audit.chain import AUDIT, head_of, settle
from attendance.store.mongo.audit.trail import audit_row
from attendance.store.mongo.connection import Connect, MongoConnection, Register, connect
from attendance.store.mongo.migrations.indexes import need_indexes
from attendance.store.mongo.migrations.names import LOCK
from attendance.store.mongo.schema import BEFORE
from attendance.store.protocols.audit import AuditRow
from attendance.store.records import Record

ENDING = ".bson"
REGISTER = "register"  # the collection with the schema's version, which is put back last
ATTEMPTS = 5  # to read everything while nobody changes anything, where the server has no snapshots
AT_ONCE = 500  # documents in one command
_RESTORING = "restoring"  # a document of ``register`` while documents are put back


def copy_documents(uri: str, into: Path, connect: Connect = connect) -> dict[str, int]:
    """Write all documents to files: of one moment where the server has snapshots.

    Elsewhere the collections are read one after the other, again until the audit trail is as long afterwards
    as before; if that doesn't happen, each collection is of its own moment.

    Args:
        uri: the server's address.
        into: an empty folder.
        connect: creates pymongo's client for the address.

    Returns:
        The number of documents of each collection.

    Raises:
        StoreUnavailableError: the server can't be reached, or there is no space.
    """
    connection = MongoConnection(uri, connect)
    try:
        with connection.register() as register:
            settle(register)
            counts = _of_one_moment(register, into)
            return _undisturbed(register, into) if counts is None else counts
    except OSError as error:
        raise StoreUnavailableError(f"The register can't be copied to {into}: {error}.") from error
    finally:
        connection.close()


def check_documents(folder: Path) -> dict[str, int]:
    """Read every document of a copy; returns the number of each collection's.

    Raises:
        SchemaError: a file is damaged.
    """
    return {path.stem: sum(1 for _ in documents_in(path)) for path in sorted(folder.glob(f"*{ENDING}"))}


def audit_rows_in(folder: Path) -> list[AuditRow]:
    """The entries of the audit trail in a copy, by number."""
    path = folder / f"{AUDIT}{ENDING}"
    found = documents_in(path) if path.exists() else []
    return [audit_row(each) for each in sorted(found, key=lambda each: str(each["_id"]))]


def documents_in(path: Path) -> Iterator[Record]:
    """The documents of a file.

    Raises:
        SchemaError: it is damaged.
    """
    try:
        with path.open("rb") as file:
            yield from bson.decode_file_iter(file)
    except bson.errors.InvalidBSON as error:
        raise SchemaError(f"The copy of the register in {path} is damaged: {error}.") from error


@contextmanager
def documents_put(uri: str, folder: Path, connect: Connect = connect) -> Iterator[None]:
    """Put all documents of a copy into an empty database; what is done in the block belongs to that.

    If it is interrupted, the next call begins again.

    Raises:
        StoreUnavailableError: a register is there, or the server can't be reached.
    """
    with closing(MongoConnection(uri, connect)) as connection:
        with connection.register() as register:
            _require_empty(register, connection.where)
            register[REGISTER].update_one({"_id": _RESTORING}, {"$set": {"begun": True}}, upsert=True)
            need_indexes(register, connection.where, is_new=True)
            paths = sorted(folder.glob(f"*{ENDING}"), key=lambda path: (path.stem == REGISTER, path.stem))
            for path in paths:
                documents = documents_in(path)
                while some := list(islice(documents, AT_ONCE)):
                    _insert(register, path.stem, some)
        yield
        with connection.register() as register:
            register[REGISTER].delete_one({"_id": _RESTORING})


def _insert(register: Register, name: str, documents: list[Record]) -> None:
    try:
        register[name].insert_many(documents)
    except BulkWriteError as error:
        [refused, *_] = error.details["writeErrors"]
        raise SchemaError(
            f"Two records of {name} contradict each other ({refused['errmsg']}), so nothing can be put here. "
            "Correct one of them where the register was, and try again."
        ) from error


def refuse_register(uri: str, connect: Connect = connect) -> None:
    """Check that the database is empty, but for what an interrupted call of ``documents_put`` left.

    Raises:
        StoreUnavailableError: a register is there, or the server can't be reached.
    """
    with closing(MongoConnection(uri, connect)) as connection, connection.register() as register:
        if not _is_half(register):
            _refuse_any(register, connection.where)


def refuse_half_put(uri: str, connect: Connect = connect) -> None:
    """Check that no register is being put into the database, and that no such attempt was interrupted.

    Raises:
        StoreUnavailableError: one is or was, or the server can't be reached.
    """
    with closing(MongoConnection(uri, connect)) as connection, connection.register() as register:
        if _is_half(register):
            raise StoreUnavailableError(
                f"A register is being put into {connection.where}, or that was interrupted. Wait until "
                "restore or import-site has ended. If it was interrupted, type it again: it starts over."
            )


def _require_empty(register: Register, where: str) -> None:
    if not _is_half(register):
        _refuse_any(register, where)
        return
    for name in register.list_collection_names():
        if name != REGISTER:
            register.drop_collection(name)
    register[REGISTER].delete_many({"_id": {"$ne": _RESTORING}})


def _is_half(register: Register) -> bool:
    """Whether documents were being put when that was interrupted."""
    return register[REGISTER].find_one({"_id": _RESTORING}) is not None


def _refuse_any(register: Register, where: str) -> None:
    for name in register.list_collection_names():
        if register[name].find_one({}, {"_id": 1}) is not None:
            raise StoreUnavailableError(
                f"There is already a register on {where}, which is never overwritten. Stop all "
                "servers, and name another database in MONGODB_URI. Nothing was changed."
            )


def _of_one_moment(register: Register, into: Path) -> dict[str, int] | None:
    """Copy with a snapshot; None: the server has none."""
    names = _names(register)
    reading = register.with_options(read_concern=ReadConcern())
    try:
        with register.client.start_session(snapshot=True) as session:
            return _write(reading, into, names, session)
    except (ConfigurationError, InvalidOperation, OperationFailure, NotImplementedError):
        return None


def _undisturbed(register: Register, into: Path) -> dict[str, int]:
    counts: dict[str, int] = {}
    for _ in range(ATTEMPTS):
        before = head_of(register)
        counts = _write(register, into, _names(register), None)
        settle(register)
        if head_of(register) == before:
            break
    return counts


def _names(register: Register) -> list[str]:
    names = register.list_collection_names()
    return sorted(name for name in names if not name.startswith((BEFORE, "system.")))


def _write(register: Register, into: Path, names: list[str], session: ClientSession | None) -> dict[str, int]:
    for left in into.glob(f"*{ENDING}"):
        left.unlink()
    counts = {}
    for name in names:
        path = into / f"{name}{ENDING}"
        path.touch(PRIVATE)
        counts[name] = 0
        with path.open("wb") as file:
            found = register[name].find(session=session) if session else register[name].find()
            for document in found.sort("_id"):
                if name != REGISTER or document["_id"] not in (LOCK, _RESTORING):
                    file.write(bson.encode(document))
                    counts[name] += 1
    return counts
