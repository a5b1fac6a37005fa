"""The site's key from the command line."""

from __future__ import annotations

from attendance.sealing.recovery import recovery_key
from attendance.sealing.site_keys import SiteKey
from tests.create_database.admin import Admin


def test_the_key_is_shown_by_its_id_only(admin: Admin) -> None:
    admin.enrols_two()
    done = admin.types("keys", "show")
    assert done.exit_code == 0, done.output
    secret = (admin.folder / "config" / "site-key").read_text().strip()
    assert "sealed" in done.stdout
    assert secret not in done.output


def test_a_lost_key_comes_back_from_the_recovery_key_and_from_no_other(admin: Admin) -> None:
    admin.enrols_two()
    file = admin.folder / "config" / "site-key"
    before = file.read_text()
    recovery = admin.types("keys", "recovery").stdout.strip()
    assert len(recovery.split("-")) == 14
    assert admin.types("keys", "restore", answer=f"{recovery}\n").exit_code == 1, "there is one"
    file.unlink()
    assert "missing" in admin.types("list").output
    wrong = ("A" if recovery[0] != "A" else "B") + recovery[1:]
    assert "not a recovery key" in admin.types("keys", "restore", answer=f"{wrong}\n").output
    done = admin.types("keys", "restore", answer=f"{recovery.lower().replace('-', ' ')}\n")
    assert done.exit_code == 0, done.output
    assert file.read_text() == before
    assert "Eileen Collins" in admin.types("list").output


def test_the_key_is_changed_and_everything_is_read_with_the_new_one(admin: Admin) -> None:
    admin.enrols_two()
    before = (admin.folder / "config" / "site-key").read_text()
    done = admin.types("keys", "rotate")
    assert done.exit_code == 0, done.output
    assert "opens only backups from before. Write the new one down:" in done.stderr
    assert "create_database keys recovery" in done.stderr
    assert "create_database backup FILE" in done.stderr
    after = (admin.folder / "config" / "site-key").read_text()
    assert len(after.splitlines()) == 1
    assert after != before
    assert "Eileen Collins" in admin.types("show", "17").output


def test_the_recovery_key_is_confirmed_with_its_last_group(admin: Admin) -> None:
    admin.enrols_two()
    recovery = admin.types("keys", "recovery").stdout.strip()
    wrong = admin.types("keys", "confirm", answer="AAA\n")
    assert wrong.exit_code == 1
    assert "isn't the last group" in wrong.output
    assert admin.types("keys", "confirm", answer=f"{recovery[-4:].lower()}\n").exit_code == 0
    assert admin.types("keys", "confirm", "--last", recovery[-4:]).exit_code == 0


def test_a_damaged_key_is_set_aside_for_the_one_from_the_recovery_key(admin: Admin) -> None:
    admin.enrols_two()
    file = admin.folder / "config" / "site-key"
    before = file.read_text()
    recovery = admin.types("keys", "recovery").stdout.strip()
    file.write_text("half a k")
    assert "make it again from the recovery key" in admin.types("list").output
    done = admin.types("keys", "restore", "--key", recovery)
    assert done.exit_code == 0, done.output
    aside = file.with_name("site-key.unusable")
    assert f"is {aside} now" in done.output
    assert (file.read_text(), aside.read_text()) == (before, "half a k")
    assert "Eileen Collins" in admin.types("list").output


def test_a_damaged_key_stays_where_it_is_if_the_recovery_key_is_that_of_another_register(
    admin: Admin,
) -> None:
    admin.enrols_two()
    file = admin.folder / "config" / "site-key"
    other = recovery_key(SiteKey.new())
    file.write_text("half a k")
    done = admin.types("keys", "restore", "--key", other)
    assert (done.exit_code, "the key that was found is" in done.output) == (1, True)
    assert file.read_text() == "half a k"
    assert not file.with_name("site-key.unusable").exists()


def test_a_missing_key_is_named_with_the_place_where_it_belongs(admin: Admin) -> None:
    admin.enrols_two()
    file = admin.folder / "config" / "site-key"
    file.unlink()
    said = admin.types("list").stderr
    assert f"is missing. It belongs in the file {file}. If the server runs with ATTENDANCE_CONFIG" in said
    assert "The site's key is in" not in said
