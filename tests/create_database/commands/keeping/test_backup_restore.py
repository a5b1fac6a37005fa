"""The commands backup and restore."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path
from shutil import rmtree

import pytest

from attendance.backup import making, workspace
from attendance.files.private_folder import delete_folder
from attendance.values import MarkStatus
from tests.create_database.admin import Admin, rows


def test_a_lost_data_folder_comes_back(admin_of_two: Admin) -> None:
    admin, backup = admin_of_two, admin_of_two.folder / "disk" / "a.backup"
    with admin.register() as register:
        register.marking.mark("17", MarkStatus.PRESENT, by="ada", session=register.sessions.today())
    done = admin.types("backup", str(backup))
    assert done.exit_code == 0, done.output
    assert ["students", "2"] in rows(done.stdout)
    assert "was read back and is good" in done.stderr
    listed = admin.types("marks").stdout
    rmtree(admin.data)
    done = admin.types("restore", str(backup))
    assert done.exit_code == 0, done.output
    assert "is back. Head of its audit trail:" in done.stderr
    assert admin.types("marks").stdout == listed
    assert admin.types("verify-audit").exit_code == 0
    again = admin.types("restore", str(backup))
    assert (again.exit_code, "which is never overwritten" in again.stderr) == (1, True)


def test_ctrl_c_after_the_register_is_back_says_that_it_is(
    admin_of_two: Admin, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, backup = admin_of_two, admin_of_two.folder / "disk" / "a.backup"
    assert admin.types("backup", str(backup)).exit_code == 0
    rmtree(admin.data)

    def pressed(folder: Path) -> None:
        delete_folder(folder)
        raise KeyboardInterrupt

    monkeypatch.setattr(workspace, "delete_folder", pressed)
    done = admin.types("restore", str(backup), "--data", str(admin.data))
    assert (done.exit_code, "the register was in its place already" in done.stderr) == (130, True)
    assert done.stderr.rstrip().endswith(f"--data {admin.data}")
    assert admin.types("verify-audit").exit_code == 0


def test_an_erased_student_stays_erased_and_the_admin_reads_it(admin_of_two: Admin) -> None:
    admin, backup = admin_of_two, admin_of_two.folder / "disk" / "a.backup"
    assert admin.types("backup", str(backup)).exit_code == 0
    assert admin.types("remove", "17", "--yes").exit_code == 0
    rmtree(admin.data)
    done = admin.types("restore", str(backup))
    assert "1 student erased since, and erased again." in done.stderr
    assert "Collins" not in admin.types("list").stdout


def test_the_oldest_backups_are_deleted_and_no_other_file(admin_of_two: Admin) -> None:
    admin, disk = admin_of_two, admin_of_two.folder / "disk"
    disk.mkdir()
    for other in ("notes.txt", "mine.backup", "mine.keys"):
        (disk / other).write_text("not ours")
    for number in range(4):
        path = disk / f"{number}.backup"
        assert admin.types("backup", str(path), "--keep", "2").exit_code == 0
        at = time.time() - 1000 + number
        os.utime(path, (at, at))
    left = sorted(path.name for path in disk.iterdir())
    kept = ["2.backup", "2.backup.keys", "3.backup", "3.backup.keys"]
    assert left == [*kept, "mine.backup", "mine.keys", "notes.txt"]


def test_a_backup_is_refused_where_it_would_be_lost_or_nothing_is(admin_of_two: Admin) -> None:
    inside = admin_of_two.types("backup", str(admin_of_two.data / "a.backup"))
    assert (inside.exit_code, "would be lost with it" in inside.stderr) == (1, True)
    nothing = admin_of_two.types("backup", "a.backup", "--data", str(admin_of_two.folder / "nothing"))
    assert (nothing.exit_code, "There is no register in" in nothing.stderr) == (1, True)
    assert not (admin_of_two.folder / "nothing").exists()


def test_a_backup_that_can_not_be_written_is_named_as_it_was_typed(
    admin_of_two: Admin, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(making, "write_archive", full)
    path = admin_of_two.folder / "disk" / "a.backup"
    done = admin_of_two.types("backup", str(path))
    assert (done.exit_code, done.stderr) == (1, f"Error: {path}: No space left on device.\n")


def test_what_is_no_backup_is_refused(admin: Admin, tmp_path: Path) -> None:
    other = tmp_path / "photo.jpg"
    other.write_bytes(b"JFIF")
    with admin.register():
        pass
    rmtree(admin.data)
    done = admin.types("restore", str(other))
    assert (done.exit_code, "photo.jpg is not a backup" in done.stderr) == (1, True)


def test_a_file_for_something_else_is_named_before_any_key_is_asked_for(admin_of_two: Admin) -> None:
    admin, disk = admin_of_two, admin_of_two.folder / "disk"
    assert admin.types("backup", str(disk / "a.backup")).exit_code == 0
    assert admin.types("export-site", str(disk / "site.export")).exit_code == 0
    rmtree(admin.data)
    keys = admin.types("restore", str(disk / "a.backup.keys"))
    assert (keys.exit_code, "has the keys of students and no register. Name the file" in keys.stderr) == (
        1,
        True,
    )
    (admin.folder / "config" / "site-key").unlink()
    export = admin.types("restore", str(disk / "site.export"))
    assert export.stderr == "Error: site.export is an export. Use the command import-site.\n"
    assert export.exit_code == 1
    without = admin.types("restore", str(disk / "a.backup"))
    assert "give that key with --recovery-key" in without.stderr
    assert without.exit_code == 1


def test_another_way_to_the_data_folder_leads_no_backup_there(admin_of_two: Admin) -> None:
    admin, link = admin_of_two, admin_of_two.folder / "link"
    link.symlink_to(admin.data)
    for path in (link / "a.backup", admin.data / ".." / admin.data.name / "a.backup"):
        done = admin.types("backup", str(path))
        assert (done.exit_code, "would be lost with it" in done.stderr) == (1, True)
