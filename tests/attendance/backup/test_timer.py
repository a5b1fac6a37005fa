"""A backup every day."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from attendance.backup.timer import RETRY, DailyBackups
from attendance.settings.settings import Settings
from attendance.store.protocol import Store
from tests.attendance.frozen_clock import FrozenClock


def names(folder: Path) -> list[str]:
    """The backups in a folder."""
    return sorted(path.name for path in folder.glob("*.backup"))


def test_each_day_has_one_backup(settings: Settings, store: Store, tmp_path: Path) -> None:
    clock = FrozenClock()
    backups = DailyBackups(replace(settings, backup=tmp_path / "disk"), store, clock)
    seen = []
    for _hours in range(3):
        backups.tick()
        backups.close()
        seen.append({path: path.stat().st_mtime_ns for path in (tmp_path / "disk").glob("*.backup")})
        clock.advance(hours=1)
    assert seen[0] == seen[1] == seen[2], "it is made once"
    clock.advance(days=1)
    backups.tick()
    backups.close()
    assert names(tmp_path / "disk") == ["register-2026-11-23.backup", "register-2026-11-24.backup"]
    assert backups.problem is None


def test_a_failure_is_a_problem_until_it_works(settings: Settings, store: Store, tmp_path: Path) -> None:
    clock, disk = FrozenClock(), tmp_path / "disk"
    disk.write_text("a file where the disk should be")
    backups = DailyBackups(replace(settings, backup=disk), store, clock)
    backups.tick()
    backups.close()
    assert backups.problem is not None
    disk.unlink()
    backups.tick()
    backups.close()
    assert backups.problem is not None, "not at every tick"
    clock.advance(seconds=RETRY.total_seconds())
    backups.tick()
    backups.close()
    assert (backups.problems, names(disk)) == ({}, ["register-2026-11-23.backup"])


def test_without_the_setting_nothing_is_made(settings: Settings, store: Store) -> None:
    backups = DailyBackups(settings, store, FrozenClock())
    backups.tick()
    backups.close()
    assert not list(settings.data.parent.rglob("*.backup"))


def test_after_a_day_ahead_by_mistake_each_day_has_its_backup(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    clock, disk = FrozenClock(), tmp_path / "disk"
    backups = DailyBackups(replace(settings, backup=disk), store, clock)

    def made() -> dict[str, int]:
        backups.tick()
        backups.close()
        return {path.name: path.stat().st_ino for path in disk.glob("*.backup")}

    made()
    clock.set_wrong(days=1)
    clock.advance(hours=1)
    ahead = made()
    assert sorted(ahead) == ["register-2026-11-23.backup", "register-2026-11-24.backup"]
    clock.set_wrong(days=-1)
    assert made() == ahead
    clock.advance(hours=23)  # before the hour of tomorrow that the clock had shown
    later = made()
    assert later["register-2026-11-24.backup"] != ahead["register-2026-11-24.backup"]
    assert later["register-2026-11-23.backup"] == ahead["register-2026-11-23.backup"]


def test_what_a_killed_process_left_is_deleted(settings: Settings, store: Store, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    draft = disk / ".register-2026-11-22.backup.new.part"
    mine = disk / ".register.txt"
    for path in (draft, mine):
        path.touch()
    backups = DailyBackups(replace(settings, backup=disk), store, FrozenClock())
    backups.tick()
    backups.close()
    assert (draft.exists(), mine.exists()) == (False, True)
