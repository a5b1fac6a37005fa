"""Copies of a register become records, and records copies, from either database to either."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, NoReturn
from weakref import WeakSet

import bson
import mongomock
import pytest

from attendance.audit.trail import AuditTrail
from attendance.errors import SchemaError, StoreUnavailableError
from attendance.store.mongo.copying.whole_copies import copy_documents, documents_put
from attendance.store.mongo.store import MongoStore
from attendance.store.open_store import FILE_NAME
from attendance.store.portable.kinds import FED, FEED_STATE, KINDS, MARKS, SESSIONS, PortableKind
from attendance.store.portable.lines import ENDING, lines_in
from attendance.store.protocol import Store
from attendance.store.record_files import build_copy, count_records, read_records, write_records
from attendance.store.records import Record
from attendance.store.sqlite.copying.whole_copies import copy_whole
from attendance.store.sqlite.store import SQLiteStore
from attendance.store.whole_register import MONGODB, SQLITE
from attendance.values.feed import FeedKind, FeedPlace
from tests.attendance.backup.conftest import rows
from tests.attendance.store.builders import mark, student
from tests.attendance.store.databases import let_mongomock_act_at_once
from tests.attendance.store.everything import everything_in, fill_everything

URI = "mongodb://in.memory/attendance"
DATABASES = (SQLITE, MONGODB)
MANY, TWO_BATCHES = 4_000, 1_000
Records = dict[str, list[Record]]


class WithoutSnapshots(mongomock.MongoClient):  # type: ignore[type-arg] # it can't be given at run time
    """Says that it has no snapshots as a server does."""

    def start_session(self, *_: object, **__: object) -> NoReturn:
        raise NotImplementedError


@dataclass
class Kept:
    """A register of one kind in a folder, or in memory."""

    kind: str
    folder: Path

    def __post_init__(self) -> None:
        self.folder.mkdir()
        let_mongomock_act_at_once()
        self.client = WithoutSnapshots(tz_aware=True)

    def open(self) -> Store:
        if self.kind == SQLITE:
            return SQLiteStore(self.folder / FILE_NAME)
        return MongoStore(URI, connect=lambda _uri: self.client)

    def copy(self, into: Path) -> Path:
        """A copy as a backup makes it."""
        into.mkdir()
        if self.kind == SQLITE:
            copy_whole(self.folder / FILE_NAME, into / FILE_NAME)
        else:
            copy_documents(URI, into, connect=lambda _uri: self.client)
        return into

    def put(self, copy: Path) -> None:
        """Make a copy the register."""
        if self.kind == SQLITE:
            (copy / FILE_NAME).rename(self.folder / FILE_NAME)
            return
        with documents_put(URI, copy, connect=lambda _uri: self.client):
            pass


@pytest.fixture(params=DATABASES)
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    """A register with a record of every kind."""
    kept = Kept(request.param, tmp_path / "source")
    with closing(kept.open()) as store:
        fill_everything(store)
    return kept


def moved(source: Kept, to: str, folder: Path) -> Kept:
    """The register in another place."""
    folder.mkdir()
    (folder / "records").mkdir()
    (folder / "built").mkdir()
    write_records(source.copy(folder / "copied"), source.kind, folder / "records")
    build_copy(partial(read_records, folder / "records"), to, folder / "built")
    target = Kept(to, folder / "target")
    target.put(folder / "built")
    return target


def records_in(kept: Kept, folder: Path) -> Records:
    """All its records, in an order that no database decides."""
    folder.mkdir()
    write_records(kept.copy(folder.with_name(folder.name + "-copied")), kept.kind, folder)
    return {kind.name: sorted(lines_in(folder / f"{kind.name}{ENDING}"), key=repr) for kind in KINDS}


def without_numbers(records: Records) -> Records:
    """Without what the feed of changes may number anew."""
    left = {
        name: [{key: field for key, field in each.items() if key not in FED} for each in found]
        for name, found in records.items()
    }
    return {name: sorted(found, key=repr) for name, found in left.items() if name != FEED_STATE.name}


@pytest.mark.parametrize("to", DATABASES)
def test_every_record_arrives_as_it_was(source: Kept, to: str, tmp_path: Path) -> None:
    before = records_in(source, tmp_path / "before")
    assert all(before.values()), "of every kind"
    target = moved(source, to, tmp_path / "there")
    after = records_in(target, tmp_path / "after")
    assert without_numbers(after) == without_numbers(before)
    if (source.kind, to) != (MONGODB, SQLITE):  # where several changes may have one number
        assert after == {**before, FEED_STATE.name: after[FEED_STATE.name]}
    with closing(source.open()) as old, closing(target.open()) as new:
        values = everything_in(old)
        assert all(values.values())
        assert everything_in(new) == values
        assert new.audit_head() == old.audit_head()
        report = AuditTrail(new).verify([AuditTrail(old).head()])
        assert (report.is_clean, report.head) == (True, AuditTrail(old).head())


@pytest.mark.parametrize("between", DATABASES)
def test_there_and_back_is_the_same(source: Kept, between: str, tmp_path: Path) -> None:
    before = records_in(source, tmp_path / "before")
    back = moved(moved(source, between, tmp_path / "there"), source.kind, tmp_path / "back")
    assert without_numbers(records_in(back, tmp_path / "after")) == without_numbers(before)


def test_sqlite_to_sqlite_is_the_same_cell_by_cell(tmp_path: Path) -> None:
    source = Kept(SQLITE, tmp_path / "source")
    with closing(source.open()) as store:
        fill_everything(store)
    target = moved(source, SQLITE, tmp_path / "there")
    assert rows(target.folder) == rows(source.folder)
    assert schema_of(target) == schema_of(source), "triggers and indexes too"


def schema_of(kept: Kept) -> set[tuple[str, ...]]:
    with closing(sqlite3.connect(kept.folder / FILE_NAME)) as connection:
        return set(connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall())


@pytest.mark.parametrize("to", DATABASES)
def test_the_feed_goes_on_or_says_that_it_is_another_one(source: Kept, to: str, tmp_path: Path) -> None:
    target = moved(source, to, tmp_path / "there")
    with closing(source.open()) as old, closing(target.open()) as new:
        place = FeedPlace(old.feed_number())
        before, after = (store.feed(FeedPlace(), 10**6, [*FeedKind]) for store in (old, new))
        assert {entry.place.key for entry in after.entries} == {entry.place.key for entry in before.entries}
        new.add_student(student("new"))
        later = new.feed(place, 10**6, [*FeedKind])
        if before.name == after.name:
            assert [entry.id for entry in later.entries] == ["new"], "a follower goes on where it was"
        else:
            assert (source.kind, to) == (MONGODB, SQLITE), "a follower sees the name, and begins again"
            assert len({entry.number for entry in after.entries}) == len(after.entries)


@pytest.mark.parametrize("to", DATABASES)
def test_what_has_moved_is_written_as_before(source: Kept, to: str, tmp_path: Path) -> None:
    with closing(moved(source, to, tmp_path / "there").open()) as store:
        versions = (store.gallery_version(), store.people_version())
        found = store.mark(mark().session_id, "s1")
        assert found is not None
        store.add_student(student("new"))
        assert store.insert_mark(mark("new"))
        assert not store.insert_mark(mark("s1"))
        store.remove_student("s1")
        assert (store.gallery_version(), store.people_version()) > versions
        assert store.mark(mark().session_id, "s1") is None
        assert store.has_link("aa", "first-admin", found.at)
        assert AuditTrail(store).verify().is_clean


def test_what_a_gone_student_left_on_a_server_stays_behind(tmp_path: Path) -> None:
    source = Kept(MONGODB, tmp_path / "source")
    with closing(source.open()) as store:
        fill_everything(store)
    left = source.client["attendance"]["traces"].find_one({"_id": "grant:digest"})
    assert left is not None
    source.client["attendance"]["traces"].insert_one({**left, "_id": "late", "student_id": "nobody"})
    with closing(moved(source, SQLITE, tmp_path / "there").open()) as store:
        assert store.traces_of_student("nobody") == []
        assert len(store.traces_of_student("s1")) == 1


def test_a_mark_of_a_session_that_is_not_there_is_no_register(tmp_path: Path) -> None:
    source = Kept(MONGODB, tmp_path / "source")
    with closing(source.open()) as store:
        fill_everything(store)
    source.client["attendance"]["sessions"].delete_many({})
    with pytest.raises(SchemaError, match="belongs to one of sessions"):
        moved(source, SQLITE, tmp_path / "there")


def test_two_records_with_one_key_are_refused(tmp_path: Path) -> None:
    source = Kept(SQLITE, tmp_path / "source")
    with closing(source.open()) as store:
        fill_everything(store)
    folder = tmp_path / "records"
    folder.mkdir()
    write_records(source.copy(tmp_path / "copied"), SQLITE, folder)
    lines = (folder / "users.jsonl").read_bytes()
    (folder / "users.jsonl").write_bytes(lines + lines)
    (tmp_path / "built").mkdir()
    with pytest.raises(SchemaError, match="contradict each other"):
        build_copy(partial(read_records, folder), SQLITE, tmp_path / "built")


@pytest.mark.parametrize("field", ["audit_pending", "change"])
def test_a_copy_that_was_made_while_others_wrote_is_refused(field: str, tmp_path: Path) -> None:
    source = Kept(MONGODB, tmp_path / "source")
    with closing(source.open()) as store:
        fill_everything(store)
    copied = source.copy(tmp_path / "copied")
    source.client["attendance"]["students"].update_one({"_id": "s1"}, {"$set": {field: "somebody's"}})
    with (copied / "students.bson").open("wb") as file:
        for document in source.client["attendance"]["students"].find():
            file.write(bson.encode(document))
    (tmp_path / "records").mkdir()
    with pytest.raises(StoreUnavailableError, match="Stop all servers"):
        write_records(copied, MONGODB, tmp_path / "records")


class Counted(dict[str, Any]):
    """A record that can be counted while it lives."""

    alive: ClassVar[WeakSet[Counted]] = WeakSet()
    most = 0

    def __init__(self, record: Record) -> None:
        super().__init__(record)
        Counted.alive.add(self)
        Counted.most = max(Counted.most, len(Counted.alive))

    __hash__ = object.__hash__  # type: ignore[assignment] # by identity


@pytest.mark.parametrize("to", DATABASES)
def test_many_marks_are_never_in_memory_at_once(to: str, tmp_path: Path) -> None:
    source = Kept(SQLITE, tmp_path / "source")
    with closing(source.open()) as store:
        fill_everything(store)
    records, built, again = (tmp_path / name for name in ("records", "built", "again"))
    for folder in (records, built, again):
        folder.mkdir()
    write_records(source.copy(tmp_path / "copied"), SQLITE, records)

    def read(kind: PortableKind) -> Iterator[Record]:
        yield from read_records(records, kind)
        if kind in (MARKS, SESSIONS):
            one = next(read_records(records, kind))
            for number in range(MANY):
                session, place = f"many-{number}", {"changed": 10**6 + MANY * (kind == MARKS) + number}
                new = {"session_id": session} if kind == MARKS else {"id": session, "token": session}
                yield Counted({**one, **new, **place})

    Counted.most = 0
    build_copy(read, to, built)
    assert 0 < Counted.most <= TWO_BATCHES
    write_records(built, to, again)
    assert count_records(again)["marks"] == MANY + 2
