"""Databases that come from elsewhere: SQLite files in the register's place, and backups that are restored."""

from __future__ import annotations

import io
import json
import random
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from attendance.backup.archive import MANIFEST
from attendance.backup.making import make_backup
from attendance.backup.restoring import restore_backup
from attendance.backup.sealed_stream import SealedWriter
from attendance.errors import AttendanceError
from attendance.sealing.key_sources import find_keys
from attendance.sealing.opening import open_sealed_store
from attendance.store.open_store import FILE_NAME
from benchmarks.hostile.hostile_site import HostileSite
from benchmarks.hostile.mutations import any_text, mutated
from benchmarks.hostile.values import HostileInput

RESTORE, REGISTER = "restore", "register"
_PAGE_WORDS = (
    b"SQLite format 3\x00",
    b"CREATE TABLE students",
    b"\x0d\x00\x00",
    b"\x05\x00\x00",
    b"\x02\x00\x00",
)
_NAMES = (
    "../escaped",
    "/hostile-escaped",
    "register/attendance.sqlite3",
    "files/../../x",
    "",
    ".",
    "a/b/c",
    "x" * 300,
)
_STATEMENTS = (
    "UPDATE students SET name = CAST(x'ff' AS BLOB)",
    "PRAGMA user_version = 99999",
    "PRAGMA user_version = -1",
    "DROP TABLE marks",
    "UPDATE sessions SET opens_at = 'never'",
    "CREATE TRIGGER hostile AFTER INSERT ON logins BEGIN DELETE FROM students; END",
    "CREATE VIEW hostile AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c",
    "DELETE FROM sealing",
    "UPDATE sealing SET key_check = 'AAAA'",
    "UPDATE sealing SET register_id = '../../x'",
    "UPDATE courses SET roster = '[1'",
    "UPDATE marks SET history = '{}'",
    "UPDATE templates SET embedding = x'00'",
)


class Databases:
    """Files to ``restore``, and registers that somebody has put into the data folder.

    Backups are changed from outside, which the seal has to notice, and made with the site's key, as somebody
    could who has it.

    Args:
        site: the site.
    """

    name = "databases"

    def __init__(self, site: HostileSite) -> None:
        self._site = site
        place = self._folder = site.folder / self.name
        place.mkdir(exist_ok=True)
        register = site.register
        make_backup(register.settings, register.store, register.clock.now(), place / "seed.backup", None)
        self._backup = (place / "seed.backup").read_bytes()
        self._key = find_keys(register.settings, create=False).current
        with (
            closing(sqlite3.connect(site.data / FILE_NAME)) as source,
            closing(sqlite3.connect(place / "seed")) as copy,
        ):
            source.backup(copy)
        self._database = (place / "seed").read_bytes()

    def inputs(self, draw: random.Random) -> Iterator[HostileInput]:
        """See ``HostileKind``."""
        while True:
            match draw.randrange(4):
                case 0:
                    yield HostileInput(
                        self.name, RESTORE, *mutated(self._backup, draw, (b"ATTENDANCE-BACKUP-2\n",))
                    )
                case 1:
                    yield HostileInput(self.name, RESTORE, self._sealed(_archive(draw)), "sealed")
                case 2:
                    yield HostileInput(self.name, REGISTER, *mutated(self._database, draw, _PAGE_WORDS))
                case _:
                    yield HostileInput(self.name, REGISTER, *self._changed_by_sql(draw))

    def send(self, one: HostileInput) -> int:
        """See ``HostileKind``; 200 where a register was opened, 422 where it was refused."""
        with tempfile.TemporaryDirectory(dir=self._folder) as name:
            data = Path(name) / "data"
            data.mkdir()
            settings = replace(self._site.register.settings, data=data)
            try:
                if one.entrance == RESTORE:
                    return self._restore(one.data, Path(name), settings)
                (data / FILE_NAME).write_bytes(one.data)
                return _read_all(settings)
            except AttendanceError:
                return 422

    def _restore(self, backup: bytes, folder: Path, settings: Any) -> int:
        path = folder / "hostile.backup"
        path.write_bytes(backup)
        try:
            restore_backup(settings, path, self._site.register.clock.now(), without_keys=True)
        except AttendanceError:
            left = sorted(each.name for each in settings.data.rglob("*"))
            escaped = sorted(each.name for each in folder.iterdir() if each.name not in ("data", path.name))
            if FILE_NAME in left or escaped:
                raise AssertionError(f"a refused backup left {left} and {escaped}") from None
            raise
        return 200

    def _sealed(self, archive: bytes) -> bytes:
        out = io.BytesIO()
        writer = SealedWriter(out, self._key)
        writer.write(archive)
        writer.finish()
        return out.getvalue()

    def _changed_by_sql(self, draw: random.Random) -> tuple[bytes, str]:
        path = self._folder / "changed"
        path.write_bytes(self._database)
        statement = draw.choice(_STATEMENTS)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            try:
                connection.execute(statement)
            except sqlite3.Error:  # a constraint is in the way
                statement = "PRAGMA application_id = 1"
                connection.execute(statement)
        data = path.read_bytes()
        path.unlink()
        return data, statement


def _read_all(settings: Any) -> int:
    """Open a register, and read what pages read."""
    store = open_sealed_store(settings)
    try:
        students, courses = list(store.students()), store.courses()
        for session in store.sessions_between("2000-01-01", "2100-01-01"):
            store.marks(session.id)
        return 200 if courses or students else 422
    finally:
        store.close()
        shutil.rmtree(settings.data, ignore_errors=True)


def _archive(draw: random.Random) -> bytes:
    """What is inside a backup: a manifest that lies, members that should not be there, and noise."""
    manifest: dict[str, Any] = {
        "register_id": "r",
        "made_at": 1,
        "kind": "sqlite",
        "counts": {},
        "digests": {},
        "head": "",
        "form": 1,
    }
    for _ in range(draw.choice((0, 1, 2))):
        name = draw.choice((*manifest, "more"))
        manifest[name] = draw.choice(
            (None, [], {}, "x", -1, 10**30, {"../x": "0"}, {"a": 1}, {"/etc/passwd": "0" * 64})
        )
    text = draw.choice((json.dumps(manifest).encode(), b"{", b"[]", b"null", b"[" * 20_000, b"\xff"))
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        if draw.random() < 0.9:
            _add(tar, MANIFEST, text)
        for _ in range(draw.choice((0, 1, 3))):
            _add(tar, draw.choice(_NAMES), any_text(draw).encode("utf-8", "replace"), draw)
    data = out.getvalue()
    return mutated(data, draw)[0] if draw.random() < 0.3 else data


def _add(tar: tarfile.TarFile, name: str, data: bytes, draw: random.Random | None = None) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    if draw is not None and draw.random() < 0.4:
        info.type = draw.choice(
            (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE)
        )
        info.linkname, info.size = "/etc/passwd", 0
    tar.addfile(info, io.BytesIO(data))
