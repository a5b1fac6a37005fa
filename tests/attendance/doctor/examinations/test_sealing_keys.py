"""The site's key and the students' keys."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from attendance.doctor.examinations.sealing_keys import examine
from attendance.sealing.confirming import confirm
from attendance.sealing.key_sources import FILE_NAME, find_keys
from attendance.sealing.places.place_note import BY_PASSPHRASE
from attendance.sealing.recovery import recovery_key
from attendance.settings.settings import Settings
from attendance.store.open_store import KEYS_NAME
from attendance.store.protocol import Store
from attendance.store.protocols.sealing import SealStage
from attendance.store.sqlite.sealing.student_keys import SQLiteStudentKeys
from tests.attendance.doctor.examined import NOTE, OK, PROBLEM, grades, site_of, words
from tests.attendance.store.builders import student


def keys_file(settings: Settings) -> Path:
    [path] = settings.keys_folder.glob(KEYS_NAME.format(register_id="*"))
    return path


def test_keys_that_open_everything_and_are_confirmed_are_in_order(
    settings: Settings, register: Store
) -> None:
    register.add_student(replace(student("s1"), phone="030 1234"))
    site = site_of(settings, store=register)
    found = list(examine(site))
    assert grades(found) == [OK, NOTE]
    assert "keys of students: 1" in words(found)
    assert "keys confirm" in words(found[1:])
    confirm(settings, register, recovery_key(find_keys(settings, create=False).current)[-4:])
    assert grades(examine(site)) == [OK]


def test_a_missing_and_a_wrong_key_are_problems(settings: Settings, register: Store) -> None:
    site, path = site_of(settings, store=register), settings.keys_folder / FILE_NAME
    path.write_text("11" * 32 + "\n")
    found = list(examine(site))
    assert grades(found)[0] is PROBLEM
    assert "and the key that was found is" in words(found)
    path.unlink()
    found = list(examine(site))
    assert grades(found)[0] is PROBLEM
    assert "keys restore" in words(found)


def test_missing_and_damaged_keys_of_students_are_problems(settings: Settings, register: Store) -> None:
    path = keys_file(settings)
    keys = SQLiteStudentKeys(path)
    keys.add("face:s1", bytes(61))
    keys.close()
    found = list(examine(site_of(settings, store=register)))
    assert grades(found)[0] is PROBLEM
    assert "can't be opened with the site's key" in words(found)
    path.unlink()
    found = list(examine(site_of(settings, store=register)))
    assert grades(found)[0] is PROBLEM
    assert str(path) in words(found)
    copy = settings.keys_folder / "copy"
    found = list(examine(site_of(settings, store=register, keys=copy)))
    assert str(path) in words(found), "not the place of the copy that was examined"
    assert "restore FILE" in words(found)


def test_an_interrupted_change_a_passphrase_and_no_register_are_notes(
    settings: Settings, register: Store
) -> None:
    assert grades(examine(site_of(settings))) == [NOTE]
    behind = replace(settings, site_key=BY_PASSPHRASE)
    found = list(examine(site_of(behind, store=register)))
    assert "can only be opened with the passphrase" in words(found)
    state = register.seal_state()
    assert state is not None
    register.replace_seal_state(replace(state, stage=SealStage.ROTATING, version=state.version + 1))
    assert "interrupted (rotating)" in words(examine(site_of(behind, store=register)))
