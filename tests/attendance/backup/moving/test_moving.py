"""Moving a site: what export-site writes fills an empty database of either kind, or nothing at all."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from attendance.accounts.second_factors import SecondFactors
from attendance.accounts.totp import Seal, code_at
from attendance.audit.chain.actor import Actor, acting
from attendance.audit.chain.values import AuditFilter, AuditKind
from attendance.audit.trail import AuditTrail
from attendance.backup.making import BackupMade
from attendance.backup.moving.exporting import SiteExported, export_site
from attendance.backup.moving.importing import import_site
from attendance.backup.restoring import restore_backup
from attendance.sealing.key_sources import find_keys
from attendance.sealing.opening import open_sealed_store
from attendance.sealing.recovery import recovery_key
from attendance.sealing.site_keys import SiteKey
from attendance.settings.settings import Settings
from attendance.settings.signing_secret import receipts_secret, signing_secret
from attendance.store.protocol import Store
from tests.attendance.backup.conftest import (
    NOW,
    SECRET,
    is_clean,
    on_a_server,
    restored_rows,
    rows,
    site_in,
    unturned,
    values_of,
)
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.site import open_site
from tests.attendance.store.builders import template, user
from tests.attendance.store.conftest import address_of
from tests.attendance.store.everything import full_student

COLLINS = 0


def test_a_site_moves_to_another_folder_record_by_record(
    exported: SiteExported, settings: Settings, elsewhere: Settings
) -> None:
    before = rows(settings.data)
    done = import_site(elsewhere, exported.path, NOW)
    assert restored_rows(elsewhere.data) == before
    assert done.counts["marks"] == len(before["marks"])
    assert (done.head, done.missing, bool(done.erasures)) == (exported.head, None, False)
    assert (elsewhere.data / "Images" / "classroom" / "job" / "room.jpg").read_bytes() == b"a room"
    assert (elsewhere.data / "calibration.json").exists()
    assert not list(elsewhere.data.glob(".backup-*"))
    assert is_clean(elsewhere, exported.head)


@pytest.mark.server
def test_a_site_moves_to_a_server_and_back(
    small_export: SiteExported, small: Settings, server: str, file: Path, tmp_path: Path
) -> None:
    before, there = values_of(small), on_a_server(small, server)
    done = import_site(there, small_export.path, NOW)
    assert (done.was_in, done.is_sealed_anew) == ("sqlite", True)
    assert unturned(values_of(there)) == unturned(before)
    assert is_clean(there, small_export.head)
    with closing(open_sealed_store(there)) as store:
        again = export_site(there, store, NOW, file.with_name("back.export"))
    new = replace(small, data=tmp_path / "back", config=tmp_path / "new", secret=SECRET)
    back = import_site(new, again.path, NOW)
    assert (back.was_in, back.is_sealed_anew) == ("mongodb", False)
    assert find_keys(new, create=False).all == find_keys(there, create=False).all
    assert unturned(values_of(new)) == unturned(before)
    assert values_of(new)["templates"] == values_of(there)["templates"]
    for head in (small_export.head, again.head):
        assert is_clean(new, head), "a trail of both, in one chain"


@pytest.mark.server
def test_a_site_moves_from_server_to_server(
    small_export: SiteExported, small: Settings, server: str, file: Path, request: pytest.FixtureRequest
) -> None:
    first = on_a_server(small, server)
    import_site(first, small_export.path, NOW)
    with closing(open_sealed_store(first)) as store:
        again = export_site(first, store, NOW, file.with_name("second.export"))
    second = replace(first, mongodb_uri=address_of("nx27017", request))
    import_site(second, again.path, NOW)
    assert values_of(second) == values_of(first)
    assert is_clean(second, again.head)


def test_students_can_be_changed_on_a_server_that_they_moved_to(
    small_export: SiteExported, small: Settings, server: str
) -> None:
    there = on_a_server(small, server)
    import_site(there, small_export.path, NOW)
    with closing(open_sealed_store(there)) as store:
        for each in store.students():
            assert store.update_student(replace(each, name="Another Name"), each)


def test_embeddings_are_turned_by_the_new_key(
    exported: SiteExported, settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    before = find_keys(settings, create=False).current
    key = tmp_path / "other-key"
    key.write_text(SiteKey.new().secret.hex() + "\n")
    other = replace(elsewhere, config=tmp_path / "other", site_key=f"file:{key}")
    assert import_site(other, exported.path, NOW, recovery=recovery_key(before)).is_sealed_anew
    now = find_keys(other, create=False).current
    with closing(open_sealed_store(settings)) as old, closing(open_sealed_store(other)) as new:
        one, same = old.templates()[0], new.templates()[0]
        due = now.turn.turned(before.turn.undone(one.embedding))
        assert (one.id, one.student_id) == (same.id, same.student_id)
        assert abs(due - same.embedding).max() < 1e-5
        state = new.seal_state()
        assert state is not None
        assert (state.key_id, state.confirmed) == (now.id.hex(), "")


def test_students_check_in_after_it(file: Path, tmp_path: Path) -> None:
    settings, clock = site_in(tmp_path / "small"), FrozenClock()
    with closing(open_sealed_store(settings)) as store:
        open_site(settings.data, store=store, clock=clock).enrol("17", photo_of(COLLINS))
        export_site(settings, store, clock.now(), file)
    there = replace(settings, data=tmp_path / "there")
    import_site(there, file, clock.now())
    with closing(open_sealed_store(there)) as store:
        site = open_site(there.data, store=store, clock=clock, late_after=None)
        verdict, mark = site.submit(photo_of(COLLINS)), site.mark_of("17")
        assert (verdict.code, mark is not None and mark.counts_as_there) == ("present", True)
        assert AuditTrail(store).verify().is_clean


def test_an_authenticator_app_still_works(
    settings: Settings, store: Store, file: Path, elsewhere: Settings, tmp_path: Path
) -> None:
    clock = FrozenClock()
    factors = SecondFactors(store, clock, lambda: signing_secret(settings))
    ada = user("ada", username="ada")
    store.add_user(ada)
    offer = factors.offer(ada)
    secret = Seal.of_site(signing_secret(settings)).open(offer.sealed, "ada")
    assert secret is not None
    factors.add("ada", offer.sealed, code_at(secret, clock.now().timestamp()))
    export_site(settings, store, NOW, file)
    new = replace(elsewhere, config=tmp_path / "new", keys=settings.keys_folder)
    import_site(new, file, NOW)
    assert signing_secret(new) != signing_secret(settings)
    with closing(open_sealed_store(new)) as there:
        moved = there.user("ada")
        assert moved is not None
        assert moved.second_factor is not None
        assert Seal.of_site(signing_secret(new)).open(moved.second_factor.sealed, "ada") == secret
        assert AuditTrail(there).verify().is_clean


def test_receipts_keep_their_key_or_the_admin_reads_the_former_one(
    exported: SiteExported, settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    new = replace(elsewhere, config=tmp_path / "new", keys=settings.keys_folder)
    assert import_site(new, exported.path, NOW).former_receipts is None
    assert receipts_secret(new) == receipts_secret(settings)
    other = replace(new, data=tmp_path / "other", secret=SECRET)
    former = import_site(other, exported.path, NOW).former_receipts
    assert former is not None
    assert receipts_secret(other) != receipts_secret(settings)


@pytest.fixture
def two_gone(settings: Settings, store: Store, file: Path) -> tuple[str, str]:
    """Somebody who was erased since the export, and somebody who withdrew consent."""
    export_site(settings, store, NOW, file)
    gone, withdrawn = sorted({each.student_id for each in store.templates()})[:2]
    store.remove_student(gone)
    student = store.student(withdrawn)
    assert student is not None
    assert store.update_student(replace(student, consent=None), student)
    store.close()
    return gone, withdrawn


def test_who_was_erased_or_withdrew_since_does_not_move(
    two_gone: tuple[str, str], file: Path, elsewhere: Settings
) -> None:
    done = import_site(elsewhere, file, NOW)
    assert done.erasures is not None
    assert (done.erasures.students, done.erasures.faces) == (1, 1)
    with closing(open_sealed_store(elsewhere)) as store:
        assert store.student(two_gone[0]) is None
        assert not {each.student_id for each in store.templates()} & {*two_gone}
        assert AuditTrail(store).verify().is_clean
    assert not (elsewhere.data / "Images").exists(), "a room photo may show who was erased"


@pytest.mark.server
def test_who_was_erased_here_since_does_not_move_to_a_server(
    two_gone: tuple[str, str], file: Path, settings: Settings, server: str
) -> None:
    there = on_a_server(settings, server)
    done = import_site(there, file, NOW)
    assert done.erasures is not None
    assert (done.erasures.students, done.erasures.faces) == (1, 1)
    with closing(open_sealed_store(there)) as store:
        assert store.student(two_gone[0]) is None
        assert not {each.student_id for each in store.templates()} & {*two_gone}


@pytest.mark.server
def test_back_on_a_computer_with_its_former_keys_nobody_is_lost(
    small_export: SiteExported, small: Settings, server: str, file: Path
) -> None:
    """Keys that a site left behind when it moved know nobody who came since, and of no withdrawal."""
    there, new = on_a_server(small, server), replace(small, data=small.data.with_name("new"))
    import_site(there, small_export.path, NOW)
    with closing(open_sealed_store(there)) as store:
        student, gone = replace(full_student(), id="new", roll_number="new"), "s2"
        store.add_student(student)
        store.add_templates([template("new", student.id)])
        store.remove_student(gone)
        again = export_site(there, store, NOW + timedelta(days=1), file.with_name("back.export"))
    done = import_site(replace(new, secret=SECRET), again.path, NOW + timedelta(days=1))
    assert not done.erasures
    with closing(open_sealed_store(new)) as store:
        assert store.student(student.id) == student
        assert len(store.templates_of(student.id)) == 1
        assert store.student(gone) is None


def test_an_export_from_before_an_erasure_that_older_keys_know_leaves_that_student_out(
    exported: SiteExported, settings: Settings, elsewhere: Settings
) -> None:
    """Also where the keys here lack the mark of the export, as when a folder of keys was put back."""
    keys = settings.keys_folder
    with closing(open_sealed_store(settings)) as store:
        gone = store.students()[0].id
        store.remove_student(gone)
    [path] = keys.glob("student-keys-*.sqlite3")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM keys WHERE subject LIKE 'exported:%'")
    done = import_site(elsewhere, exported.path, NOW)
    assert done.erasures is not None
    assert done.erasures.students == 1
    with closing(open_sealed_store(elsewhere)) as store:
        assert store.student(gone) is None
        assert len(store.students()) == exported.counts["students"] - 1


def test_a_register_that_came_out_of_a_file_says_so(
    made: BackupMade, settings: Settings, elsewhere: Settings, file: Path, tmp_path: Path
) -> None:
    with acting(Actor("command:ada")):
        restore_backup(elsewhere, made.path, NOW)
        with closing(open_sealed_store(elsewhere)) as store:
            exported = export_site(elsewhere, store, NOW, file)
        moved = replace(elsewhere, data=tmp_path / "moved")
        import_site(moved, file, NOW)
    with closing(open_sealed_store(moved)) as store:
        trail = AuditTrail(store)
        found = trail.find(AuditFilter(kinds=(AuditKind.RESTORED,)), 10)
        assert [(each.about, each.actor) for each in found] == [
            ("export", "command:ada"),
            ("backup", "command:ada"),
        ]
        facts = [json.loads(each.after) for each in found]
        assert [each["head"] for each in facts] == [exported.head, made.head]
        assert {each["made_at"] for each in facts} == {int(NOW.timestamp() * 1000)}
        assert trail.verify([made.head, exported.head]).is_clean
