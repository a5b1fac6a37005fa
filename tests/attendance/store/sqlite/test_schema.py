"""SQLite files are created with, and migrated to, the current schema."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from attendance.errors import AttendanceError, SchemaError, StoreUnavailableError
from attendance.store.protocol import Store
from attendance.store.sqlite.rows import insertion, to_row
from attendance.store.sqlite.schema import MIGRATIONS, prepare
from attendance.store.sqlite.store import SQLiteStore
from attendance.values import LivenessMode, NoticeState, ReviewDecision, Role, ScheduleRule
from attendance.values.feed import FeedKind, FeedPlace
from tests.attendance.store import frozen
from tests.attendance.store.builders import (
    NOON,
    answer,
    api_token,
    course,
    fill,
    link,
    mark,
    notice,
    pin,
    portrait,
    review,
    same_template,
    session,
    student,
    student_change,
    template,
    user,
)
from tests.attendance.store.twins import assert_twins_stay_and_no_third_one_comes

FROZEN_FILES = Path(__file__).with_name("migrations")  # registers as each version of the schema wrote them
VERSION_1_FILE = FROZEN_FILES / "version_1.sql"
VERSION_2_FILE = FROZEN_FILES / "version_2.sql"
VERSION_3_FILE = FROZEN_FILES / "version_3.sql"
VERSION_4_FILE = FROZEN_FILES / "version_4.sql"
VERSION_5_FILE = FROZEN_FILES / "version_5.sql"
VERSION_6_FILE = FROZEN_FILES / "version_6.sql"
VERSION_7_FILE = FROZEN_FILES / "version_7.sql"
VERSION_8_FILE = FROZEN_FILES / "version_8.sql"
OLDER = (VERSION_1_FILE, VERSION_2_FILE)
SINCE_3 = tuple(FROZEN_FILES / f"version_{version}.sql" for version in range(3, 9))
FROZEN = (*OLDER, *SINCE_3)

FIRST = ("CREATE TABLE notes (text TEXT)", "INSERT INTO notes VALUES ('first')")
SECOND = ("ALTER TABLE notes ADD COLUMN author TEXT", "INSERT INTO notes VALUES ('second', 'me')")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "attendance.sqlite3"


def read(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def tables(path: Path) -> list[tuple[object, ...]]:
    return read(path, "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")


def bring_back(frozen: Path, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(frozen.read_text(encoding="utf-8"))


def test_a_register_of_version_1_opens_and_reads(path: Path) -> None:
    bring_back(VERSION_1_FILE, path)
    with closing(SQLiteStore(path)) as store:
        assert store.students() == [student("s1", name="Eileen Collins"), student("s2", consent=None)]
        assert [same_template(each, template("t1")) for each in store.templates()] == [True]
        assert store.portrait_of("s1") == portrait("s1")
        assert store.course("small") == course("small", roster=("s1", "s2"), liveness=LivenessMode.FLAG)
        [opened] = store.sessions()
        assert opened == session(secret=opened.secret, closed_at=session().closes_at)
        assert store.marks(session().id) == [mark("s1")]
        assert store.reviews() == [review("r1")]
        decided = store.review("r2")
        assert decided is not None
        assert decided.decision is ReviewDecision.REFUSED
        assert store.spent_on("g1") == "d1"
        assert store.answer("g1", "d1", mark("s1").at) == answer()
        assert store.engine_pin() == pin()
        assert store.gallery_version() == 1


def test_each_session_of_version_1_gets_a_secret_and_what_is_over_is_closed(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(VERSION_1_FILE.read_text(encoding="utf-8"))
        connection.execute(
            "INSERT INTO sessions VALUES ('new', 'general', 'token', '2999-01-01', 0, 32472144000000, NULL)"
        )
        connection.commit()
    with closing(SQLiteStore(path)) as store:
        new, old = store.sessions()
        assert len({new.secret, old.secret}) == 2
        assert all(len(bytes.fromhex(each.secret)) == 32 for each in (new, old))
        assert new.closed_at is None
        assert store.unclosed_sessions(session().closes_at) == [new]


def test_a_register_of_version_2_opens_and_reads(path: Path) -> None:
    bring_back(VERSION_2_FILE, path)
    with closing(SQLiteStore(path)) as store:
        eileen = student("s1", name="Eileen Collins", email="eileen@example.org", year="2")
        assert store.students() == [eileen, student("s2", consent=None)]
        assert [same_template(each, template("t1")) for each in store.templates()] == [True]
        assert store.portrait_of("s1") == portrait("s1")
        assert store.course("small") == course(
            "small",
            liveness=LivenessMode.FLAG,
            roster=("s1", "s2"),
            teachers=("u2",),
            late_after_minutes=10,
            closes_after_minutes=45,
            static_code=True,
            schedule=(ScheduleRule(0, "09:00", 45),),
        )
        closed = session(course_id="small", opened_by="u2", closed_at=NOON + timedelta(hours=1), version=2)
        assert store.sessions() == [closed]
        assert store.marks_of_sessions([closed.id]) == [mark("s1")]
        assert [each.id for each in store.reviews(undecided_only=False)] == ["r1", "r2"]
        assert store.users() == [user("u1"), user("u2", role=Role.TEACHER, name="Teacher Two")]
        assert store.login_failures("user:user-u1", NOON) == [NOON]
        assert store.has_link(link().digest, link().purpose, NOON)
        assert store.answer("g1", "d1", NOON) == answer()
        assert store.engine_pin() == pin()
        assert store.gallery_version() == 1
        assert store.session_changes(closed.id) == 1 + 5 + 2, "the numbers of boards go on, and never back"
        assert store.notices() == []
        assert store.api_tokens() == []


@pytest.mark.parametrize(("version", "file"), list(enumerate(SINCE_3, start=3)))
def test_a_register_opens_and_reads(version: int, file: Path, path: Path) -> None:
    bring_back(file, path)
    with closing(SQLiteStore(path)) as store:
        frozen.assert_read(store, version=version)


def test_a_register_of_version_3_gets_the_right_to_enrol_which_nobody_has_yet(
    path: Path, tmp_path: Path
) -> None:
    bring_back(VERSION_3_FILE, path)
    SQLiteStore(tmp_path / "new").close()
    with closing(SQLiteStore(path)) as store:
        assert tables(tmp_path / "new") == tables(path)
        assert [each.enrols for each in store.users()] == [False, False]
        teacher = replace(store.users()[1], enrols=True, version=store.users()[1].version + 1)
        assert store.replace_user(teacher)
        assert store.user(teacher.id) == teacher
        store.note_student_changes([student_change("c1"), student_change("c2", student_id="s2")])
        store.remove_student("s1")
        assert [each.id for each in store.student_changes(9)] == ["c2"]


def test_a_session_that_was_closed_before_it_opened_is_a_cancelled_one_since_version_5(path: Path) -> None:
    prepare(path, MIGRATIONS[:4])
    with closing(sqlite3.connect(path)) as connection:
        connection.executemany(
            "INSERT INTO sessions (id, course_id, token, day, opens_at, closes_at, closed_at) "
            "VALUES (?1, 'physics', ?1, '2025-11-21', 1000, 2000, ?2)",
            [("off", 500), ("held", 2000), ("early", 1000), ("coming", None)],
        )
        connection.execute("INSERT INTO courses (id, name) VALUES ('physics', 'Physics')")
        connection.commit()
    with closing(SQLiteStore(path)) as store:
        found = {each.id: each for each in store.sessions()}
        assert [key for key, each in found.items() if each.is_cancelled] == ["off"]
        assert (found["off"].closed_at, found["off"].cancellation) == (None, None)
        assert found["held"].closed_at is not None
        assert [each.id for each in store.unclosed_sessions(NOON)] == ["coming"]
        assert store.course("physics") == course("physics", name="Physics", liveness=LivenessMode.FLAG)
        assert store.days_off() == []


def test_twins_of_version_4_stay_and_no_third_one_comes(path: Path) -> None:
    prepare(path, MIGRATIONS[:4])
    twins = [student("a", roll_number="CS-17"), student("b", roll_number="cs-17")]
    with closing(sqlite3.connect(path)) as connection:
        for each in (*twins, student("s1")):
            row = to_row(each)
            for later in (
                "image_id",
                "movement_exempt",
                "other_consents",
                "other_objections",
                "guardian_name",
            ):
                del row[later]
            connection.execute(insertion("students", row), row)
        connection.commit()
    with closing(SQLiteStore(path)) as store:
        assert read(path, "SELECT changes FROM people") == [(3,)], "no board shows the keys"
        assert_twins_stay_and_no_third_one_comes(store, twins)


def test_notices_and_changes_of_version_4_are_held_by_nobody_and_about_no_user(path: Path) -> None:
    prepare(path, MIGRATIONS[:4])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO students (id, roll_number, name, active) VALUES ('s1', 'roll s1', 'Student One', 1)"
        )
        at = int(NOON.timestamp() * 1000)
        row = ("n1", "absent", "s1", "general", "general|2025-11-21", "2025-11-21", "someone@example.org", at)
        connection.execute("INSERT INTO notices VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'sent', NULL, NULL, 1)", row)
        connection.execute("INSERT INTO student_changes VALUES ('c1', ?, 'u1', 'details', 's1', NULL)", (at,))
    with closing(SQLiteStore(path)) as store:
        assert store.notices() == [notice("n1", state=NoticeState.SENT)]
        assert store.student_changes(9) == [student_change("c1")]


@pytest.mark.parametrize(("version", "file"), list(enumerate(SINCE_3, start=3))[2:])
def test_all_that_was_written_is_in_the_feed(version: int, file: Path, path: Path) -> None:
    bring_back(file, path)
    with closing(SQLiteStore(path)) as store:
        frozen.assert_fed(store, version=version)


def test_courses_of_version_6_only_note_missing_movements_and_new_ones_require_them(path: Path) -> None:
    bring_back(VERSION_6_FILE, path)
    with closing(SQLiteStore(path)) as store:
        assert [each.liveness for each in store.courses()] == [LivenessMode.FLAG] * 3
        assert store.add_course(course("new"))
        assert store.course("new") == course("new", liveness=LivenessMode.REQUIRED)
        assert [each.movement_exempt for each in store.students()] == [False] * 3
        assert all(each.photo_only for each in store.api_tokens())


def test_a_cursor_from_before_a_backup_was_put_back_is_noticed(path: Path, tmp_path: Path) -> None:
    with closing(SQLiteStore(path)) as store:
        fill(store)
        store.check()
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(tmp_path / "backup")) as backup:
        source.backup(backup)
    with closing(SQLiteStore(path)) as store:
        store.insert_mark(mark("s1"))
        last = store.feed(FeedPlace(store.feed_number()), 9, list(FeedKind))
    (tmp_path / "backup").replace(path)
    with closing(SQLiteStore(path)) as store:
        place, since = FeedPlace(last.number), last.read_at - timedelta(minutes=1)
        assert not store.feed(place, 9, list(FeedKind), since=since).is_known, "its number is not used yet"
        store.insert_mark(mark("s2"))
        assert not store.feed(place, 9, list(FeedKind), since=since).is_known, "it is used for something else"
        again = store.feed(FeedPlace(), 9, list(FeedKind))
        assert store.feed(FeedPlace(again.number), 9, list(FeedKind), since=again.read_at).is_known


@pytest.mark.parametrize(
    ("file", "write"),
    [
        (VERSION_3_FILE, frozen.write),
        (VERSION_4_FILE, frozen.write_up_to_4),
        (VERSION_5_FILE, frozen.write_up_to_5),
        (VERSION_6_FILE, frozen.write_up_to_6),
        (VERSION_7_FILE, frozen.write_up_to_7),
        (VERSION_8_FILE, frozen.write_all),
    ],
)
def test_a_new_register_is_written_as_a_migrated_one_is(
    file: Path, write: Callable[[Store], None], path: Path, tmp_path: Path
) -> None:
    bring_back(file, tmp_path / "old")
    SQLiteStore(tmp_path / "old").close()
    with closing(SQLiteStore(path)) as store:
        write(store)
    assert dump_without_feed(path) == dump_without_feed(tmp_path / "old")


def dump_without_feed(path: Path) -> list[str]:
    """The statements that would write a register, without the numbers and times of changes, and the trail."""
    own = ('INSERT INTO "feed', 'INSERT INTO "sqlite_sequence', 'INSERT INTO "audit')
    with closing(sqlite3.connect(path)) as connection:
        return [line for line in connection.iterdump() if not line.startswith(own)]


@pytest.mark.parametrize("file", OLDER, ids=lambda file: file.stem)
def test_an_older_register_can_do_all_that_a_new_one_can(file: Path, path: Path, tmp_path: Path) -> None:
    bring_back(file, path)
    SQLiteStore(path).close()
    SQLiteStore(tmp_path / "new").close()
    assert tables(tmp_path / "new") == tables(path)
    with closing(SQLiteStore(path)) as store:
        before = store.session_changes(session().id)
        store.insert_mark(mark("s2"))
        assert store.session_changes(session().id) == before + 1
        roster = store.course("small")
        assert roster is not None
        assert store.add_to_roster("small", ["s1"]).version == roster.version
        assert store.remove_from_roster("small", ["s1"]).roster == ("s2",)
        store.update_student(student("s1", guardian_email="guardian@example.org"))
        assert store.students()[0].guardian_email == "guardian@example.org"
        assert store.claim_notice(notice("n1"))
        store.add_api_token(api_token())
        store.remove_student("s1")
        assert store.notices() == []
        assert store.api_tokens() == [api_token()]


@pytest.mark.parametrize(("version", "file"), list(enumerate(FROZEN, start=1)))
def test_a_version_stays_as_it_was_given_out(version: int, file: Path, path: Path, tmp_path: Path) -> None:
    bring_back(file, path)
    prepare(tmp_path / "new", MIGRATIONS[:version])
    assert tables(tmp_path / "new") == tables(path)


def test_an_empty_file_becomes_a_register(path: Path) -> None:
    path.touch()
    with closing(SQLiteStore(path)) as store:
        assert store.students() == []
    assert read(path, "PRAGMA user_version") == [(len(MIGRATIONS),)]


def test_an_older_register_is_migrated_and_keeps_what_it_holds(path: Path) -> None:
    prepare(path, [FIRST])
    prepare(path, [FIRST, SECOND])
    prepare(path, [FIRST, SECOND])
    assert read(path, "SELECT * FROM notes") == [("first", None), ("second", "me")]
    assert read(path, "PRAGMA user_version") == [(2,)]


def copies(path: Path) -> list[Path]:
    own = (".sqlite3", "-wal", "-shm", "-writers")
    return sorted(each for each in path.parent.iterdir() if not each.name.endswith(own))


@pytest.mark.parametrize(("version", "file"), list(enumerate(FROZEN[: len(MIGRATIONS) - 1], start=1)))
def test_a_register_is_copied_before_it_is_migrated_and_the_log_says_where(
    version: int, file: Path, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bring_back(file, path)
    before = tables(path)
    SQLiteStore(path).close()
    [copy] = copies(path)
    assert str(copy) in caplog.text
    assert copy.stat().st_mode & 0o777 == 0o600 or os.name == "nt"
    assert (read(copy, "PRAGMA user_version"), tables(copy)) == ([(version,)], before)
    assert read(copy, "SELECT id, name FROM students") == read(path, "SELECT id, name FROM students")
    caplog.clear()
    SQLiteStore(path).close()
    assert (copies(path), caplog.text) == ([copy], "")


def test_a_new_register_is_not_copied(path: Path) -> None:
    SQLiteStore(path).close()
    assert copies(path) == []


def test_what_can_not_be_copied_is_not_migrated(path: Path) -> None:
    bring_back(VERSION_3_FILE, path)
    path.with_name(f"{path.name}.version-3").mkdir()  # stands for a full disk
    with pytest.raises(StoreUnavailableError, match=r"copies it before.*Nothing was changed"):
        SQLiteStore(path)
    assert read(path, "PRAGMA user_version") == [(3,)]
    assert [each.name for each in copies(path)] == [f"{path.name}.version-3"]


def test_no_copy_keeps_who_is_erased_an_erased_photo_or_a_face_without_consent(path: Path) -> None:
    for number, change in enumerate(("erase", "withdraw", "photo", "photos")):
        at = path.with_name(f"{number}.sqlite3")
        bring_back(VERSION_3_FILE, at)
        with closing(SQLiteStore(at)) as store:
            assert store.update_student(student("s1", name="Another Name"))
            assert len(copies(at)) == 1
            if change == "erase":
                store.remove_student("s1")
            elif change == "photo":
                assert not store.forget_photo("s1", "no such photo")
                assert len(copies(at)) == 1
                assert store.forget_photo("s1", store.templates_of("s1")[0].source)
            elif change == "photos":
                store.replace_templates("s1", [])
            else:
                store.update_student(student("s1", consent=None))
            assert copies(at) == []


def test_of_several_that_start_at_once_one_migrates(path: Path) -> None:
    prepare(path, [FIRST])
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: prepare(path, [FIRST, SECOND]), range(8)))
    assert read(path, "SELECT count(*) FROM notes") == [(2,)]


def test_a_migration_that_fails_changes_nothing(path: Path) -> None:
    prepare(path, [FIRST])
    with pytest.raises(AttendanceError):
        prepare(path, [FIRST, (*SECOND, "INSERT INTO nowhere VALUES (1)")])
    assert read(path, "SELECT * FROM notes") == [("first",)]
    assert read(path, "PRAGMA user_version") == [(1,)]


def test_a_migration_that_breaks_a_key_changes_nothing(path: Path) -> None:
    SQLiteStore(path).close()
    orphan = "INSERT INTO portraits VALUES ('nobody', x'00', 'source', 0)"
    with pytest.raises(SchemaError, match="portraits"):
        prepare(path, [*MIGRATIONS, (orphan,)])
    assert read(path, "SELECT count(*) FROM portraits") == [(0,)]


def test_a_newer_register_is_refused_by_both_versions(path: Path) -> None:
    SQLiteStore(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(SchemaError, match=rf"version 99.*up to {len(MIGRATIONS)}.*ATTENDANCE_DATA"):
        SQLiteStore(path)


def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    path.write_bytes(b"roll_no,name\n1,Eileen Collins\n" * 100)
    before = path.read_bytes()
    with pytest.raises(SchemaError, match="not a database"):
        SQLiteStore(path)
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_refused_and_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE students (name TEXT)")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(SchemaError, match="another program"):
        SQLiteStore(path)
    assert path.read_bytes() == before


def test_a_damaged_register_is_refused(path: Path) -> None:
    SQLiteStore(path).close()
    damaged = bytearray(path.read_bytes())
    damaged[100:4096] = b"\xff" * 3996
    path.write_bytes(damaged)
    with pytest.raises(SchemaError, match="damaged"):
        SQLiteStore(path)
