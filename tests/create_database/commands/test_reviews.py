"""Held check-ins are listed with their snapshot, and decided."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from attendance.marks.verdict import VerdictCode
from tests.attendance.fake_pipeline import FULL_BLEND, photo_of
from tests.create_database.admin import COLLINS, Admin, rows


@pytest.fixture
def admin_with_held(admin: Admin) -> Admin:
    """Somebody checked in who looks like both Eileen Collins (17) and Grace Hopper (18)."""
    admin.puts("17_Eileen Collins", photo_of(COLLINS))
    admin.puts("18_Grace Hopper", photo_of(COLLINS + 1))
    assert admin.enrols().exit_code == 0
    verdict = admin.checks_in(photo_of(COLLINS, blend=FULL_BLEND))
    assert verdict.code is VerdictCode.NEEDS_REVIEW
    return admin


def held(admin: Admin) -> list[str]:
    (row,) = rows(admin.types("review").stdout)
    return row


def test_nothing_held_says_so(admin: Admin) -> None:
    done = admin.types("review")
    assert done.exit_code == 0
    assert done.stderr == "Nothing needs review.\n"


def test_a_held_check_in_is_listed_with_names_and_its_snapshot(admin_with_held: Admin) -> None:
    _, day, time, why, who, snapshot = held(admin_with_held)
    assert (day, time, why) == ("2026-11-23", "2026-11-23 10:00", "two students look alike")
    assert "17 Eileen Collins" in who
    assert "18 Grace Hopper" in who
    assert Path(snapshot).is_file()


def test_accepting_marks_the_named_student_and_erases_the_snapshot(admin_with_held: Admin) -> None:
    review_id, *_, snapshot = held(admin_with_held)
    done = admin_with_held.types("review", "accept", review_id, "18", "--by", "Registrar")
    assert done.stdout == "Grace Hopper (18) is present on 2026-11-23.\n"
    assert [row[2] for row in rows(admin_with_held.types("marks").stdout)] == ["18"]
    assert not Path(snapshot).exists()
    again = admin_with_held.types("review", "accept", review_id, "18")
    assert again.exit_code == 1
    assert f"create_database review --data {admin_with_held.data}" in again.stderr


def test_the_beginning_of_an_id_is_enough_and_the_likeliest_is_marked(admin_with_held: Admin) -> None:
    review_id, *_, who, _ = held(admin_with_held)
    done = admin_with_held.types("review", "accept", review_id[:4].upper())
    assert done.exit_code == 0
    assert [row[2] for row in rows(admin_with_held.types("marks").stdout)] == [who.split()[0]]


def test_refusing_marks_nobody_and_erases_the_snapshot(admin_with_held: Admin) -> None:
    review_id, *_, snapshot = held(admin_with_held)
    done = admin_with_held.types("review", "refuse", review_id)
    assert done.stdout == "The check-in of 2026-11-23 10:00 was refused. Nobody was marked.\n"
    assert rows(admin_with_held.types("marks").stdout) == []
    assert rows(admin_with_held.types("review").stdout) == []
    assert not Path(snapshot).exists()


def test_an_id_that_fits_several_asks_for_more(admin_with_held: Admin) -> None:
    admin_with_held.checks_in(photo_of(COLLINS + 1, blend=FULL_BLEND), grant="other")
    done = admin_with_held.types("review", "refuse", "")
    assert done.exit_code == 1
    assert "2 IDs begin with" in done.stderr


def test_many_alike_are_refused_at_once(admin_with_held: Admin) -> None:
    admin_with_held.checks_in(photo_of(COLLINS + 1, blend=FULL_BLEND), grant="other")
    [review_id, *_], _other = rows(admin_with_held.types("review").stdout)
    done = admin_with_held.types("review", "refuse", review_id, "--alike")
    assert "Check-ins refused: 1." in done.stdout  # the other is not proven, so of another kind
    [left] = rows(admin_with_held.types("review").stdout)
    assert left[0] != review_id


def test_an_unknown_student_leaves_it_held(admin_with_held: Admin) -> None:
    review_id, *_ = held(admin_with_held)
    done = admin_with_held.types("review", "accept", review_id, "99")
    assert done.exit_code == 1
    assert "No student has the roll number 99." in done.stderr
    assert held(admin_with_held)[0] == review_id


def test_removing_the_likeliest_student_erases_the_check_in_and_its_snapshot(admin_with_held: Admin) -> None:
    *_, who, snapshot = held(admin_with_held)
    done = admin_with_held.types("remove", who.split()[0], "--yes")
    assert "1 check-in in review, 1 snapshot" in done.stdout
    assert rows(admin_with_held.types("review").stdout) == []
    assert not Path(snapshot).exists()


def test_removing_the_other_leaves_it_to_be_decided(admin_with_held: Admin) -> None:
    likeliest = held(admin_with_held)[4].split()[0]
    (other,) = {"17", "18"} - {likeliest}
    done = admin_with_held.types("remove", other, "--yes")
    assert "no check-in in review, no snapshot" in done.stdout
    assert held(admin_with_held)[4].split()[0] == likeliest


def test_an_odd_name_of_a_snapshot_stops_no_command(admin_with_held: Admin) -> None:
    (database,) = admin_with_held.data.glob("*.sqlite3")
    with closing(sqlite3.connect(database)) as register, register:
        register.execute("UPDATE reviews SET snapshot = '../odd'")
    review_id = held(admin_with_held)[0]
    assert admin_with_held.types("list").exit_code == 0
    assert admin_with_held.types("review", "refuse", review_id).exit_code == 0
    assert admin_with_held.types("remove", "17", "--yes").exit_code == 0


def test_a_snapshot_is_sealed_and_saved_as_a_picture_when_asked(admin_with_held: Admin) -> None:
    review_id, *_, snapshot = held(admin_with_held)
    picture = admin_with_held.folder / "picture.jpg"
    done = admin_with_held.types("review", "snapshot", review_id, str(picture))
    assert done.exit_code == 0, done.output
    assert picture.read_bytes().startswith(b"\xff\xd8")
    assert not Path(snapshot).read_bytes().startswith(b"\xff\xd8")
    again = admin_with_held.types("review", "snapshot", review_id, str(picture))
    assert "There is a file" in again.output
