"""A sealed register reads as a plain one does, and shows nothing to whoever has only its files."""

from __future__ import annotations

import base64
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from attendance.errors import ConsentMissingError, SealBrokenError, SiteKeyError
from attendance.sealing.opening import open_sealed_store, turn_of
from attendance.settings.settings import Settings
from attendance.store.open_store import FILE_NAME
from attendance.store.protocol import Store
from attendance.store.sqlite.store import SQLiteStore
from tests.attendance.store import frozen
from tests.attendance.store.builders import (
    NOON,
    answer,
    embedding,
    fill,
    notice,
    photo_job,
    portrait,
    same_template,
    session,
    student,
    template,
    trace,
)

JPEG = b"\xff\xd8 a marker of a picture \x00\xff"
EMAIL = "guardian-of-somebody@example.org"
SECRETS = (
    JPEG,
    EMAIL.encode(),
    base64.b64encode(EMAIL.encode()),
    session().secret.encode(),
    template("t1").embedding.tobytes(),
    template("t1").embedding.tobytes()[16:80],
    bytes(range(32)),  # the picture of a trace
    b"the verdict of somebody",
    b"the order of a job",
)


def write(store: Store) -> None:
    """A register with something of every kind that is sealed."""
    fill(store)
    store.update_student(student("s1", guardian_email=EMAIL, email=EMAIL, phone="+1 303 555 0117"))
    store.add_templates([template("t1")])
    store.add_templates([template("t1", source="c" * 64, id="t2")], [frozen.CROP])
    store.save_portrait(portrait("s1", JPEG))
    store.claim_notice(notice("n1", to=EMAIL))
    store.keep_answer(
        answer(answer={"code": "present", "student_id": "s1", "say": "the verdict of somebody"})
    )
    store.keep_answer(answer("api", "d2", answer={"status": "201", "body": f'{{"email": "{EMAIL}"}}'}))
    store.add_trace(trace())
    store.add_job(photo_job("1", wanted='{"say": "the order of a job"}'))


