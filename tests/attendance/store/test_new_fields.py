"""A new field of a value needs a declaration and a migration, and nothing else in the stores."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import pytest

from attendance.store.mongo.documents import from_document
from attendance.store.mongo.store import MongoStore
from attendance.store.records import Declared, field_names
from attendance.store.sqlite.store import SQLiteStore
from attendance.values import (
    Alarm,
    ApiToken,
    CheckInTrace,
    Consent,
    Course,
    DayOff,
    EnginePin,
    FaceCrop,
    GrantAnswer,
    Login,
    Mark,
    NotedChange,
    Notice,
    OneTimeLink,
    Portrait,
    Review,
    Session,
    Student,
    Template,
    User,
)
from tests.attendance.store.builders import NOON
from tests.attendance.store.databases import MongomockPlace

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ("attendance", "client", "create_database", "face_detection", "face_matching")

TABLES: dict[str, tuple[type[Declared], set[str]]] = {  # a row's value, and columns that are no field of it
    "students": (Student, {"number_key", "twin"}),
    "templates": (Template, {"dimension"}),
    "crops": (FaceCrop, set()),
    "portraits": (Portrait, set()),
    "courses": (Course, {"changes"}),
    "sessions": (Session, {"changes"}),
    "days_off": (DayOff, set()),
    "marks": (Mark, set()),
    "reviews": (Review, set()),
    "traces": (CheckInTrace, set()),
    "alarms": (Alarm, set()),
    "answers": (GrantAnswer, set()),
    "engine_pin": (EnginePin, {"only_row"}),
    "users": (User, set()),
    "one_time_links": (OneTimeLink, set()),
    "logins": (Login, set()),
    "notices": (Notice, set()),
    "api_tokens": (ApiToken, set()),
    "student_changes": (NotedChange, set()),
}

# The modules that name a student's `guardian_email`, by their top folder and file, and why each does.
NAMED_IN = {
    "attendance/values/students.py": "declares it as a field of the student",
    "attendance/people/new_student.py": "declares it as a field of a person to enrol, and checks the address",
    "attendance/store/sqlite/migrations/version_3.py": "the migration that brought it to SQLite",
    "attendance/store/mongo/migrations/versions_1_to_5.py": "the migration that brought it to MongoDB",
    "attendance/sealing/sealed_fields.py": "the fields that are sealed",
    "attendance/backup/erasures.py": "the fields that an erasure empties in a restored register",
    "attendance/audit/chain/changes.py": "the fields whose changes are in the audit trail",
    "attendance/lists/headings.py": "other headings that a list may have for it",
    "attendance/notices/addresses.py": "sends notices there",
    "client/teacher/students/student_forms.py": "its field in the form",
    "client/teacher/students/uploaded_lists/list_words.py": "what the preview of a list calls it",
    "client/software/api/students/student_models.py": "its field in the models of the API",
    "create_database/commands/students/enrol.py": "the help text about a roster's columns",
    "create_database/commands/students/imports.py": "the help text about a list's columns",
}


class Language(StrEnum):
    ENGLISH = "en"
    GERMAN = "de"


@dataclass(frozen=True)
class LaterStudent(Student):
    """A student as a later version of the program may have it."""

    language: Language | None = None
    seen_at: datetime | None = None
    earlier_consents: tuple[Consent, ...] = ()


LATER = LaterStudent(
    "s1",
    "17",
    "Student One",
    consent=Consent(NOON, "office", "signed form"),
    language=Language.GERMAN,
    seen_at=NOON,
    earlier_consents=(Consent(NOON, "office", "e-mail"),),
)


def test_sqlite_stores_new_fields_as_soon_as_a_migration_brings_their_columns(tmp_path: Path) -> None:
    path = tmp_path / "attendance.sqlite3"
    with closing(SQLiteStore(path)) as store:
        with closing(sqlite3.connect(path)) as migration:
            for column in ("language TEXT", "seen_at INTEGER", "earlier_consents TEXT NOT NULL DEFAULT '[]'"):
                migration.execute(f"ALTER TABLE students ADD COLUMN {column}")
        store.add_student(LATER)
        [found] = store._connections.read_all(LaterStudent, "SELECT * FROM students")
        assert (found, found.language) == (LATER, Language.GERMAN)
        store.update_student(LaterStudent("s1", "17", "Student One"))
        assert store._connections.read_all(LaterStudent, "SELECT * FROM students") == [
            LaterStudent("s1", "17", "Student One")
        ]


def test_mongodb_stores_new_fields() -> None:
    store = MongomockPlace().open()
    assert isinstance(store, MongoStore)
    with closing(store), store._connection.register() as register:
        store.add_student(LATER)
        found = from_document(LaterStudent, register["students"].find_one({"_id": "s1"}) or {})
        assert (found, found.language) == (LATER, Language.GERMAN)
        store.update_student(LaterStudent("s1", "17", "Student One"), LATER)
        document = register["students"].find_one({"_id": "s1"}) or {}
        assert from_document(LaterStudent, document) == LaterStudent("s1", "17", "Student One")


@pytest.mark.parametrize("table", TABLES)
def test_a_table_has_a_column_for_each_field(table: str, tmp_path: Path) -> None:
    path = tmp_path / "attendance.sqlite3"
    SQLiteStore(path).close()
    with closing(sqlite3.connect(path)) as connection:
        columns = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
    kind, others = TABLES[table]
    assert columns == {*field_names(kind), *others}, "a new field needs a migration"


def test_a_field_of_a_student_is_named_where_it_means_something() -> None:
    files = [path for folder in SOURCES for path in (ROOT / folder).rglob("*.py")]
    naming = {path for path in files if "guardian_email" in path.read_text(encoding="utf-8")}
    assert {path.relative_to(ROOT).as_posix() for path in naming} == set(NAMED_IN)
