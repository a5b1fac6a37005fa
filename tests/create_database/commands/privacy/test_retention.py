"""An admin sees what is erased next."""

from __future__ import annotations

from tests.create_database.admin import Admin


def test_it_shows_what_goes_next(admin_of_two: Admin) -> None:
    nothing = admin_of_two.types("retention")
    assert (nothing.exit_code, nothing.stderr) == (0, "Nothing is erased in the next 30 days.\n")
    in_years = admin_of_two.types("retention", "--days", "1200")
    assert "an enrolled photo" in in_years.stdout
    assert "Eileen Collins (17)" in in_years.stdout
    with admin_of_two.register() as register:
        assert len(register.students.all()) == 2