def all_bytes(folder: Path) -> bytes:
    """Everything in the files of a folder."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_sealed_store(settings)
    write(opened)
    yield opened
    opened.close()


def test_everything_comes_back_as_it_was_written(settings: Settings) -> None:
    with closing(open_sealed_store(settings)) as store:
        frozen.write_all(store)
        frozen.assert_read(store, version=8)
    with closing(open_sealed_store(settings)) as store:
        frozen.assert_read(store, version=8)
        frozen.assert_fed(store, version=8)


def test_the_files_show_no_face_address_or_secret(settings: Settings, store: Store) -> None:
    with closing(SQLiteStore(settings.data.parent / "plain" / FILE_NAME)) as plain:
        write(plain)
        there = all_bytes(settings.data.parent / "plain")
    assert [
        secret for secret in SECRETS if secret not in there and secret != base64.b64encode(EMAIL.encode())
    ] == []
    assert student("s1").name  # names stay searchable
    found = all_bytes(settings.data)
    assert [secret for secret in SECRETS if secret in found] == []
    store.close()
    found = all_bytes(settings.data)
    assert [secret for secret in SECRETS if secret in found] == []
    assert b"roll s1" in found


def test_a_plain_register_is_sealed_when_it_is_opened(settings: Settings) -> None:
    with closing(SQLiteStore(settings.data / FILE_NAME)) as plain:
        write(plain)
        version = plain.session(session().id)
    (settings.data / f"{FILE_NAME}.version-8").write_bytes(JPEG)  # the copy of a migration
    assert JPEG in all_bytes(settings.data)
    with closing(open_sealed_store(settings)) as store:
        found = all_bytes(settings.data)
        assert [secret for secret in SECRETS if secret in found] == []
        assert store.session(session().id) == version
        assert store.student("s1") == student(
            "s1", guardian_email=EMAIL, email=EMAIL, phone="+1 303 555 0117"
        )
        [stored, _] = store.templates_of("s1")
        assert np.abs(turn_of(store).undone(stored.embedding) - template("t1").embedding).max() < 1e-5
        assert store.portrait_of("s1") == portrait("s1", JPEG)
        assert store.notices() == [notice("n1", to=EMAIL)]


def test_sealing_that_was_interrupted_goes_on(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(SQLiteStore(settings.data / FILE_NAME)) as plain:
        write(plain)
    calls = []
    rewrite = SQLiteStore.rewrite

    def die(self: SQLiteStore, kind: type, change: object) -> int:
        calls.append(kind)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return rewrite(self, kind, change)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(SQLiteStore, "rewrite", die)
        with pytest.raises(KeyboardInterrupt):
            open_sealed_store(settings)
    found = all_bytes(settings.data)
    assert [secret for secret in SECRETS if secret in found] != []
    with closing(open_sealed_store(settings)) as store:
        found = all_bytes(settings.data)
        assert [secret for secret in SECRETS if secret in found] == []
        [stored, _] = store.templates_of("s1")
        assert np.abs(turn_of(store).undone(stored.embedding) - template("t1").embedding).max() < 1e-5


def test_an_erased_student_can_be_read_in_no_old_backup(settings: Settings, store: Store) -> None:
    copytree(settings.data, settings.data.parent / "backup")
    store.add_student(student("s3", guardian_email=EMAIL))
    erasure = store.remove_student("s1")
    assert erasure.data_keys == 2, "of the face, and of the person"
    with closing(open_sealed_store(replace(settings, data=settings.data.parent / "backup"))) as backup:
        assert backup.student("s2") == student("s2", name="Grace Hopper")
        for read in (backup.templates, lambda: backup.student("s1"), lambda: backup.portrait_of("s1")):
            with pytest.raises(SealBrokenError, match="no key"):
                read()
        assert backup.answer("g1", "d1", NOON) is None
        assert backup.answer("api", "d2", NOON) is not None, "it names nobody of the register by id"
    subjects = {path.name: path.read_bytes() for path in settings.config.iterdir()}
    assert not any(b"face:s1" in data or b"person:s1" in data for data in subjects.values())
    assert store.answer("api", "d2", NOON) != answer("api", "d2"), "an answer with the address is replaced"


def test_an_enrolment_or_a_check_in_that_comes_after_an_erasure_leaves_no_key(
    settings: Settings, store: Store
) -> None:
    store.remove_student("s1")
    with pytest.raises(ConsentMissingError):
        store.add_templates([template("t9")], [frozen.CROP])
    store.keep_answer(answer("g9", "d9", answer={"code": "present", "student_id": "s1"}))
    subjects = b"".join(path.read_bytes() for path in settings.config.iterdir())
    assert b"erased:s1" in subjects
    assert b"face:s1" not in subjects
    assert b"person:s1" not in subjects


@pytest.mark.parametrize("name", ["Q", "X", "Z"])
def test_a_short_name_is_not_looked_for_in_what_is_sealed(store: Store, name: str) -> None:
    kept = store.answer("g1", "d1", NOON), store.answer("api", "d2", NOON)
    store.add_student(student("a-student-with-a-long-id", name=name))
    assert store.remove_student("a-student-with-a-long-id").answers == 0
    assert (store.answer("g1", "d1", NOON), store.answer("api", "d2", NOON)) == kept


def test_a_withdrawn_face_can_be_read_in_no_old_backup_and_a_new_one_can(
    settings: Settings, store: Store
) -> None:
    copytree(settings.data, settings.data.parent / "backup")
    store.update_student(replace(student("s1"), consent=None))
    store.update_student(student("s1", email=EMAIL))
    store.add_templates([template("t1", embedding=embedding(9))])
    assert same_template(store.templates()[0], template("t1", embedding=embedding(9)))
    with closing(open_sealed_store(replace(settings, data=settings.data.parent / "backup"))) as backup:
        with pytest.raises(SealBrokenError):
            backup.templates()
        found = backup.student("s1")
        assert found is not None
        assert found.guardian_email == EMAIL


TABLES = {
    "templates": ("embedding", "templates_of", ("s1",)),
    "crops": ("jpeg", "crops_of", ("s1",)),
    "portraits": ("jpeg", "portrait_of", ("s1",)),
    "traces": ("picture", "traces_of_student", ("s1",)),
}


@pytest.mark.parametrize("table", TABLES)
def test_every_changed_byte_is_noticed(table: str, settings: Settings, store: Store) -> None:
    column, method, words = TABLES[table]
    with closing(sqlite3.connect(settings.data / FILE_NAME, isolation_level=None)) as raw:
        key, sealed = raw.execute(f"SELECT rowid, {column} FROM {table}").fetchone()
        for place in range(len(sealed)):
            changed = bytearray(sealed)
            changed[place] ^= 1 << (place % 8)
            raw.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (bytes(changed), key))
            with pytest.raises(SealBrokenError):
                getattr(store, method)(*words)
        raw.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (sealed, key))
    assert getattr(store, method)(*words)


@pytest.mark.parametrize(
    ("statement", "read"),
    [
        ("UPDATE templates SET engine = 'both-1' WHERE id = 't1'", "templates"),
        ("UPDATE templates SET detector = 'haar' WHERE id = 't1'", "templates"),
        ("UPDATE templates SET id = 't3' WHERE id = 't1'", "templates"),
        ("UPDATE templates SET student_id = 's2' WHERE id = 't1'", "templates"),
        ("UPDATE templates SET embedding = (SELECT embedding FROM templates WHERE id = 't2')", "templates"),
        ("UPDATE students SET email = guardian_email WHERE id = 's1'", "students"),
        ("UPDATE students SET guardian_email = 'mallory@example.org' WHERE id = 's1'", "students"),
        ("UPDATE sessions SET secret = '00'", "sessions"),
        ("UPDATE sessions SET secret = 'sealed.00'", "sessions"),
        ("UPDATE notices SET id = 'n2'", "notices"),
    ],
)
def test_a_swapped_or_plain_record_is_noticed(
    statement: str, read: str, settings: Settings, store: Store
) -> None:
    getattr(store, read)()
    with closing(sqlite3.connect(settings.data / FILE_NAME, isolation_level=None)) as raw:
        raw.execute(statement)
    with pytest.raises(SealBrokenError):
        getattr(store, read)()


@pytest.mark.parametrize("column", ["stage", "key_check", "register_id", "key_id"])
def test_what_the_register_says_about_its_seal_is_checked(
    column: str, settings: Settings, store: Store
) -> None:
    store.close()
    new = {"stage": "sealing", "key_check": "AAAA", "register_id": "00" * 8, "key_id": "00" * 4}[column]
    with closing(sqlite3.connect(settings.data / FILE_NAME, isolation_level=None)) as raw:
        raw.execute(f"UPDATE sealing SET {column} = ?", (new,))
    with pytest.raises(SiteKeyError, match=r"was changed|is sealed with"):
        open_sealed_store(settings)


def test_a_wrong_or_lost_key_is_a_clear_error(settings: Settings, store: Store) -> None:
    store.close()
    key = settings.config / "site-key"
    right = key.read_text()
    key.write_text("5e" * 32 + "\n")
    with pytest.raises(SiteKeyError, match="is sealed with the site's key"):
        open_sealed_store(settings)
    key.write_text("rubbish, long enough to be complete: it is no key, and it is longer than 64 characters\n")
    with pytest.raises(SiteKeyError, match="damaged"):
        open_sealed_store(settings)
    key.unlink()
    with pytest.raises(SiteKeyError, match="missing"):
        open_sealed_store(settings)
    assert not key.exists(), "a new key would help nobody"
    key.write_text(right)
    [keys] = settings.config.glob("student-keys-*.sqlite3")
    keys.rename(keys.with_name("elsewhere"))
    with pytest.raises(SiteKeyError, match="keys of its students"):
        open_sealed_store(settings)


def test_the_key_is_not_in_the_data_folder(settings: Settings) -> None:
    with pytest.raises(SiteKeyError, match="must not lie in the data folder"):
        open_sealed_store(replace(settings, keys=settings.data / "keys"))


@pytest.mark.skipif(os.name == "nt", reason="Windows has its own rights")
def test_only_their_owner_may_read_the_keys(settings: Settings, store: Store) -> None:
    assert store.name == "sqlite"
    assert {oct(path.stat().st_mode & 0o777) for path in settings.config.iterdir()} == {"0o600"}


@pytest.mark.server
def test_a_key_from_a_command_or_another_file(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "vault" / "key"
    file.parent.mkdir()
    with closing(open_sealed_store(replace(settings, site_key=f"file:{file}"))) as store:
        write(store)
    with closing(open_sealed_store(replace(settings, site_key=f"command:cat {file}"))) as store:
        assert store.portrait_of("s1") == portrait("s1", JPEG)
    for command in ("false", "no-such-command-anywhere", "true", "'"):
        with pytest.raises(SiteKeyError):
            open_sealed_store(replace(settings, site_key=f"command:{command}"))
