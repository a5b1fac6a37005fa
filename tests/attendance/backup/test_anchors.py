"""An old register that was put in the place of the newer one is noticed at the next start."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from attendance.audit.trail import AuditTrail
from attendance.audit.verifying import BadEntry, Fault
from attendance.backup import anchors
from attendance.backup.anchors import AnchoredHeads
from attendance.backup.heads import heads_file
from attendance.settings.setting_values import OFF
from attendance.settings.settings import Settings
from attendance.store.open_store import FILE_NAME
from attendance.store.sqlite.store import SQLiteStore
from tests.attendance.new_store import new_store
from tests.attendance.store.builders import student


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A site with a new register."""
    made = Settings(config=tmp_path / "config", models=tmp_path / "models", data=tmp_path / "data")
    new_store(made.data / FILE_NAME).close()
    return made


@pytest.fixture
def store(settings: Settings) -> Iterator[SQLiteStore]:
    """The register, open."""
    with closing(SQLiteStore(settings.data / FILE_NAME)) as opened:
        yield opened


def keep_head(settings: Settings, store: SQLiteStore) -> int:
    """Write the head beside the daily lists, as each closed session does; returns its number."""
    path, head = heads_file(settings), AuditTrail(store).head()
    path.parent.mkdir(exist_ok=True)
    before = path.read_text("utf-8") if path.exists() else "Timestamp,Head\n"
    path.write_text(f"{before}2026-11-30T12:00:00+00:00,{head}\n", "utf-8")
    return int(head.partition("-")[0])


def add(store: SQLiteStore, *names: str) -> None:
    for name in names:
        store.add_student(student(name))


def set_aside(settings: Settings) -> Path:
    return Path(shutil.copy(settings.data / FILE_NAME, settings.data.parent / "old"))


def test_the_register_that_it_was_has_all_heads(settings: Settings, store: SQLiteStore) -> None:
    assert AnchoredHeads(store, settings).lost is None, "no head yet"
    for name in ("s1", "s2", "s3"):
        add(store, name)
        keep_head(settings, store)
    add(store, "s4")
    found = AnchoredHeads(store, settings)
    assert (found.lost, found.warning) == (None, None)


def test_an_old_file_that_was_put_back_is_noticed_also_once_it_is_used_again(settings: Settings) -> None:
    path = settings.data / FILE_NAME
    with closing(SQLiteStore(path)) as store:
        add(store, "s1")
        keep_head(settings, store)
    old = set_aside(settings)
    with closing(SQLiteStore(path)) as store:
        add(store, "s2", "s3")
        latest = keep_head(settings, store)
    shutil.copy(old, path)
    with closing(SQLiteStore(path)) as store:
        found = AnchoredHeads(store, settings)
        assert found.lost == BadEntry(latest, Fault.CUT_OFF)
        assert f"ends before entry {latest}" in str(found.warning)
        assert str(heads_file(settings)) in str(found.remedy)
        add(store, "other", "others", "more")
        assert found.lost == BadEntry(latest, Fault.CUT_OFF), "one look at the start is enough"
        assert AnchoredHeads(store, settings).lost == BadEntry(latest, Fault.OTHER_HEAD)
        keep_head(settings, store)
        again = AnchoredHeads(store, settings)
        assert again.lost == BadEntry(latest, Fault.OTHER_HEAD)
        assert f"entry {latest} of its audit trail isn't the one" in str(again.warning)


def test_few_entries_are_read_however_many_heads_there_are(
    settings: Settings, store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anchors, "MOST_COMPARED", 3)
    numbers = []
    for number in range(8):
        add(store, f"s{number}")
        numbers.append(keep_head(settings, store))
    path = heads_file(settings)
    first, greatest, *others = path.read_text("utf-8").splitlines()
    greatest = greatest.replace(f",{numbers[0]}-", ",99-")
    path.write_text("\n".join([first, greatest, *others]), "utf-8")
    asked: list[tuple[int, int]] = []

    class Counting:
        def audit_rows(self, after: int, limit: int) -> object:
            asked.append((after, limit))
            return store.audit_rows(after, limit)

    assert AnchoredHeads(Counting(), settings).lost == BadEntry(99, Fault.CUT_OFF)  # type: ignore[arg-type]
    assert len(asked) == 4
    assert {limit for _after, limit in asked} == {1}


def test_without_lists_or_with_a_file_of_something_else_nothing_is_said(
    settings: Settings, store: SQLiteStore
) -> None:
    add(store, "s1")
    keep_head(settings, store)
    heads_file(settings).write_text("Timestamp,Head\nyesterday,none\n\x00,\n", "utf-8")
    assert AnchoredHeads(store, settings).lost is None
    assert AnchoredHeads(store, replace(settings, daily_csv=OFF)).lost is None


def test_the_log_is_told_once_where_there_is_something_to_tell(
    settings: Settings, store: SQLiteStore, caplog: pytest.LogCaptureFixture
) -> None:
    add(store, "s1", "s2")
    number = keep_head(settings, store)
    AnchoredHeads(store, settings).log()
    assert caplog.text == ""
    path = heads_file(settings)
    path.write_text(path.read_text("utf-8").replace(f",{number}-", f",{number + 7}-"), "utf-8")
    with caplog.at_level(logging.WARNING):
        AnchoredHeads(store, settings).log()
    assert f"ends before entry {number + 7}" in caplog.text
