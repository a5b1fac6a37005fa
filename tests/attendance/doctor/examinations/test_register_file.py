"""Whether the register is there and well formed."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from attendance.doctor.examinations.register_file import examine
from attendance.errors import SchemaError, StoreUnavailableError
from attendance.settings.settings import Settings
from attendance.store.open_store import FILE_NAME
from attendance.store.protocol import Store
from attendance.store.whole_register import check_structure
from tests.attendance.doctor.examined import NOTE, OK, PROBLEM, grades, site_of, words


@pytest.mark.parametrize("is_server", [False, True])
def test_a_register_that_can_be_read_is_well_formed(
    settings: Settings, register: Store, *, is_server: bool
) -> None:
    found = list(examine(site_of(settings, store=register, is_server=is_server)))
    assert grades(found) == [OK]
    assert "Students: 0" in words(found)


def test_none_is_a_note_and_one_that_does_not_open_a_problem(settings: Settings) -> None:
    assert grades(examine(site_of(settings))) == [NOTE]
    found = list(examine(site_of(settings, trouble=StoreUnavailableError("It is away. Wait."))))
    assert grades(found) == [PROBLEM]
    assert "It is away." in words(found)


def test_a_register_that_lost_its_content_is_a_problem(settings: Settings, register: Store) -> None:
    site = site_of(settings, store=register, register=settings.data / "emptied.sqlite3")
    (settings.data / "emptied.sqlite3").touch()
    found = list(examine(site))
    assert grades(found) == [PROBLEM]
    assert "nothing of what was in it is left" in words(found)


def test_a_damaged_page_is_found_beside_the_server(settings: Settings, register: Store) -> None:
    path = settings.data / FILE_NAME
    register.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET rootpage = 99999 WHERE name = 'marks'")
        connection.commit()
    with pytest.raises(SchemaError, match="is damaged"):
        check_structure(path)
