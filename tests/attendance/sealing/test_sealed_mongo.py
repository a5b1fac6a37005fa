"""A MongoDB register is sealed as one in SQLite is."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import cast

import bson
import numpy as np
import pytest
from pymongo import MongoClient

from attendance.errors import SettingsError, SiteKeyError
from attendance.sealing.data_keys import DataKeys
from attendance.sealing.opening import open_sealed_store
from attendance.sealing.seal import RegisterSeal
from attendance.sealing.sealed_fields import SEALED
from attendance.sealing.sealed_store import SealedStore
from attendance.sealing.site_keys import SiteKey, SiteKeys
from attendance.settings.settings import Settings
from attendance.store.mongo.connection import Client
from attendance.store.mongo.sealing.student_keys import MongoStudentKeys
from attendance.store.mongo.store import MongoStore
from attendance.store.protocol import Store
from attendance.store.protocols.sealing import SealStage, SealState
from tests.attendance.sealing.test_sealed_register import SECRETS, write
from tests.attendance.store import frozen
from tests.attendance.store.builders import session, template
from tests.attendance.store.conftest import nx_server  # noqa: F401 - a fixture
from tests.attendance.store.databases import NXServer, client_in_memory

URI = "mongodb://in.memory/attendance"


def sealed(client: Client, site: SiteKeys, stage: SealStage = SealStage.SEALED) -> tuple[Store, RegisterSeal]:
    keys = MongoStudentKeys(URI, "5e", connect=lambda _uri: client)
    seal = RegisterSeal(DataKeys(site, keys), stage)
    return cast("Store", SealedStore(MongoStore(URI, connect=lambda _uri: client), seal)), seal


def everything(client: Client) -> bytes:
    register = client["attendance"]
    return b"".join(
        bson.encode(each) for name in register.list_collection_names() for each in register[name].find()
    )


def test_everything_comes_back_as_it_was_written() -> None:
    client = client_in_memory()
    store, _ = sealed(client, SiteKeys([SiteKey.new()]))
    with closing(store):
        frozen.write_all(store)
        frozen.assert_read(store, version=8)


def test_a_plain_register_is_sealed_and_its_key_changed() -> None:
    client = client_in_memory()
    first, second = SiteKey.new(), SiteKey.new()
    with closing(MongoStore(URI, connect=lambda _uri: client)) as plain:
        write(plain)
        assert [each for each in SECRETS if each in everything(client)]
        _, seal = sealed(client, SiteKeys([first]), SealStage.SEALING)
        assert sum(plain.rewrite(kind, seal.sealed_anew) for kind in SEALED) > 8
        assert [each for each in SECRETS if each in everything(client)] == []
        _, seal = sealed(client, SiteKeys([second, first]), SealStage.ROTATING)
        seal.keys.rewrap()
        assert sum(plain.rewrite(kind, seal.sealed_anew) for kind in SEALED) > 8
        assert sum(plain.rewrite(kind, seal.sealed_anew) for kind in SEALED) == 0
    store, _ = sealed(client, SiteKeys([second]))
    with closing(store):
        assert store.session(session().id) == session()
        [found, _] = store.templates_of("s1")
        assert np.abs(second.turn.undone(found.embedding) - template("t1").embedding).max() < 1e-5


def test_the_state_of_the_seal_is_written_once_and_changed_by_who_has_seen_it() -> None:
    client = client_in_memory()
    with closing(MongoStore(URI, connect=lambda _uri: client)) as store:
        assert store.seal_state() is None
        state = SealState("5e", "00", SealStage.SEALING, "check")
        assert store.begin_sealing(state) == state
        assert store.begin_sealing(SealState("another", "00", SealStage.SEALING, "check")) == state
        new = SealState("5e", "01", SealStage.SEALED, "new", version=2)
        assert store.replace_seal_state(new)
        assert not store.replace_seal_state(new)
        assert store.seal_state() == new


@pytest.fixture
def settings(tmp_path: Path, nx_server: NXServer) -> Settings:  # noqa: F811
    """Of a machine that has not been told the secret that the others share."""
    return Settings(
        config=tmp_path / "config",
        models=tmp_path / "models",
        data=tmp_path / "data",
        mongodb_uri=nx_server.new_address(),
    )


@pytest.mark.server
def test_without_the_shared_secret_nothing_is_sealed(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="MONGODB_URI is set without ATTENDANCE_SECRET"):
        open_sealed_store(settings)
    assert not settings.config.exists(), "a key that no other machine has"
    with MongoClient[dict[str, object]](settings.mongodb_uri) as client:
        assert client.get_default_database().list_collection_names() == []
    open_sealed_store(replace(settings, secret="s" * 40)).close()


@pytest.mark.server
def test_with_another_secret_than_the_other_servers_the_message_names_it(settings: Settings) -> None:
    open_sealed_store(replace(settings, secret="s" * 40)).close()
    with pytest.raises(SiteKeyError, match="Set the ATTENDANCE_SECRET that the other servers have"):
        open_sealed_store(replace(settings, secret="t" * 40))
