"""Backups of a register on a server with MongoDB's protocol."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import bson
import pytest
from pymongo import MongoClient

from attendance.backup.archive import read_archive
from attendance.backup.collecting import REGISTER
from attendance.backup.making import BackupMade, make_backup
from attendance.backup.restoring import restore_backup
from attendance.errors import BackupError, SettingsError, StoreUnavailableError
from attendance.sealing.key_sources import find_keys
from attendance.sealing.opening import open_sealed_store
from attendance.sealing.site_keys import SiteKey, SiteKeys, text_of
from attendance.settings.settings import Settings
from attendance.store.mongo.copying import whole_copies
from tests.attendance.backup.conftest import NOW
from tests.attendance.store.builders import fill, mark, portrait, student, template
from tests.attendance.store.conftest import nx_server  # noqa: F401 - a fixture
from tests.attendance.store.databases import NXServer

pytestmark = pytest.mark.server


@pytest.fixture
def settings(nx_server: NXServer, tmp_path: Path) -> Settings:  # noqa: F811
    """A site on a server, with two students."""
    key = tmp_path / "site-key"
    key.write_text(text_of(SiteKeys([SiteKey.new()])))
    settings = Settings(
        site_key=f"file:{key}",
        config=tmp_path / "config",
        models=tmp_path,
        data=tmp_path / "data",
        mongodb_uri=nx_server.new_address(),
        secret="s" * 40,
    )
    store = open_sealed_store(settings)
    fill(store)
    store.update_student(student("s1", guardian_email="home@example.org"))
    store.add_templates([template("t1")])
    store.save_portrait(portrait("s1"))
    store.insert_mark(mark())
    store.close()
    return settings


def documents(settings: Settings) -> dict[str, list[bytes]]:
    """Every document of every collection, as bytes."""
    with MongoClient[dict[str, object]](settings.mongodb_uri) as client:
        register = client.get_default_database()
        found = {
            name: sorted(bson.encode(each) for each in register[name].find())
            for name in register.list_collection_names()
        }
    return {name: each for name, each in found.items() if each}


def restored_documents(settings: Settings) -> dict[str, list[bytes]]:
    """The same of a register that came out of a backup, without the one entry that says so."""
    found = documents(settings)
    [noted] = [each for each in found["audit"] if bson.decode(each)["kind"] == "restored"]
    return {**found, "audit": [each for each in found["audit"] if each != noted]}


def backed_up(settings: Settings, folder: Path) -> tuple[Path, BackupMade]:
    """A backup of the site, and what its maker says of it."""
    backup = folder / "disk" / "a.backup"
    with closing(open_sealed_store(settings)) as store:
        return backup, make_backup(settings, store, NOW, backup)


def test_what_comes_back_is_every_document(
    settings: Settings,
    nx_server: NXServer,  # noqa: F811
    tmp_path: Path,
) -> None:
    backup, made = backed_up(settings, tmp_path)
    before = documents(settings)
    with pytest.raises(StoreUnavailableError, match="never overwritten"):
        restore_backup(settings, backup, NOW)
    assert documents(settings) == before
    other = replace(settings, mongodb_uri=nx_server.new_address())
    with pytest.raises(BackupError, match="Set MONGODB_URI"):
        restore_backup(replace(settings, mongodb_uri=None), backup, NOW)
    restore_backup(other, backup, NOW)
    assert restored_documents(other) == before
    assert made.counts["marks"] == 1
    opened = open_sealed_store(other)
    found = opened.student("s1")
    assert found is not None
    assert found.guardian_email == "home@example.org"
    assert opened.mark(mark().session_id, "s1") == mark()
    opened.close()


def test_without_the_shared_secret_nothing_is_restored(
    settings: Settings,
    nx_server: NXServer,  # noqa: F811
    tmp_path: Path,
) -> None:
    backup, _ = backed_up(settings, tmp_path)
    other = replace(settings, mongodb_uri=nx_server.new_address(), secret=None)
    with pytest.raises(SettingsError, match="MONGODB_URI is set without ATTENDANCE_SECRET"):
        restore_backup(other, backup, NOW)
    assert documents(other) == {}


def test_an_interrupted_restore_begins_again(
    settings: Settings,
    nx_server: NXServer,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    backup, _ = backed_up(settings, tmp_path)
    before = documents(settings)
    other = replace(settings, mongodb_uri=nx_server.new_address())
    really = whole_copies.documents_in

    def broken(path: Path) -> Iterator[dict[str, object]]:
        if path.stem == "students":
            raise KeyboardInterrupt
        return really(path)

    with monkeypatch.context() as patch:
        patch.setattr(whole_copies, "documents_in", broken)
        folder = _opened(settings, backup, tmp_path)
        with pytest.raises(KeyboardInterrupt), whole_copies.documents_put(other.mongodb_uri or "", folder):
            raise AssertionError("it was interrupted before")
    assert documents(other)
    restore_backup(other, backup, NOW)
    assert restored_documents(other) == before


def _opened(settings: Settings, backup: Path, tmp_path: Path) -> Path:
    """The documents in a backup."""
    into = tmp_path / "opened"
    into.mkdir()
    read_archive(backup, find_keys(settings, create=False), into)
    return into / REGISTER
