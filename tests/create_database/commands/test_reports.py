"""Reports and daily lists from the command line."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from click.testing import Result
from openpyxl import load_workbook

from attendance.values import MarkStatus
from tests.attendance.fake_pipeline import photo_of
from tests.create_database.admin import COLLINS, HOPPER, Admin

SESSION = "physics|2026-11-23|1"


@pytest.fixture
def after_class(admin_of_two: Admin) -> Admin:
    """Physics was held: Collins came, Hopper did not."""
    with admin_of_two.register() as register:
        register.courses.add("Physics", roster=["17", "18"])
        session = register.class_sessions.open_now("physics", by="t1")
        register.marking.mark("17", MarkStatus.PRESENT, by="t1", session=session)
        register.closing.close(session.id, by="t1")
    return admin_of_two


def table(done: Result) -> list[dict[str, str]]:
    """The CSV on the standard output."""
    assert done.exit_code == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout, newline="")))


def test_a_session_is_found_by_its_id_or_its_course_and_day(after_class: Admin) -> None:
    rows = table(after_class.types("report", "session", SESSION))
    assert [(row["roll_number"], row["status"]) for row in rows] == [("17", "present"), ("18", "absent")]
    assert table(after_class.types("report", "session", "--course", "PHYSICS")) == rows
    assert table(after_class.types("report", "session", "--day", "2026-11-23")) == rows


def test_a_course_and_a_student(after_class: Admin) -> None:
    rows = table(after_class.types("report", "course", "physics", "--from", "2026-11-01", "--methods"))
    assert [(row["percent"], row["2026-11-23 10:00 method"]) for row in rows] == [
        ("100.0", "manual"),
        ("0.0", "closing"),
    ]
    (row,) = table(after_class.types("report", "student", "18", "--course", "Physics"))
    assert (row["course"], row["status"], row["course_below_limit"]) == ("Physics", "absent", "yes")
    assert table(after_class.types("report", "student", "18", "--to", "2026-11-22")) == []


def test_a_file_is_what_its_ending_says(after_class: Admin) -> None:
    excel, text = after_class.folder / "a.xlsx", after_class.folder / "a.csv"
    done = after_class.types("report", "course", "physics", "--output", str(excel))
    assert done.stdout == f"Written to {excel}.\n"
    assert load_workbook(excel).sheetnames == ["Summary", "Sessions"]
    after_class.types("report", "course", "physics", "--output", str(text))
    assert text.read_bytes().startswith(b"\xef\xbb\xbfroll_number,")
    after_class.types("report", "student", "17", "--format", "XLSX", "--output", str(text))
    assert load_workbook(io.BytesIO(text.read_bytes())).sheetnames == ["Summary", "Physics"]


def test_an_ending_that_is_no_format_is_refused(after_class: Admin, tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    done = after_class.types("report", "student", "17", "--output", str(path))
    assert done.exit_code == 2
    assert ".docx is not a format. Name the file .csv or .xlsx, or add --format." in done.stderr
    assert not path.exists()
    assert (
        after_class.types("report", "student", "17", "--output", str(path), "--format", "csv").exit_code == 0
    )


def test_a_session_for_moodle(after_class: Admin) -> None:
    file = after_class.folder / "moodle.csv"
    with after_class.register() as register:
        session = register.class_sessions.get(SESSION)
        register.corrections.take_back(session.id, register.students.get("18").id, by="t1")
    words = ("report", "session", SESSION, "--format", "moodle", "--statuses", "An,V,E,F")
    done = after_class.types(*words, "--output", str(file))
    assert done.stdout == f"1 student of {SESSION} written to {file}.\n"
    assert done.stderr == "Not in the file, without a mark: 18 (Grace Hopper).\n"
    assert file.read_text() == "idnumber,status,scantime\n17,An,2026-11-23T10:00:00+01:00\n"
    done = after_class.types(*words, "--identify-by", "email")
    assert done.exit_code == 1
    assert "without email" in done.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("session", "nonsense"), 1, "There is no session 'nonsense'."),
        (("session", "--day", "2026-11-01"), 1, "There is no session on 2026-11-01."),
        (("session", "--day", "yesterday"), 2, '"yesterday" is not a valid date.'),
        (("session", SESSION, "--format", "moodle", "--statuses", "P"), 1, "P,L,E,A"),
        (("course", "chemistry"), 1, "There is no course chemistry. Courses: general, physics."),
        (("course", "physics", "--from", "2026-11-02", "--to", "2026-11-01"), 1, "is before the first"),
        (("course", "physics", "--format", "xlsx"), 2, "Name a file with --output."),
        (("course", "physics", "--format", "moodle"), 2, "'moodle' is not one of"),
        (("course", "physics", "--output", "/no/such/folder/a.csv"), 1, "can't be written"),
        (("student", "99x"), 1, "No student has the roll number 99x."),
        (("student", "17", "--course", "x"), 1, "There is no course x."),
    ],
)
def test_what_cannot_be_written_is_said(
    after_class: Admin, words: tuple[str, ...], code: int, said: str
) -> None:
    done = after_class.types("report", *words)
    assert (done.exit_code, done.stdout) == (code, "")
    assert said in done.stderr


def test_several_sessions_of_a_day_are_named(after_class: Admin) -> None:
    with after_class.register() as register:
        register.class_sessions.open_now("physics", by="t1")
    done = after_class.types("report", "session")
    assert (
        f"There are 2 sessions today. Give the id of one, in quotes: {SESSION}, physics|2026-11-23|2."
        in done.stderr
    )


def test_a_session_that_closes_is_written_to_the_reports_folder(admin_of_two: Admin) -> None:
    where = admin_of_two.folder / "reports"
    admin_of_two.environ["ATTENDANCE_REPORTS"] = str(where)
    with admin_of_two.register() as register:
        register.courses.add("Physics", roster=["17", "18"])
        register.class_sessions.open_now("physics", by="t1", minutes=10)
    admin_of_two.clock.advance(minutes=10)
    assert admin_of_two.types("marks").exit_code == 0  # any use lets the clock close it
    with admin_of_two.register() as register:
        register.settle_due()
    names = sorted(path.name.rpartition(" ")[0] for path in where.iterdir())
    assert names == ["Physics", "Physics 2026-11-23 10.00", "Physics 2026-11-23 10.00"]


class TestDailyCsv:
    """The lists that follow the marks, and that are made anew."""

    @staticmethod
    def path(admin: Admin) -> Path:
        return admin.data / "Attendance" / "attendance_2026-11-23.csv"

    def test_a_check_in_through_the_register_is_in_it(self, admin_of_two: Admin) -> None:
        admin_of_two.checks_in(photo_of(COLLINS))
        assert self.path(admin_of_two).read_text().splitlines() == [
            "EnrollmentID,Name,Timestamp",
            "17,Eileen Collins,2026-11-23T10:00:00+01:00",
        ]
        done = admin_of_two.types("daily-csv")
        assert done.stdout == "attendance_2026-11-23.csv: 1 line, no differences.\n"

    def test_what_differs_is_said_and_put_right(self, admin_of_two: Admin) -> None:
        for person, grant in ((COLLINS, "a"), (HOPPER, "b")):
            admin_of_two.checks_in(photo_of(person), grant)
        path = self.path(admin_of_two)
        whole = path.read_bytes()
        head, first, _ = whole.splitlines(keepends=True)
        path.write_bytes(head + first + b"9,Mae Jemison,T\r\n")
        dry = admin_of_two.types("daily-csv", "--dry-run")
        said = ["+ 18,Grace Hopper,2026-11-23T10:00:00+01:00", "- 9,Mae Jemison,T"]
        assert dry.stdout.splitlines() == ["attendance_2026-11-23.csv: 2 lines, would be written.", *said]
        done = admin_of_two.types("daily-csv", "--from", "2026-11-20")
        assert done.stdout.splitlines()[1:] == said
        assert "was kept as attendance_2026-11-23.before-" in done.stderr
        assert path.read_bytes() == whole
        (kept,) = path.parent.glob("*before*")
        assert kept.read_bytes() == head + first + b"9,Mae Jemison,T\r\n"

    @pytest.mark.parametrize(
        ("words", "code", "said"),
        [
            (("--day", "23.11.2026"), 2, '"23.11.2026" is not a valid date.'),
            (("--to", "2026-11-20"), 2, "--to needs --from"),
            (("--day", "2026-11-20", "--from", "2026-11-20"), 2, "Give either --day"),
            (("--from", "2026-11-24"), 1, "The last day, 2026-11-23, is before the first, 2026-11-24"),
            (("--from", "2026-11-20", "--to", "2026-11-18"), 1, "2026-11-18, is before the first"),
            (("--from", "1000-01-01"), 1, "At most 3660 can be rebuilt at once"),
        ],
    )
    def test_days_that_go_wrong_are_said(
        self, admin: Admin, words: tuple[str, ...], code: int, said: str
    ) -> None:
        done = admin.types("daily-csv", *words)
        assert (done.exit_code, done.stdout) == (code, "")
        assert said in done.stderr

    def test_off_is_said(self, admin: Admin) -> None:
        admin.environ["ATTENDANCE_DAILY_CSV"] = "off"
        assert "Daily lists are off." in admin.types("daily-csv").stderr
