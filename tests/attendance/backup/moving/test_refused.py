"""What can't be moved, and what an attempt leaves behind: nothing that a program would open."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from attendance.backup import archive, putting
from attendance.backup.making import make_backup
from attendance.backup.moving import exporting
from attendance.backup.moving.exporting import SiteExported, export_site
from attendance.backup.moving.importing import import_site
from attendance.backup.restoring import restore_backup
from attendance.errors import BackupError, SettingsError, SiteKeyError, StoreUnavailableError
from attendance.sealing.key_sources import find_keys
from attendance.sealing.opening import open_sealed_store
from attendance.sealing.recovery import recovery_key
from attendance.sealing.site_keys import SiteKey
from attendance.settings.settings import Settings
from attendance.store.open_store import FILE_NAME
from attendance.store.protocol import Store
from attendance.store.sqlite.copying import whole_copies
from attendance.store.whole_register import SCHEMA
from tests.attendance.backup.conftest import NOW, is_clean, on_a_server, site_in, unturned, values_of

LATE = NOW + timedelta(days=31)


def test_a_register_is_never_overwritten(exported: SiteExported, settings: Settings) -> None:
    before = (settings.data / FILE_NAME).read_bytes()
    with pytest.raises(StoreUnavailableError, match="never overwritten"):
        import_site(settings, exported.path, NOW)
    assert (settings.data / FILE_NAME).read_bytes() == before


@pytest.mark.server
def test_a_register_on_a_server_is_never_overwritten(
    small_export: SiteExported, small: Settings, server: str
) -> None:
    there = on_a_server(small, server)
    import_site(there, small_export.path, NOW)
    before = values_of(there)
    for only_try in (True, False):
        with pytest.raises(StoreUnavailableError, match="never overwritten"):
            import_site(there, small_export.path, NOW, only_try=only_try)
    assert values_of(there) == before


def test_it_does_not_run_while_a_program_has_the_register_open(
    exported: SiteExported, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (settings.data / FILE_NAME).unlink()
    monkeypatch.setattr(whole_copies, "is_open", lambda _path: True)
    with pytest.raises(StoreUnavailableError, match="A program has the register"):
        import_site(settings, exported.path, NOW)
    assert not (settings.data / FILE_NAME).exists()


def test_a_changed_byte_or_a_missing_end_is_noticed(
    exported: SiteExported, elsewhere: Settings, tmp_path: Path
) -> None:
    whole, other = exported.path.read_bytes(), tmp_path / "changed.export"
    places = [*range(0, len(whole), len(whole) // 12), len(whole) - 1]
    variants = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in places]
    for content in (*variants, whole[:-1], whole[: len(whole) // 2], b"", whole + b"x"):
        other.write_bytes(content)
        with pytest.raises(BackupError):
            import_site(elsewhere, other, NOW)
    assert not (elsewhere.data / FILE_NAME).exists()


def test_it_shows_nothing_of_anybody(exported: SiteExported) -> None:
    content = exported.path.read_bytes()
    assert not any(each in content for each in (b"students", b"physics", b"a room", b"jsonl", b"secrets"))
    assert exported.path.stat().st_mode & 0o077 == 0


def test_a_backup_is_no_export_and_the_other_way_round(
    exported: SiteExported, settings: Settings, elsewhere: Settings, backup: Path
) -> None:
    with closing(open_sealed_store(settings)) as store:
        make_backup(settings, store, NOW, backup)
    with pytest.raises(BackupError, match=r"is a backup\. Use the command restore"):
        import_site(elsewhere, backup, NOW)
    with pytest.raises(BackupError, match=r"is an export\. Use the command import-site"):
        restore_backup(elsewhere, exported.path, NOW)


@pytest.mark.parametrize(("difference", "age"), [(1, "a newer"), (-1, "an older")])
def test_an_export_of_another_schema_is_refused(
    difference: int, age: str, exported: SiteExported, elsewhere: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "SCHEMA", SCHEMA - difference)
    with pytest.raises(BackupError, match=f"{age} version of it made the export"):
        import_site(elsewhere, exported.path, NOW)
    assert not (elsewhere.data / FILE_NAME).exists()


def test_an_export_of_a_newer_form_is_refused(
    exported: SiteExported, elsewhere: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "FORM", 0)
    with pytest.raises(BackupError, match="A newer version of this program made"):
        import_site(elsewhere, exported.path, NOW)


def test_without_its_key_nobody_reads_it(exported: SiteExported, settings: Settings, tmp_path: Path) -> None:
    new = site_in(tmp_path / "new")
    with pytest.raises(BackupError, match=r"which isn't here\. Give the recovery key"):
        import_site(new, exported.path, NOW)
    with pytest.raises(SiteKeyError, match="not a recovery key"):
        import_site(new, exported.path, NOW, recovery="AAAA")
    other = recovery_key(SiteKey.new())
    with pytest.raises(BackupError, match="which isn't here"):
        import_site(new, exported.path, NOW, recovery=other)
    assert not (new.data / FILE_NAME).exists()
    typed = recovery_key(find_keys(settings, create=False).current)
    done = import_site(new, exported.path, NOW, recovery=typed.lower())
    assert not done.is_sealed_anew
    assert values_of(new) == values_of(settings)


def test_after_30_days_its_keys_are_not_used(
    exported: SiteExported, settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    typed = recovery_key(find_keys(settings, create=False).current)
    new = site_in(tmp_path / "new")
    with pytest.raises(BackupError, match="more than 30 days ago"):
        import_site(new, exported.path, LATE, recovery=typed)
    assert not (new.data / FILE_NAME).exists()
    import_site(elsewhere, exported.path, LATE)  # with the newer keys that are here


def test_trying_it_writes_nothing(exported: SiteExported, settings: Settings, elsewhere: Settings) -> None:
    done = import_site(elsewhere, exported.path, NOW, only_try=True)
    assert (done.counts, done.erasures) == (exported.counts, None)
    assert not elsewhere.data.exists()
    with pytest.raises(StoreUnavailableError, match="never overwritten"):
        import_site(settings, exported.path, NOW, only_try=True)


@pytest.mark.server
def test_an_interrupted_import_leaves_no_register_and_begins_again(
    small_export: SiteExported,
    small: Settings,
    server: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    elsewhere = replace(small, data=small.data.with_name("elsewhere"))
    served = replace(on_a_server(small, server), data=small.data.with_name("served"))
    for target in (elsewhere, served):
        with monkeypatch.context() as patch:
            patch.setattr(putting, "repeat_erasures", interrupt)
            with pytest.raises(KeyboardInterrupt):
                import_site(target, small_export.path, NOW)
        assert not (target.data / FILE_NAME).exists()
        if target.mongodb_uri is not None:
            with pytest.raises(StoreUnavailableError, match="or that was interrupted"):
                open_sealed_store(target)
        import_site(target, small_export.path, NOW)
        assert unturned(values_of(target)) == unturned(values_of(small))
        assert is_clean(target, small_export.head)


def test_a_server_needs_the_secret_that_others_share(exported: SiteExported, elsewhere: Settings) -> None:
    there = replace(elsewhere, mongodb_uri="mongodb://127.0.0.1:1/school")
    with pytest.raises(SettingsError, match="without ATTENDANCE_SECRET"):
        import_site(there, exported.path, NOW)


def test_an_export_that_fails_leaves_what_was_there(
    exported: SiteExported, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = exported.path.read_bytes()

    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting, "write_archive", broken)
    with closing(open_sealed_store(settings)) as store, pytest.raises(OSError, match="No space") as caught:
        export_site(settings, store, NOW, exported.path)
    assert caught.value.filename == str(exported.path)
    assert exported.path.read_bytes() == before
    assert [path.name for path in exported.path.parent.iterdir()] == [exported.path.name]
    assert not list(settings.data.glob(".backup-*"))


def test_an_export_is_not_put_where_it_would_be_lost(settings: Settings, store: Store) -> None:
    with pytest.raises(BackupError, match="would be lost with it"):
        export_site(settings, store, NOW, settings.data / "site.export")


def test_rotation_leaves_exports_alone(exported: SiteExported, settings: Settings, file: Path) -> None:
    with closing(open_sealed_store(settings)) as store:
        for name in ("a.export", "b.export"):
            make_backup(settings, store, NOW, file.with_name(name), keep=1)
    assert exported.path.exists()
