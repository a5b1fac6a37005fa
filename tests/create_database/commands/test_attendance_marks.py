"""Marks are listed as they stand, and corrected by hand."""

from __future__ import annotations

import csv

import pytest

from attendance.marks.sightings import Sighting
from tests.attendance.fake_pipeline import photo_of
from tests.create_database.admin import COLLINS, Admin, rows


def test_a_check_in_is_listed_with_the_sites_time(admin_of_two: Admin) -> None:
    admin_of_two.checks_in(photo_of(COLLINS, side=90))
    (row,) = rows(admin_of_two.types("marks").stdout)
    assert row[:7] == ["2026-11-23", "General", "17", "Eileen Collins", "present", "2026-11-23 10:00", "face"]


def test_a_day_without_marks_says_so(admin_of_two: Admin) -> None:
    done = admin_of_two.types("marks", "--day", "2026-11-22")
    assert done.exit_code == 0
    assert rows(done.stdout) == []
    assert done.stderr == "There are no marks on 2026-11-22.\n"


def test_only_the_day_that_is_asked_for_is_listed(admin_of_two: Admin) -> None:
    admin_of_two.types("mark", "17", "present")
    admin_of_two.clock.advance(days=1)
    admin_of_two.types("mark", "17", "absent")

    def statuses(*day: str) -> list[str]:
        return [row[4] for row in rows(admin_of_two.types("marks", *day).stdout)]

    assert statuses() == ["absent"]
    assert statuses("--day", "2026-11-23") == ["present"]
    assert statuses("--day", "all") == ["present", "absent"]


@pytest.mark.parametrize("day", ["23.11.2026", "2026-02-30", "yesterday", ""])
def test_what_is_no_day_is_refused(admin: Admin, day: str) -> None:
    done = admin.types("marks", "--day", day)
    assert done.exit_code == 1
    assert done.stderr == f'Error: "{day}" is not a valid date. Use YYYY-MM-DD.\n'


def test_marks_as_csv_hold_no_formula(admin_of_two: Admin) -> None:
    admin_of_two.types("mark", "17", "excused", "--note", "=HYPERLINK(1)", "--by", "@office")
    file = admin_of_two.folder / "marks.csv"
    done = admin_of_two.types("marks", "--csv", str(file))
    assert done.stdout == f"1 mark written to {file}.\n"
    with file.open(encoding="utf-8-sig", newline="") as opened:
        (row,) = csv.DictReader(opened)
    assert (row["roll_number"], row["status"]) == ("17", "excused")
    assert (row["note"], row["by"]) == ("'=HYPERLINK(1)", "'@office")


def test_a_mark_by_hand_notes_who_and_why(admin_of_two: Admin) -> None:
    done = admin_of_two.types(
        "mark", "\u0967\u096d", "EXCUSED", "--note", "doctor's letter", "--by", "Registrar"
    )
    assert done.stdout == "Eileen Collins (17) is excused in General on 2026-11-23.\n"
    (row,) = rows(admin_of_two.types("marks").stdout)
    assert row[4:9] == ["excused", "2026-11-23 10:00", "manual", "Registrar", "doctor's letter"]


def test_who_decided_and_why_stays_listed_after_a_camera_saw_the_student(admin_of_two: Admin) -> None:
    admin_of_two.types("mark", "17", "absent", "--note", "skipped", "--by", "Registrar")
    with admin_of_two.register() as register:
        session, student = register.sessions.today(), register.students.get("17")
        register.cameras.sightings.mark(session.id, Sighting(student.id, 0.9, by="api:Door"))
    (row,) = rows(admin_of_two.types("marks").stdout)
    assert row[4:9] == ["absent", "2026-11-23 10:00", "manual", "Registrar", "skipped"]


def test_a_note_that_is_too_long_is_refused_and_marks_nobody(admin_of_two: Admin) -> None:
    done = admin_of_two.types("mark", "17", "excused", "--note", "x" * 501)
    assert (done.exit_code, "501 characters; at most 500" in done.stderr) == (1, True)
    assert rows(admin_of_two.types("marks").stdout) == []


def test_a_mark_is_taken_back(admin_of_two: Admin) -> None:
    admin_of_two.types("mark", "17", "present")
    assert admin_of_two.types("mark", "17", "withdrawn").exit_code == 0
    assert rows(admin_of_two.types("marks").stdout) == []


def test_an_earlier_day_can_be_corrected(admin_of_two: Admin) -> None:
    admin_of_two.types("mark", "17", "absent")
    admin_of_two.clock.advance(days=3)
    assert admin_of_two.types("mark", "17", "late", "--day", "2026-11-23").exit_code == 0
    (row,) = rows(admin_of_two.types("marks", "--day", "2026-11-23").stdout)
    assert row[4] == "late"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("17", "here"), 2, "'here' is not one of 'present', 'late', 'absent', 'excused'"),
        (("99x", "present"), 1, "No student has the roll number 99x."),
        (("17", "present", "--day", "2026-11-01"), 1, "There is no session on 2026-11-01."),
        (("17", "present", "--day", "all"), 2, "A mark belongs to one day."),
    ],
)
def test_what_cannot_be_marked_is_said(
    admin_of_two: Admin, words: tuple[str, ...], code: int, said: str
) -> None:
    done = admin_of_two.types("mark", *words)
    assert done.exit_code == code
    assert said in done.stderr


def test_on_the_first_day_the_course_is_meant_and_not_general(admin_of_two: Admin) -> None:
    with admin_of_two.register() as register:
        register.sessions.today()
        course = register.courses.add("Physics 2", roster=["17"])
        register.class_sessions.open_now(course.id, by="Ada")
    assert "is excused in Physics 2" in admin_of_two.types("mark", "17", "excused").stdout
    assert "is excused in General" in admin_of_two.types("mark", "18", "excused").stdout
