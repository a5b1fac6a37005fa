"""The keys of students, in SQLite and in MongoDB."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import mongomock
import pytest

from attendance.errors import SealBrokenError
from attendance.sealing.data_keys import ERASED, FACE, PERSON, DataKeys, KeyGoneError
from attendance.sealing.key_copies import LONGEST_KEPT, export_keys, import_keys
from attendance.sealing.site_keys import SiteKey, SiteKeys
from attendance.store.mongo.connection import Client
from attendance.store.mongo.sealing.student_keys import MongoStudentKeys
from attendance.store.protocols.sealing import StudentKeys
from attendance.store.sqlite.sealing.student_keys import JOURNAL, SQLiteStudentKeys
from tests.attendance.store.builders import NOON

Open = Callable[[], StudentKeys]


@pytest.fixture(params=["sqlite", "mongomock"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Opens the keys of one register, as another process would."""
    if request.param == "sqlite":
        return lambda: SQLiteStudentKeys(tmp_path / "keys" / "students.sqlite3")
    client: Client = mongomock.MongoClient(tz_aware=True)
    return lambda: MongoStudentKeys("mongodb://in.memory/register", "5e", connect=lambda _uri: client)


def test_the_first_key_of_a_subject_stays_until_it_is_forgotten(opened: Open) -> None:
    one, other = opened(), opened()
    assert one.wrapped("face:s1") is None
    assert one.add("face:s1", b"first") == b"first"
    assert other.add("face:s1", b"second") == b"first"
    assert other.add("person:s1", b"third") == b"third"
    assert dict(one.all()) == {"face:s1": b"first", "person:s1": b"third"}
    assert not one.exchange("face:s1", b"second", b"new")
    assert one.exchange("face:s1", b"first", b"new")
    assert other.wrapped("face:s1") == b"new"
    other.forget("face:s1", "never there")
    assert one.wrapped("face:s1") is None
    assert not one.exchange("face:s1", b"new", b"newer"), "a forgotten key doesn't come back"
    one.close()
    other.close()


def test_a_forgotten_key_is_in_no_byte_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "students.sqlite3"
    keys = SQLiteStudentKeys(path)
    for number in range(50):
        keys.add(f"face:s{number}", f"the key of {number:04}".encode() * 3)
    assert b"the key of 0007" in path.read_bytes()
    keys.forget("face:s7")
    assert b"the key of 0007" not in b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert b"the key of 0008" in path.read_bytes()
    keys.close()


def test_a_forgotten_key_is_not_in_the_journal_either_even_after_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "students.sqlite3"
    journal = path.with_name(path.name + JOURNAL)
    keys = SQLiteStudentKeys(path)
    keys.add("face:s1", b"the key of one" * 3)
    keys.add("face:s2", b"the key of two" * 3)
    assert b"the key of one" in journal.read_bytes(), "the page of before, which a crash would bring back"
    keys.forget("face:s1")
    assert journal.stat().st_size
    assert not any(journal.read_bytes())
    keys.close()
    journal.write_bytes(bytes(512) + b"the key of one" * 3)  # ended between the commit and the overwriting
    SQLiteStudentKeys(path).close()
    assert not any(journal.read_bytes())


def test_all_who_ask_at_once_get_the_same_key(opened: Open) -> None:
    site = SiteKeys([SiteKey.new()])
    makers = [DataKeys(site, opened()) for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        made = list(
            pool.map(lambda number: makers[number % 4].to_seal("face:s1").seal(b"x", b"", b"1234"), range(16))
        )
    assert len(set(made)) == 1


def test_what_another_process_forgot_seals_nothing_more(opened: Open) -> None:
    site = SiteKeys([SiteKey.new()])
    one, other = DataKeys(site, opened()), DataKeys(site, opened())
    sealed = one.to_seal("face:s1").seal(b"a face", b"", site.current.id)
    other.forget("face:s1")
    again = one.to_seal("face:s1").seal(b"a new face", b"", site.current.id)
    assert other.to_open("face:s1", site.current.id).open(again, b"") == b"a new face"
    with pytest.raises(SealBrokenError):
        other.to_open("face:s1", site.current.id).open(sealed, b"")
    other.forget("face:s1")
    one.somebody_changed()
    one.before_many()
    with pytest.raises(KeyGoneError):
        one.to_open("face:s1", site.current.id)


def test_who_is_enrolled_has_both_keys_before_the_first_check_in(opened: Open) -> None:
    data_keys = DataKeys(SiteKeys([SiteKey.new()]), opened())
    data_keys.to_seal("face:s1")
    assert set(opened().all()) == {"face:s1", "person:s1"}
    data_keys.forget("face:s1")
    data_keys.to_seal("person:s1")
    assert set(opened().all()) == {"person:s1"}, "what belongs to the person makes no key of a face"


@pytest.mark.parametrize("kind", [FACE, PERSON])
def test_no_key_is_kept_for_somebody_who_was_erased(opened: Open, kind: str) -> None:
    site = SiteKeys([SiteKey.new()])
    erasing, enrolling = DataKeys(site, opened()), DataKeys(site, opened())
    enrolling.to_seal(f"{FACE}s1")
    erasing.to_seal(f"{ERASED}s1")
    erasing.forget(f"{FACE}s1", f"{PERSON}s1")
    for _ in range(2):
        enrolling.to_seal(f"{kind}s1").seal(b"what was on its way", b"", site.current.id)
    assert set(opened().all()) == {f"{ERASED}s1"}
    assert enrolling.to_seal(f"{kind}s2")
    assert f"{kind}s2" in opened().all(), "others have theirs"


def test_a_backup_of_the_keys_brings_back_what_is_missing_for_30_days(opened: Open) -> None:
    keys = opened()
    keys.add("face:s1", b"first")
    backup = export_keys(keys, "5e", NOON)
    keys.forget("face:s1")
    keys.add("face:s2", b"second")
    with pytest.raises(SealBrokenError, match="belongs to the register 5e"):
        import_keys(keys, "00", NOON, backup)
    with pytest.raises(SealBrokenError, match="more than 30 days"):
        import_keys(keys, "5e", NOON + LONGEST_KEPT + timedelta(minutes=1), backup)
    for broken in (b"", b"[]", backup[:-3], backup.replace(b"made_at", b"made")):
        with pytest.raises(SealBrokenError, match="damaged"):
            import_keys(keys, "5e", NOON, broken)
    assert import_keys(keys, "5e", NOON + LONGEST_KEPT, backup) == 1
    assert dict(keys.all()) == {"face:s1": b"first", "face:s2": b"second"}
