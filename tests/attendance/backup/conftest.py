"""A site of its own with a register of a school, and a folder on another disk for its backups."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import pytest

from attendance.audit.trail import AuditTrail
from attendance.backup.making import BackupMade, make_backup
from attendance.backup.moving.exporting import SiteExported, export_site
from attendance.sealing.opening import open_sealed_store
from attendance.settings.settings import Settings
from attendance.store.open_store import FILE_NAME
from attendance.store.protocol import Store
from attendance.store.records import Record
from tests.attendance.store.conftest import SERVERS, address_of, nx_server, server_of  # noqa: F401 - fixtures
from tests.attendance.store.everything import everything_in, fill_everything
from tests.attendance.store.old.school import write_school

SECRET = "s" * 40
Rows = dict[str, list[tuple[object, ...]]]
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def site_in(folder: Path) -> Settings:
    """A site whose keys are not in its data folder."""
    return Settings(config=folder / "config", models=folder / "models", data=folder / "data")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register of eight weeks that has records of all kinds, sealed, with files beside it."""
    folder = tmp_path_factory.mktemp("school")
    settings = site_in(folder)
    settings.data.mkdir()
    write_school(settings.data / FILE_NAME, 8)
    open_sealed_store(settings).close()
    pictures = settings.data / "Images" / "classroom" / "job"
    pictures.mkdir(parents=True)
    (pictures / "room.jpg").write_bytes(b"a room")
    (settings.data / "calibration.json").write_text("[]")
    return folder


@pytest.fixture
def settings(written: Path, tmp_path: Path) -> Settings:
    """A site of its own with that register."""
    copytree(written, tmp_path / "site")
    return site_in(tmp_path / "site")


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """The register, open as a server has it."""
    opened = open_sealed_store(settings)
    yield opened
    opened.close()


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """Where the backup goes."""
    return tmp_path / "disk" / "register.backup"


@pytest.fixture
def made(settings: Settings, store: Store, backup: Path) -> BackupMade:
    """A backup, with the store closed as after a loss."""
    done = make_backup(settings, store, NOW, backup)
    store.close()
    return done


@pytest.fixture
def elsewhere(settings: Settings, tmp_path: Path) -> Settings:
    """The same site with an empty data folder."""
    return replace(settings, data=tmp_path / "restored")


def rows(data: Path) -> Rows:
    """Every record of every table, as SQLite has it."""
    with closing(sqlite3.connect(data / FILE_NAME)) as connection:
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        names = [name for (name,) in connection.execute(query)]
        return {
            name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in names
        }


def restored_rows(data: Path) -> Rows:
    """The same of a register that came out of a file, without the one entry that says so."""
    found = rows(data)
    [noted] = [entry for entry in found["audit"] if "restored" in entry]
    return {**found, "audit": [entry for entry in found["audit"] if entry != noted]}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the export goes."""
    return tmp_path / "disk" / "site.export"


@pytest.fixture
def exported(settings: Settings, store: Store, file: Path) -> SiteExported:
    """An export, with the store closed as the site is to move."""
    done = export_site(settings, store, NOW, file)
    store.close()
    return done


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    """A site with one or two records of every kind, as servers for tests are slow."""
    settings = site_in(tmp_path / "small")
    with closing(open_sealed_store(settings)) as store:
        fill_everything(store)
    return settings


@pytest.fixture
def small_export(small: Settings, file: Path) -> SiteExported:
    """An export of it."""
    with closing(open_sealed_store(small)) as store:
        return export_site(small, store, NOW, file)


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> str:
    """The address of an empty database on a server."""
    return address_of(request.param, request)


def values_of(settings: Settings) -> dict[str, list[Record]]:
    """All values as a server reads them, opened."""
    with closing(open_sealed_store(settings)) as store:
        return everything_in(store)


def is_clean(settings: Settings, head: str) -> bool:
    """Whether the audit trail is whole, with a head that was printed."""
    with closing(open_sealed_store(settings)) as store:
        return AuditTrail(store).verify([head]).is_clean


def on_a_server(settings: Settings, address: str) -> Settings:
    """The same computer with a MongoDB server; its key is made from the shared secret."""
    return replace(settings, mongodb_uri=address, secret=SECRET)


def unturned(values: dict[str, list[Record]]) -> dict[str, list[Record]]:
    """Without embeddings, which each site turns by its key."""
    return {**values, "templates": [{**each, "embedding": None} for each in values["templates"]]}
