"""A mark that was changed, written or deleted behind the chain's back is found and named."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from attendance.audit.marks_check import MarkFault
from attendance.audit.trail import AuditTrail
from attendance.audit.verifying import BadEntry, Fault
from attendance.store.sqlite.store import SQLiteStore
from attendance.values import MarkStatus
from tests.attendance.store.builders import fill, mark, student


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "attendance.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    with closing(SQLiteStore(path)) as store:
        fill(store)
        store.insert_mark(mark("s1"))
        yield store


def behind(path: Path, *statements: str) -> None:
    """What somebody does with another program."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize(
    "change",
    ["status = 'excused'", "at = at + 1", "history = '[]'", "under_review = 1", "reviewer = 'somebody'"],
)
def test_a_changed_mark_is_found(store: SQLiteStore, path: Path, change: str) -> None:
    behind(path, f"UPDATE marks SET {change}")
    report = AuditTrail(store).verify()
    (finding,) = report.marks
    assert (finding.fault, finding.student_id, report.bad) == (MarkFault.CHANGED, "s1", None)
    head = store.audit_head()
    assert head is not None
    assert finding.number == head.number


def test_a_mark_that_was_written_or_deleted_is_found(store: SQLiteStore, path: Path) -> None:
    behind(path, "UPDATE marks SET student_id = 's2'")
    found = {(each.fault, each.student_id) for each in AuditTrail(store).verify().marks}
    assert found == {(MarkFault.GONE, "s1"), (MarkFault.UNKNOWN, "s2")}


def test_a_student_who_was_deleted_is_found_by_the_mark_even_without_the_key(
    store: SQLiteStore, path: Path
) -> None:
    behind(path, "DELETE FROM marks", "DELETE FROM students WHERE id = 's1'", "DELETE FROM audit_keys")
    (finding,) = AuditTrail(store).verify().marks
    assert (finding.fault, finding.student_id) == (MarkFault.GONE, "")


def test_the_programs_own_changes_are_no_findings(store: SQLiteStore) -> None:
    store.replace_mark(mark("s1", version=2, status=MarkStatus.EXCUSED))
    store.add_student(student("s3"))
    store.insert_mark(mark("s3"))
    store.remove_student("s1")
    assert AuditTrail(store).verify().is_clean


def test_the_trail_refuses_changes_by_mistake_and_shows_those_on_purpose(
    store: SQLiteStore, path: Path
) -> None:
    for statement in ("UPDATE audit SET actor = 'x' WHERE number = 3", "DELETE FROM audit WHERE number = 3"):
        with pytest.raises(sqlite3.IntegrityError, match="only added to"):
            behind(path, statement)
    behind(path, "DROP TRIGGER audit_unchanged", "UPDATE audit SET actor = 'x' WHERE number = 3")
    assert AuditTrail(store).verify().bad == BadEntry(3, Fault.CHANGED)


@pytest.mark.parametrize("field", ["kind", "at", "number", "previous", "digest", "after", "id", "student"])
@pytest.mark.parametrize("value", ["'x'", "x'ff00fe'", "-1", "99"])
def test_whatever_is_put_into_a_field_is_found(
    store: SQLiteStore, path: Path, field: str, value: str
) -> None:
    if field == "number" and not value.lstrip("-").isdigit():
        return  # a whole number is the only thing that SQLite takes there
    behind(path, "DROP TRIGGER audit_unchanged", f"UPDATE audit SET {field} = {value} WHERE number = 3")
    bad = AuditTrail(store).verify().bad
    assert bad is not None
    assert bad.number in (1, 3)  # a negative number is before all others


def test_an_entry_before_the_first_one_is_found(store: SQLiteStore, path: Path) -> None:
    columns = "id, at, kind, actor, origin, student, about, before, after, previous, digest"
    behind(path, f"INSERT INTO audit SELECT -5, {columns} FROM audit WHERE number = 3")
    assert AuditTrail(store).verify().bad == BadEntry(1, Fault.CHANGED)


def test_two_heads_of_one_number_contradict_each_other(store: SQLiteStore) -> None:
    report = AuditTrail(store).verify(["2-0000-0000-0000-0000"])
    assert report.bad == BadEntry(2, Fault.OTHER_HEAD)
    head = AuditTrail(store).head()
    assert AuditTrail(store).verify([head]).is_clean
