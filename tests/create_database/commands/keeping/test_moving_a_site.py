"""The commands export-site and import-site."""

from __future__ import annotations

from shutil import rmtree

from attendance.audit.chain.values import AuditFilter, AuditKind
from attendance.values import MarkStatus
from tests.create_database.admin import Admin, rows
from tests.create_database.test_dry_runs import exported_site, state


def test_a_site_moves_and_the_trail_says_who_moved_it(admin_of_two: Admin) -> None:
    admin, file = admin_of_two, admin_of_two.folder / "disk" / "site.export"
    with admin.register() as register:
        register.marking.mark("17", MarkStatus.PRESENT, by="ada", session=register.sessions.today())
    done = admin.types("export-site", str(file))
    assert done.exit_code == 0, done.output
    assert ["students", "2"] in rows(done.stdout)
    assert "was read back and is good. Head of its audit trail:" in done.stderr
    listed = admin.types("marks").stdout
    rmtree(admin.data)
    tried = admin.types("import-site", str(file), "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "which was in sqlite, can be imported." in tried.stderr
    assert "Dry run: nothing was changed." in tried.stderr
    assert not admin.data.exists()
    done = admin.types("import-site", str(file))
    assert done.exit_code == 0, done.output
    assert ["marks", "1"] in rows(done.stdout)
    assert "which was in sqlite, is here." in done.stderr
    assert admin.types("marks").stdout == listed
    assert admin.types("verify-audit").exit_code == 0
    with admin.register() as register:
        [entry] = register.audit.find(AuditFilter(kinds=(AuditKind.RESTORED,)), 10)
        assert (entry.about, entry.actor.startswith("command:")) == ("export", True)
    again = admin.types("import-site", str(file))
    assert (again.exit_code, "which is never overwritten" in again.stderr) == (1, True)


def test_on_another_computer_it_needs_the_recovery_key(admin: Admin) -> None:
    content, key = exported_site()
    file = admin.folder / "site.export"
    file.write_bytes(content)
    before = state(admin.folder)
    refused = admin.types("import-site", str(file))
    assert (refused.exit_code, "Give the recovery key of that site" in refused.stderr) == (1, True)
    assert state(admin.folder) == before
    done = admin.types("import-site", str(file), "--recovery-key", key.lower())
    assert done.exit_code == 0, done.output
    assert "Collins" in admin.types("list").stdout
    assert admin.types("keys", "recovery").stdout.strip() == key


def test_where_there_is_another_key_it_is_sealed_with_that(admin: Admin) -> None:
    content, key = exported_site()
    (admin.folder / "site.export").write_bytes(content)
    with admin.register():
        pass
    rmtree(admin.data)
    done = admin.types("import-site", str(admin.folder / "site.export"), "--recovery-key", key)
    assert done.exit_code == 0, done.output
    assert "It is sealed with this site's key now. Write it down:" in done.stderr
    assert admin.types("keys", "recovery").stdout.strip() != key
    assert "Collins" in admin.types("list").stdout


def test_an_export_is_refused_where_it_would_be_lost_or_nothing_is(admin_of_two: Admin) -> None:
    inside = admin_of_two.types("export-site", str(admin_of_two.data / "site.export"))
    assert (inside.exit_code, "would be lost with it" in inside.stderr) == (1, True)
    nothing = admin_of_two.types("export-site", "a", "--data", str(admin_of_two.folder / "nothing"))
    assert (nothing.exit_code, "There is no register in" in nothing.stderr) == (1, True)
    assert not (admin_of_two.folder / "nothing").exists()
