"""Creates an SQLite register, and migrates older ones to the current schema."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from attendance.errors import SchemaError, StoreUnavailableError
from attendance.files.private_folder import make_private
from attendance.store.refusals import refuse_newer
from attendance.store.sqlite.audit.beginning import begin_chain
from attendance.store.sqlite.connecting.opening import connect, patiently, transaction
from attendance.store.sqlite.copying.quick_check import check_quickly
from attendance.store.sqlite.errors import translated
from attendance.store.sqlite.migrations.old_copies import copy_before
from attendance.store.sqlite.migrations.version_1 import VERSION_1
from attendance.store.sqlite.migrations.version_2 import VERSION_2
from attendance.store.sqlite.migrations.version_3 import VERSION_3
from attendance.store.sqlite.migrations.version_4 import VERSION_4
from attendance.store.sqlite.migrations.version_5 import VERSION_5
from attendance.store.sqlite.migrations.version_6 import VERSION_6
from attendance.store.sqlite.migrations.version_7 import VERSION_7
from attendance.store.sqlite.migrations.version_8 import VERSION_8
from attendance.store.sqlite.migrations.version_9 import VERSION_9
from attendance.values.feed import new_feed_name
from attendance.values.roll_numbers import number_key
from attendance.values.sessions import new_session_secret

Migration = tuple[str, ...]  # statements; number n (from 1) leads from schema version n - 1 to n

MIGRATIONS: tuple[Migration, ...] = (
    *(VERSION_1, VERSION_2, VERSION_3, VERSION_4, VERSION_5, VERSION_6),
    *(VERSION_7, VERSION_8, VERSION_9),
)
CHAIN_SINCE = 9  # the schema version that brought the audit trail
APPLICATION_ID = int.from_bytes(b"atnd")  # in the file's header: a register of this program
OWNER_ONLY = 0o600


def prepare(path: Path, migrations: Sequence[Migration] = MIGRATIONS, *, copy_of: Path | None = None) -> None:
    """Make the file a register of the current schema; one of several simultaneous processes does it.

    An older one is copied first, and the log says where the copy is.

    Args:
        path: the file; it and its folder are created if they don't exist.
        migrations: all of them, in order.
        copy_of: the register that the file is a copy of, which messages name; the copy isn't copied again.

    Raises:
        SchemaError: the file is not a register, or a newer version of this program wrote it.
        StoreUnavailableError: the folder or the file isn't writable, or has no space for the copy.
    """
    _create(path)
    named = copy_of or path
    with translated(named):
        check_quickly(path, named)
    with translated(named), closing(connect(path)) as connection:
        _check(connection, named, len(migrations))
        patiently(lambda: connection.execute("PRAGMA journal_mode = WAL").fetchall())
        connection.execute("PRAGMA foreign_keys = OFF")  # otherwise no migration could rebuild a table
        connection.create_function("new_session_secret", 0, new_session_secret)  # for version 2
        connection.create_function("number_key", 1, number_key)  # for version 5
        connection.create_function("new_feed_name", 0, new_feed_name)  # for version 6
        with transaction(connection):
            version = _check(connection, named, len(migrations))
            if 0 < version < len(migrations) and copy_of is None:
                with closing(connect(path)) as unchanged:
                    copy_before(unchanged, path, version)
            for number, statements in enumerate(migrations[version:], start=version + 1):
                for statement in statements:
                    connection.execute(statement)
                _check_keys(connection, named, number)
            if version < CHAIN_SINCE <= len(migrations):
                begin_chain(connection)
            if version < len(migrations):
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {len(migrations)}")


def _create(path: Path) -> None:
    try:
        make_private(path.parent)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY))
        if not os.access(path.parent, os.W_OK):
            raise PermissionError(f"the folder {path.parent} is not writable")
    except OSError as error:
        raise StoreUnavailableError(
            f"The register can't be stored in {path}: {error}. Give this user the right to write there, or "
            "choose another data folder with ATTENDANCE_DATA."
        ) from error


def _check(connection: sqlite3.Connection, path: Path, known: int) -> int:
    """The file's schema version; 0 for an empty file."""
    application: int = connection.execute("PRAGMA application_id").fetchone()[0]
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    tables: int = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application != APPLICATION_ID and (application or version or tables):
        raise SchemaError(
            f"{path} is a database of another program (application id {application}). Choose another data "
            "folder with ATTENDANCE_DATA, or move the file away."
        )
    refuse_newer(str(path), version, known)
    return version


def _check_keys(connection: sqlite3.Connection, path: Path, number: int) -> None:
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise SchemaError(
            f"Migration {number} of {path} would break {len(broken)} keys, the first one in the table "
            f"{broken[0][0]}; nothing was changed. Restore a backup of the file, or report this."
        )
