"""The drill: a backup while the register is written, and what comes out of it, record by record."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from attendance.audit.trail import AuditTrail
from attendance.backup.making import BackupMade, make_backup, read_back
from attendance.backup.restoring import restore_backup
from attendance.errors import BackupError, StoreUnavailableError
from attendance.sealing.key_sources import find_keys
from attendance.sealing.opening import open_sealed_store
from attendance.sealing.recovery import recovery_key
from attendance.settings.settings import Settings
from attendance.store.open_store import FILE_NAME
from attendance.store.protocol import Store
from attendance.values import ConsentParty, Withdrawal
from create_database.commands.keeping.restore import erased_again
from tests.attendance.backup.conftest import NOW, restored_rows, rows
from tests.attendance.store.builders import CONSENT

ROOT = Path(__file__).resolve().parents[3]
LOST = timedelta(days=31)


def test_what_comes_back_is_the_register_record_by_record(
    made: BackupMade, settings: Settings, elsewhere: Settings
) -> None:
    before = rows(settings.data)
    filled = {name for name, found in before.items() if found}
    assert {"students", "marks", "templates", "portraits", "audit", "alarms", "photo_jobs"} <= filled
    done = restore_backup(elsewhere, made.path, NOW)
    assert restored_rows(elsewhere.data) == before
    assert done.counts == {name: len(found) for name, found in before.items()}
    assert not done.erasures
    assert (elsewhere.data / "Images" / "classroom" / "job" / "room.jpg").read_bytes() == b"a room"
    assert (elsewhere.data / "calibration.json").exists()
    assert not list(elsewhere.data.glob(".backup-*"))
    opened = open_sealed_store(elsewhere)
    readable = sum(len(opened.templates_of(each.id)) for each in opened.students())
    assert readable == len(before["templates"])
    opened.close()


def test_a_backup_while_others_write_has_all_that_was_acknowledged_before(
    settings: Settings, store: Store, backup: Path, elsewhere: Settings
) -> None:
    student = next(each for each in store.students() if each.active)
    stop, acknowledged = threading.Event(), [0]

    def write() -> None:
        now = student
        while not stop.is_set():
            after = replace(now, name=str(len(acknowledged)))
            assert store.update_student(after, now)
            now = after
            acknowledged.append(int(after.name))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(acknowledged) < 5:
            stop.wait(0.01)
        begun = acknowledged[-1]
        made = make_backup(settings, store, NOW, backup)
        ended = acknowledged[-1]
    finally:
        stop.set()
        writer.join()
    store.close()
    restore_backup(elsewhere, made.path, NOW)
    opened = open_sealed_store(elsewhere)
    found = opened.student(student.id)
    opened.close()
    assert found is not None
    assert begun <= int(found.name) <= ended + 1
    assert begun < ended, "the writer was never kept waiting"


def test_a_folder_of_pictures_that_is_deleted_meanwhile_ends_no_backup(
    settings: Settings, store: Store, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, listed = settings.data / "Images" / "classroom" / "job", os.scandir

    def listed_late(path: Path | str = ".") -> AbstractContextManager[Iterator[os.DirEntry[str]]]:
        if str(path) == str(job):
            shutil.rmtree(job, ignore_errors=True)
        return listed(path)

    monkeypatch.setattr(os, "scandir", listed_late)
    assert make_backup(settings, store, NOW, backup).path == backup
    assert not job.exists()


def test_everything_is_encrypted(made: BackupMade) -> None:
    for path in (made.path, made.keys_path):
        content = path.read_bytes()
        assert not any(each in content for each in (b"SQLite format", b"physics", b"a room", b"students"))
        assert path.stat().st_mode & 0o077 == 0


def test_a_changed_byte_or_a_missing_end_is_noticed(
    made: BackupMade, settings: Settings, tmp_path: Path
) -> None:
    whole, site = made.path.read_bytes(), find_keys(settings, create=False)
    other = tmp_path / "changed.backup"
    places = [*range(0, len(whole), len(whole) // 20), len(whole) - 1]
    variants = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in places]
    for number, content in enumerate([*variants, whole[:-1], whole[: len(whole) // 2], b"", whole + b"x"]):
        other.write_bytes(content)
        into = tmp_path / str(number)
        into.mkdir()
        with pytest.raises(BackupError):
            read_back(other, site, into)


def test_a_register_is_never_overwritten(made: BackupMade, settings: Settings) -> None:
    before = (settings.data / FILE_NAME).read_bytes()
    with pytest.raises(StoreUnavailableError, match="never overwritten"):
        restore_backup(settings, made.path, NOW)
    assert (settings.data / FILE_NAME).read_bytes() == before


def test_what_belongs_to_a_lost_file_is_cleared(made: BackupMade, settings: Settings) -> None:
    before = rows(settings.data)
    (settings.data / FILE_NAME).unlink()
    for ending in ("-wal", "-shm", "-journal", "-writers"):
        (settings.data / f"{FILE_NAME}{ending}").write_bytes(b"of the lost file" * 1000)
    restore_backup(settings, made.path, NOW)
    assert restored_rows(settings.data) == before


@pytest.mark.server
@pytest.mark.skipif(sys.platform == "win32", reason="there an open file can't be deleted")
def test_it_does_not_run_beside_a_server(made: BackupMade, settings: Settings) -> None:
    program = (
        "import sqlite3, sys\nc = sqlite3.connect(sys.argv[1])\n"
        "c.execute('SELECT count(*) FROM students').fetchone()\nprint('open', flush=True)\nsys.stdin.read()\n"
    )
    path = settings.data / FILE_NAME
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as server:
        assert server.stdout is not None
        server.stdout.readline()
        path.unlink()
        with pytest.raises(StoreUnavailableError, match="A program has the register"):
            restore_backup(settings, made.path, NOW)
        assert not path.exists()
        assert server.stdin is not None
        server.stdin.close()
        server.wait()
    restore_backup(settings, made.path, NOW)


def test_the_recovery_key_opens_it_on_another_computer(
    made: BackupMade, settings: Settings, tmp_path: Path
) -> None:
    typed = recovery_key(find_keys(settings, create=False).current)
    new = replace(settings, config=tmp_path / "new" / "config", data=tmp_path / "new" / "data")
    done = restore_backup(new, made.path, NOW, recovery=typed.lower())
    assert not done.keys_are_lost
    assert find_keys(new, create=False).all == find_keys(settings, create=False).all
    assert restored_rows(new.data) == rows(settings.data)


def test_without_the_keys_of_students_names_and_marks_come_back(
    made: BackupMade, settings: Settings, tmp_path: Path
) -> None:
    before = rows(settings.data)
    typed = recovery_key(find_keys(settings, create=False).current)
    new = replace(settings, config=tmp_path / "new" / "config", data=tmp_path / "new" / "data")
    for gone in (LOST, timedelta()):
        if not gone:
            made.keys_path.unlink()
        with pytest.raises(BackupError, match="--without-keys"):
            restore_backup(new, made.path, NOW + gone, recovery=typed)
        assert not (new.data / FILE_NAME).exists()
    assert restore_backup(new, made.path, NOW, recovery=typed, without_keys=True).keys_are_lost
    opened = open_sealed_store(new)
    assert len(opened.students()) == len(before["students"])
    assert opened.templates() == []
    opened.close()
    assert rows(new.data)["marks"] == before["marks"]


def test_who_was_erased_or_withdrew_since_does_not_come_back(
    settings: Settings, store: Store, backup: Path, elsewhere: Settings
) -> None:
    made = make_backup(settings, store, NOW, backup)
    with_face = sorted({each.student_id for each in store.templates()})
    gone, withdrawn = with_face[:2]
    without_face = next(each.id for each in store.students() if each.id not in with_face)
    for each in (gone, without_face):
        store.remove_student(each)
    student = store.student(withdrawn)
    assert student is not None
    assert store.update_student(replace(student, consent=None), student)
    store.close()
    done = restore_backup(elsewhere, made.path, NOW)
    assert (done.erasures.students, done.erasures.faces) == (2, 1)
    opened = open_sealed_store(elsewhere)
    assert not {gone, without_face} & {each.id for each in opened.students()}
    assert {each.student_id for each in opened.templates()} == set(with_face) - {gone, withdrawn}
    assert len(opened.audit_rows(0, 10**6)) > len(made.counts)
    opened.close()
    assert not (elsewhere.data / "Images").exists(), "a room photo may show who was erased"


def test_who_withdrew_and_consented_again_since_comes_back_without_the_face_of_then(
    settings: Settings, store: Store, backup: Path, elsewhere: Settings
) -> None:
    made = make_backup(settings, store, NOW, backup)
    template = store.templates()[0]
    before = store.student(template.student_id)
    assert before is not None
    assert store.update_student(replace(before, consent=None), before)
    without = store.student(before.id)
    assert without is not None
    assert store.update_student(replace(without, consent=before.consent), without)
    store.add_templates([template])
    store.close()
    assert restore_backup(elsewhere, made.path, NOW).erasures.faces == 1
    opened = open_sealed_store(elsewhere)
    assert before.id not in {each.student_id for each in opened.templates()}
    found = opened.student(before.id)
    assert found is not None
    assert found.consent is None
    opened.close()


def test_an_objection_since_the_backup_is_on_record_again_also_without_a_face(
    settings: Settings, store: Store, backup: Path, elsewhere: Settings
) -> None:
    with_face = {each.student_id for each in store.templates()}
    people = [each for each in store.students() if each.id not in with_face][:2]
    agreed = [replace(each, consent=CONSENT, withdrawn=None) for each in people]
    for each in agreed:
        store.update_student(each)
    made = make_backup(settings, store, NOW, backup)
    objection = Withdrawal(NOW, "office", ConsentParty.GUARDIAN)
    for each in agreed:
        assert store.update_student(replace(each, consent=None, withdrawn=objection), each)
    objects, undone = agreed
    assert store.update_student(undone)
    store.close()
    done = restore_backup(elsewhere, made.path, NOW)
    assert (done.erasures.faces, done.erasures.objections) == (0, 1)
    assert "1 objection recorded since, and on record again." in erased_again(done.erasures)
    with closing(open_sealed_store(elsewhere)) as opened:
        found = opened.student(objects.id)
        assert found is not None
        assert [each.objector for each in found.objections] == [ConsentParty.GUARDIAN]
        assert (found.consent, found.consents) == (None, (CONSENT,))
        assert opened.student(undone.id) == undone
        assert AuditTrail(opened).verify().is_clean


def test_a_backup_older_than_the_printed_head_is_noticed(
    settings: Settings, store: Store, backup: Path
) -> None:
    made = make_backup(settings, store, NOW, backup)
    store.add_student(replace(store.students()[0], id="later", roll_number="later", consent=None))
    head = make_backup(settings, store, NOW, backup.with_name("later.backup")).head
    store.close()
    heads = settings.data / "Attendance" / "audit_heads.csv"
    heads.parent.mkdir()
    heads.write_text(f"Timestamp,Head\n2026-11-30,{head}\n")
    (settings.data / FILE_NAME).unlink()
    assert restore_backup(settings, made.path, NOW).missing == int(head.partition("-")[0])
    assert [path.name for path in heads.parent.iterdir()] == ["audit_heads-before-2026-11-30T120000Z.csv"]


@pytest.mark.server
@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
@pytest.mark.parametrize("after", [0.0, 0.1, 0.3, 0.6])
def test_killed_in_the_middle_the_backup_before_is_whole(
    after: float, made: BackupMade, settings: Settings, elsewhere: Settings
) -> None:
    before = rows(settings.data)
    words = [str(each) for each in (settings.data, elsewhere.data, made.path)]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.attendance.backup.back_and_forth", *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    ) as running:
        assert running.stdout is not None
        running.stdout.readline()
        threading.Event().wait(after)
        os.kill(running.pid, signal.SIGKILL)
    if not (elsewhere.data / FILE_NAME).exists():
        restore_backup(elsewhere, made.path, NOW)
    restored = rows(elsewhere.data)
    assert {**restored, "audit": []} == {**before, "audit": []}
    assert set(restored["audit"]) >= set(before["audit"])
