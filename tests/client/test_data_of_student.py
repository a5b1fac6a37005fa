"""What a student is handed out is everything that is stored about them, and nothing about others."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import IO, cast

import pytest
from typing_extensions import Buffer

from attendance.privacy.about_parts import PARTS
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.store.sqlite.schema import prepare
from attendance.values import Review, ReviewCandidate, ReviewReason
from tests.attendance.store.builders import alarm
from tests.client.signed_in import SignedIn
from tests.client.used_site import PERSON, UsedSite, rows_of, used_site

LEFT_OUT = {
    "audit_keys": "a key, not data; the ZIP says so",
    "feed": "SQLite: the place of other records in the order of changes",
}
"""Tables with the student's id that no part of the ZIP is about, and why."""
WITHIN_STUDENTS = frozenset({"crops", "templates"})  # in MongoDB parts of the student's document
STUDENTS = {
    "student",
    "student_id",
    "student_ids",
    "decided_for",
    "candidates",
    "roster",
    "seen",
    "spot_checks",
}
OTHERS_NAME, OTHERS_NUMBER = "Somebody Else", "2"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, reports=settings.data / "reports", daily_csv=settings.data / "Attendance")


@pytest.fixture(params=["sqlite", "mongomock"])
def site(request: pytest.FixtureRequest, settings: Settings) -> Iterator[UsedSite]:
    """On either database."""
    with used_site(request.param, request, settings) as used:
        yield used


def handed_out(site: UsedSite) -> zipfile.ZipFile:
    file = io.BytesIO()
    site.register.data_of.write(site.register.students.by_id(site.id), file)
    return zipfile.ZipFile(file)


def other(site: UsedSite) -> str:
    return site.register.students.get(OTHERS_NUMBER).id


def test_every_table_that_names_the_student_is_in_it(site: UsedSite) -> None:
    book = handed_out(site)
    records = {
        table: json.loads(book.read(f"json/{part.key}.json")) for part in PARTS for table in part.tables
    }
    naming = {table for table, rows in rows_of(site).items() if site.id in rows}
    assert naming - LEFT_OUT.keys() <= records.keys()
    inside_others = WITHIN_STUDENTS if site.register.store.name == "mongodb" else frozenset()
    assert naming >= records.keys() - inside_others - {"audit"}, (
        "each kind was stored before it was looked for"
    )
    assert all(records.values())


def test_every_table_made_for_students_is_in_it(tmp_path: Path) -> None:
    prepare(tmp_path / "new.sqlite3")
    with closing(sqlite3.connect(tmp_path / "new.sqlite3")) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        made = {
            table
            for (table,) in names
            for column in connection.execute(f"PRAGMA table_info({table})")
            if column[1] in STUDENTS
        }
    assert made - LEFT_OUT.keys() <= {table for part in PARTS for table in part.tables}


def test_a_person_can_read_it(site: UsedSite) -> None:
    book = handed_out(site)
    index = book.read("index.html").decode()
    assert "Data about Marker Name (RN-MARKER-1)" in index
    details = book.read("details.html").decode()
    assert all(value in details for value in PERSON.values())
    pages = [name for name in book.namelist() if name.endswith(".html") and name != "index.html"]
    assert all(f'href="{name}"' in index for name in pages)
    pictures = [name for name in book.namelist() if name.startswith("pictures/")]
    assert "pictures/portrait.jpg" in pictures
    assert any(name.startswith("pictures/face-") for name in pictures)
    assert all(book.read(name)[:2] == b"\xff\xd8" and f'src="{name}"' in index for name in pictures)


def test_nothing_in_it_is_about_others(site: UsedSite) -> None:
    register, me, them = site.register, site.id, other(site)
    session = register.store.sessions()[0]
    register.store.add_alarm(alarm(f"{me}+{them}", session.id, student_ids=(me, them)))
    candidates = (ReviewCandidate(them, 0.9), ReviewCandidate(me, 0.8))
    now = register.clock.now()
    snapshot = register.snapshots.save("of both", b"\xff\xd8 perhaps the other")
    register.store.hold_review(
        Review("r-both", session.id, ReviewReason.LOOK_ALIKE, candidates, now, snapshot=snapshot)
    )
    book = handed_out(site)
    content = "\n".join(book.read(name).decode("latin-1") for name in book.namelist())
    assert them not in content
    assert OTHERS_NAME not in content
    assert "perhaps the other" not in content
    alarms = json.loads(book.read("json/alarms.json"))
    assert 1 in {each["other_students"] for each in alarms}
    review = next(each for each in json.loads(book.read("json/reviews.json")) if each["id"] == "r-both")
    assert review["picture"] == "not included: it may show another student"


def test_handing_it_out_is_in_the_trail_and_so_in_it(site: UsedSite) -> None:
    trail = json.loads(handed_out(site).read("json/trail.json"))
    assert trail[0]["kind"] == "export"
    assert trail[0]["after"] == '{"format":"zip"}'
    assert "student_added" in {each["kind"] for each in trail}


def test_it_can_be_sent_while_it_is_written(site: UsedSite) -> None:
    class OneWay(io.RawIOBase):
        """A file that can only be written on."""

        def __init__(self) -> None:
            self.written = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: Buffer) -> int:
            self.written += memoryview(data)
            return len(memoryview(data))

    file = OneWay()
    counts = site.register.data_of.write(site.register.students.by_id(site.id), cast("IO[bytes]", file))
    book = zipfile.ZipFile(io.BytesIO(file.written))
    assert book.testzip() is None
    assert len(json.loads(book.read("json/marks.json"))) == counts["marks"]


def test_those_who_enrol_get_it_on_the_students_page(
    admin: SignedIn, teacher: SignedIn, register: Register
) -> None:
    student = register.students.all()[0]
    address = f"/teach/students/{student.id}/data.zip"
    assert f'href="{address}"' in admin.get(f"/teach/students/{student.id}").text
    answer = admin.get(address)
    assert answer.mimetype == "application/zip"
    assert zipfile.ZipFile(io.BytesIO(answer.data)).testzip() is None
    assert teacher.get(address).status_code == 403
