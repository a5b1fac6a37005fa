"""A new register begins with what is least, and one that was in use before goes on as it was."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from attendance.open_register import with_least
from attendance.settings.settings import Settings
from attendance.settings.site_uses import SiteUses
from attendance.store.sqlite.store import SQLiteStore
from tests.attendance.new_store import new_store
from tests.attendance.store.builders import student
from tests.attendance.store.databases import MongomockPlace
from tests.attendance.store.old.school import write_school

SETTINGS = Settings(Path(), Path())
LEAST = SiteUses(room_photos=False, live_camera=False)


def test_a_new_register_allows_neither_photos_of_the_room_nor_live_cameras(tmp_path: Path) -> None:
    with closing(new_store(tmp_path / "attendance.sqlite3")) as store:
        assert SiteUses.of(with_least(SETTINGS, store)) == LEAST
        store.add_student(student("s1"))
        assert SiteUses.of(with_least(SETTINGS, store)) == LEAST, "it stays, whoever is added"
    with closing(MongomockPlace().open()) as mongo:
        assert SiteUses.of(with_least(SETTINGS, mongo)) == LEAST


def test_a_register_from_before_keeps_all_its_ways(tmp_path: Path) -> None:
    path = tmp_path / "attendance.sqlite3"
    write_school(path, 8)
    with closing(SQLiteStore(path)) as store:
        assert SiteUses.of(with_least(SETTINGS, store)) == SiteUses()


def test_what_somebody_has_chosen_counts_in_any_register(tmp_path: Path) -> None:
    chosen = replace(SETTINGS, room_photos="two-people")
    with closing(new_store(tmp_path / "attendance.sqlite3")) as store:
        assert SiteUses.of(with_least(chosen, store)) == SiteUses(two_people=True, live_camera=False)
        assert with_least(replace(chosen, live_camera=True), store) == replace(chosen, live_camera=True)
