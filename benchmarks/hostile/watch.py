"""Sees whether an input has stored anything, and how much memory a run takes."""

from __future__ import annotations

import gc
import hashlib
import logging
import sqlite3
from contextlib import closing
from pathlib import Path

from attendance.privacy.confirmed_time import FILE_NAME as SEEN_TIMES
from attendance.store.open_store import FILE_NAME
from benchmarks.apparatus.processes.process_family import resident_bytes
from face_detection.runtime.memory import give_memory_back

MEGABYTE = 1e6
# The register is looked into instead, and what its clock has shown is noted by any request once a day.
_LEFT_OUT = (FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm", SEEN_TIMES)
# What requests of any kind may write: when a login or a token was last used, who failed to log in, and for
# some hours the answer that a photo got under a grant that is good, for a phone that asks again.
COUNTERS = {
    "answers": None,
    "login_failures": None,
    "sqlite_sequence": None,
    "logins": ("seen_at", "expires_at"),
    "api_tokens": ("last_used_at", "version"),
}


class RegisterWatch:
    """Compares a register with what it was.

    Args:
        data: the data folder of a register that is open.
    """

    def __init__(self, data: Path) -> None:
        self._data = data
        self._connection = sqlite3.connect(f"{(data / FILE_NAME).as_uri()}?mode=ro", uri=True)
        self._version = self._data_version()
        self._tables = self._digests()
        self._files = self._names()

    def changed(self) -> list[str]:
        """The tables and files that are not as they were the last time."""
        version = self._data_version()
        found: list[str] = []
        if version != self._version:
            self._version, tables = version, self._digests()
            found = [name for name, digest in tables.items() if self._tables.get(name) != digest]
            self._tables = tables
        files = self._names()
        found += sorted(files ^ self._files)
        self._files = files
        return found

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _data_version(self) -> int:
        """A number that other connections' commits change."""
        with closing(self._connection.execute("PRAGMA data_version")) as cursor:
            return int(cursor.fetchone()[0])

    def _digests(self) -> dict[str, str]:
        names = self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {name: self._digest(name) for (name,) in names if COUNTERS.get(name, ()) is not None}

    def _digest(self, table: str) -> str:
        left_out = COUNTERS.get(table) or ()
        columns = [row[1] for row in self._connection.execute(f"PRAGMA table_info({table})")]
        kept = ", ".join(f'"{column}"' for column in columns if column not in left_out)
        digest = hashlib.sha256()
        for row in self._connection.execute(f"SELECT {kept} FROM {table} ORDER BY 1, 2"):  # noqa: S608 - own names
            digest.update(repr(row).encode())
        return digest.hexdigest()

    def _names(self) -> frozenset[str]:
        found = (path.relative_to(self._data).as_posix() for path in self._data.rglob("*"))
        return frozenset(name for name in found if name not in _LEFT_OUT)


class ErrorsLogged(logging.Handler):
    """Collects what the program logs as an error while an input is answered."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Note one."""
        cause = record.exc_info[1] if record.exc_info else None
        self._seen.append(
            f"{record.getMessage()[:200]} ({cause!r:.200})" if cause else record.getMessage()[:200]
        )

    def taken(self) -> list[str]:
        """What was collected since the last time."""
        seen, self._seen = self._seen, []
        return seen


def resident() -> float:
    """MB of this process and its children, after giving back what is free."""
    gc.collect()
    give_memory_back()
    return resident_bytes() / MEGABYTE
