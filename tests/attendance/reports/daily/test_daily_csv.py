"""The daily lists: a line for each mark that comes to count as there, whatever way it came about."""

from __future__ import annotations

import csv
import io
import logging
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.classes.cancelling import Cancelling
from attendance.files.line_file import append_lines, exchanging
from attendance.files.whole_file import write_whole
from attendance.people.new_student import NewStudent
from attendance.reports.automatic_reports import Reporting
from attendance.reports.content.report_builder import Reports
from attendance.reports.daily.daily_csv import DailyCsv, csv_line, lines_of
from attendance.reports.daily.daily_rebuild import rebuild
from attendance.reports.export.csv_files import report_csv
from attendance.settings.setting_values import OFF
from attendance.settings.settings import Settings
from attendance.values import Mark, MarkStatus
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.new_store import new_store
from tests.attendance.reports.conftest import hold
from tests.attendance.site import COLLINS, HOPPER, ZONE, enrol_two, open_site

ROOT = Path(__file__).resolve().parents[4]
DAY = date(2026, 11, 23)
HEAD = b"EnrollmentID,Name,Timestamp\r\n"


class Watched:
    """A site whose marks are followed by the daily lists, as the register has it."""

    def __init__(self, folder: Path) -> None:
        self.clock = FrozenClock()
        where = Settings(config=folder, models=folder, data=folder / "data", time_zone=ZONE)
        self.reporting = Reporting(where, new_store(folder / "data" / "a.sqlite3"), self.clock)
        self.site = open_site(folder, store=self.reporting.store, clock=self.clock)
        enrol_two(self.site)

    @property
    def daily(self) -> DailyCsv:
        assert self.reporting.daily is not None
        return self.reporting.daily

    def rows(self, day: date = DAY) -> list[tuple[str, ...]]:
        """Roll number, name, and the local time."""
        path = self.daily.path(day)
        if not path.exists():
            return []
        with path.open(encoding="utf-8", newline="") as file:
            return [tuple(row.values()) for row in csv.DictReader(file)]


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def test_a_check_in_is_a_line_with_the_sites_time(watched: Watched, tmp_path: Path) -> None:
    watched.site.submit(photo_of(COLLINS))
    watched.reporting.wait()
    path = tmp_path / "data" / "Attendance" / "attendance_2026-11-23.csv"
    assert path.read_bytes() == HEAD + b"1,Eileen Collins,2026-11-23T10:00:00+01:00\r\n"


def test_the_hour_that_comes_twice_in_autumn_is_told_apart(watched: Watched) -> None:
    site, physics = watched.site, watched.site.courses.add("Physics", roster=["1", "2"])
    for hour in (0, 1):  # 2:30 on the wall in summer time, and 2:30 again in winter time
        watched.clock.moment = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
        hold(site, physics.id, **{"1": "present"})
    day = date(2026, 10, 25)
    assert [row[2] for row in watched.rows(day)] == ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"]
    reports = Reports(site.store, site.clock, zone=ZONE, limit=Fraction(3, 4), settle=lambda: None)
    report = reports.of_course(physics.id, day, day)
    assert [row.counts.there for row in report.rows] == [2, 0]
    head = next(csv.reader(io.StringIO(report_csv(report).decode("utf-8-sig"), newline="")))
    assert len(set(head)) == len(head)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_lists_can_be_read_by_their_owner_alone(watched: Watched) -> None:
    watched.site.submit(photo_of(COLLINS))
    path = watched.daily.path(DAY)
    assert path.stat().st_mode & 0o777 == 0o600
    path.unlink()
    rebuild(watched.site.store, watched.daily, DAY)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_second_photo_adds_nothing(watched: Watched) -> None:
    watched.site.submit(photo_of(COLLINS))
    watched.site.submit(photo_of(COLLINS, side=90), "grant-2")
    assert len(watched.rows()) == 1


def test_every_way_of_marking_is_followed(watched: Watched) -> None:
    site = watched.site
    for roll_number in ("3", "4"):
        site.enrolment.enrol(NewStudent(roll_number), {}, None)
    course = site.courses.add("Physics", roster=["1", "2", "3", "4"])
    session = site.class_sessions.open_now(course.id, by="t1")
    site.submit(photo_of(COLLINS), session=session)
    site.marking.mark("2", MarkStatus.LATE, by="t1", session=session)
    site.claim(session, "3", "grant-2")
    (held,) = site.reviews.held(session.id)
    assert [row[0] for row in watched.rows()] == ["1", "2"]
    site.reviews.accept(held.review.id, by="t1")
    site.closing.close(session.id, by="t1")
    assert [row[0] for row in watched.rows()] == ["1", "2", "3"]


def test_a_mark_that_is_corrected_in_place_adds_no_line(watched: Watched) -> None:
    site = watched.site
    site.submit(photo_of(COLLINS))
    for status in (MarkStatus.LATE, MarkStatus.PRESENT, MarkStatus.ABSENT, MarkStatus.EXCUSED):
        site.clock.advance(minutes=1)
        site.marking.mark("1", status, by="t1")
    assert len(watched.rows()) == 1


def test_who_comes_to_count_again_has_a_line_for_that_time_too(watched: Watched) -> None:
    site = watched.site
    site.submit(photo_of(COLLINS))
    site.marking.mark("1", MarkStatus.ABSENT, by="t1")
    site.clock.advance(minutes=5)
    site.marking.mark("1", MarkStatus.PRESENT, by="t1")
    assert [row[2] for row in watched.rows()] == ["2026-11-23T10:00:00+01:00", "2026-11-23T10:05:00+01:00"]


def test_an_undone_correction_finds_its_line_from_before(watched: Watched) -> None:
    site = watched.site
    site.submit(photo_of(COLLINS))
    site.clock.advance(minutes=1)
    wrong = site.marking.mark("1", MarkStatus.ABSENT, by="t1")
    site.corrections.undo(wrong.session_id, wrong.student_id, version=wrong.version, by="t1")
    assert len(watched.rows()) == 1


def test_a_mark_that_is_noted_twice_at_once_has_one_line(watched: Watched) -> None:
    watched.site.submit(photo_of(COLLINS))
    marks = watched.site.store.marks_among(watched.site.session.id, [watched.site.students.get("1").id])
    watched.reporting.wait()
    watched.daily.path(DAY).unlink()
    watched.daily.note([*marks, *marks])
    assert [row[0] for row in watched.rows()] == ["1"]


def test_who_objects_and_was_it_after_all_has_one_line(watched: Watched) -> None:
    site = watched.site
    photo = photo_of(COLLINS)
    attempt = site.attempt(photo)
    site.submit(photo, attempt=attempt)
    site.check_in.not_me(site.session, attempt)
    (held,) = site.reviews.held()
    site.reviews.accept(held.review.id, by="t1")
    assert [row[0] for row in watched.rows()] == ["1"]


def test_a_session_belongs_to_the_file_of_its_day_also_past_midnight(watched: Watched) -> None:
    site = watched.site
    course = site.courses.add("Night", roster=["1"])
    site.clock.advance(hours=13)
    session = site.class_sessions.open_now(course.id, by="t1")
    site.clock.advance(minutes=75)
    site.submit(photo_of(COLLINS), session=session)
    assert watched.rows() == [("1", "Eileen Collins", "2026-11-24T00:15:00+01:00")]


def test_no_cell_is_a_formula_and_no_name_breaks_a_line(watched: Watched) -> None:
    line = csv_line("=1", '@a "b",\r\n=c', "+1")
    assert line == '\'=1,"\'@a ""b"", =c",\'+1\r\n'


def test_off_writes_nothing(tmp_path: Path) -> None:
    wanted = Settings(config=tmp_path, models=tmp_path, data=tmp_path / "data", daily_csv=OFF)
    reporting = Reporting(wanted, new_store(tmp_path / "a.sqlite3"), FrozenClock())
    site = open_site(tmp_path, store=reporting.store)
    enrol_two(site)
    site.submit(photo_of(COLLINS))
    assert reporting.daily is None
    assert not (tmp_path / "data").exists()


def test_a_folder_of_ones_own(tmp_path: Path) -> None:
    where = tmp_path / "other" / "disk"
    wanted = Settings(config=tmp_path, models=tmp_path, daily_csv=where, time_zone=ZONE)
    reporting = Reporting(wanted, new_store(tmp_path / "a.sqlite3"), FrozenClock())
    site = open_site(tmp_path, store=reporting.store)
    enrol_two(site)
    site.submit(photo_of(COLLINS))
    reporting.wait()
    assert [path.name for path in where.iterdir()] == ["attendance_2026-11-23.csv"]


def test_a_failing_disk_is_told_and_fails_no_check_in(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    site = watched.site
    watched.daily.folder.parent.mkdir(parents=True, exist_ok=True)
    watched.daily.folder.write_text("no folder")
    with caplog.at_level(logging.ERROR):
        assert site.submit(photo_of(COLLINS)).code == "late"
        watched.reporting.wait()
    assert site.mark_of("1") is not None
    assert "daily-csv --day" in caplog.text
    assert "daily_csv" in watched.reporting.problems
    watched.daily.folder.unlink()
    site.submit(photo_of(HOPPER), "grant-2")
    watched.reporting.wait()
    assert watched.reporting.problems == {}
    assert [row[0] for row in watched.rows()] == ["2"]
    assert [line[0] for line in rebuild(site.store, watched.daily, DAY).missing] == ["1"]
    assert [row[0] for row in watched.rows()] == ["1", "2"]


def test_threads_append_whole_lines_and_one_head(tmp_path: Path) -> None:
    path = tmp_path / "attendance_2026-11-23.csv"
    start = threading.Barrier(8)

    def write(who: int) -> None:
        start.wait()
        for number in range(20):
            append_lines(path, csv_line(f"{who}-{number}", "N" * 200, "T").encode(), head=HEAD)

    threads = [threading.Thread(target=write, args=(who,)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = path.read_bytes().splitlines(keepends=True)
    assert lines[0] == HEAD
    expected = {csv_line(f"{w}-{n}", "N" * 200, "T").encode() for w in range(8) for n in range(20)}
    assert len(lines) == 161
    assert set(lines[1:]) == expected
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@pytest.mark.server
def test_processes_append_whole_lines_and_one_head(tmp_path: Path) -> None:
    path = tmp_path / "attendance_2026-11-23.csv"
    command = [sys.executable, "-m", "tests.attendance.reports.appender", str(path)]
    running = [subprocess.Popen([*command, who, "50"], cwd=ROOT) for who in "abc"]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["EnrollmentID", "Name", "Timestamp"]
    assert sorted(row[0] for row in rows) == sorted(f"{who}-{n}" for who in "abc" for n in range(50))
    assert {tuple(row[1:]) for row in rows} == {("N" * 200, "2026-11-23T10:00:00+01:00")}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows exchanges no file that is open")
def test_no_line_is_lost_while_the_file_is_exchanged_again_and_again(tmp_path: Path) -> None:
    path = tmp_path / "attendance_2026-11-23.csv"
    path.write_bytes(HEAD)
    done = threading.Event()

    def exchange() -> None:
        while not done.is_set():
            with exchanging(path):
                write_whole(path, path.read_bytes())

    def write(who: int) -> None:
        for number in range(30):
            append_lines(path, csv_line(f"{who}-{number}", "N", "T").encode(), head=HEAD)

    exchanger = threading.Thread(target=exchange)
    exchanger.start()
    threads = [threading.Thread(target=write, args=(who,)) for who in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    exchanger.join()
    lines = path.read_bytes().splitlines(keepends=True)
    assert lines[0] == HEAD
    assert sorted(lines[1:]) == sorted(
        csv_line(f"{w}-{n}", "N", "T").encode() for w in range(3) for n in range(30)
    )


def test_a_line_that_was_cut_off_does_not_spoil_the_next(tmp_path: Path) -> None:
    path = tmp_path / "attendance_2026-11-23.csv"
    path.write_bytes(HEAD + b"1,Eileen Col")
    append_lines(path, csv_line("2", "Grace Hopper", "T").encode(), head=HEAD)
    assert path.read_bytes() == HEAD + b"1,Eileen Col\r\n2,Grace Hopper,T\r\n"


class TestRebuilding:
    """From the database, saying what differs."""

    def test_a_list_that_is_whole_stays_as_it_is(self, watched: Watched) -> None:
        watched.site.submit(photo_of(COLLINS))
        before = watched.daily.path(DAY).stat()
        made = rebuild(watched.site.store, watched.daily, DAY)
        assert (made.written, made.lines, made.missing, made.surplus) == (False, 1, (), ())
        assert watched.daily.path(DAY).stat().st_mtime_ns == before.st_mtime_ns

    @given(st.lists(st.tuples(st.sampled_from("12"), st.sampled_from(list(MarkStatus))), max_size=12))
    @settings(max_examples=25, deadline=None)
    def test_whatever_is_corrected_whoever_counts_has_their_line(
        self, steps: list[tuple[str, MarkStatus]]
    ) -> None:
        with tempfile.TemporaryDirectory() as folder:
            watched = Watched(Path(folder))
            for roll_number, status in steps:
                watched.site.clock.advance(seconds=1)
                watched.site.marking.mark(roll_number, status, by="t1")
            made = rebuild(watched.site.store, watched.daily, DAY, dry_run=True)
            watched.site.store.close()
        assert made.missing == ()
        assert made.lines == sum(
            next((said for who, said in reversed(steps) if who == roll), None) in ("present", "late")
            for roll in "12"
        )

    def test_a_correction_makes_no_difference(self, watched: Watched) -> None:
        watched.site.submit(photo_of(COLLINS))
        watched.site.clock.advance(minutes=90)
        watched.site.marking.mark("1", MarkStatus.PRESENT, by="t1")
        made = rebuild(watched.site.store, watched.daily, DAY)
        assert (made.written, made.missing, made.surplus) == (False, (), ())

    def test_a_lost_list_is_made_anew(self, watched: Watched) -> None:
        site = watched.site
        site.submit(photo_of(COLLINS))
        site.clock.advance(minutes=1)
        site.submit(photo_of(HOPPER), "grant-2")
        before = watched.daily.path(DAY).read_bytes()
        watched.daily.path(DAY).unlink()
        made = rebuild(site.store, watched.daily, DAY)
        assert (made.written, len(made.missing), made.surplus, made.kept_as) == (True, 2, (), None)
        assert watched.daily.path(DAY).read_bytes() == before

    def test_what_only_the_list_knows_is_kept_aside(self, watched: Watched) -> None:
        site = watched.site
        site.submit(photo_of(COLLINS))
        append_lines(
            watched.daily.path(DAY), b"9,Valentina Tereshkova,2026-11-23T09:00:00+01:00\r\n", head=HEAD
        )
        before = watched.daily.path(DAY).read_bytes()
        made = rebuild(site.store, watched.daily, DAY)
        assert [line[0] for line in made.surplus] == ["9"]
        assert made.kept_as is not None
        assert made.kept_as.read_bytes() == before
        assert [row[0] for row in watched.rows()] == ["1"]
        assert watched.daily.days() == [DAY]

    def test_a_dry_run_only_says_what_differs(self, watched: Watched) -> None:
        watched.site.submit(photo_of(COLLINS))
        watched.daily.path(DAY).write_bytes(HEAD)
        made = rebuild(watched.site.store, watched.daily, DAY, dry_run=True)
        assert (made.written, len(made.missing)) == (False, 1)
        assert watched.daily.path(DAY).read_bytes() == HEAD

    def test_a_day_on_which_nobody_came_gets_no_file(self, watched: Watched) -> None:
        made = rebuild(watched.site.store, watched.daily, date(2026, 1, 1))
        assert (made.written, made.path.exists()) == (False, False)

    def test_marks_that_do_not_count_are_not_in_it(self, watched: Watched) -> None:
        site = watched.site
        site.submit(photo_of(COLLINS))
        site.marking.mark("1", MarkStatus.ABSENT, by="t1")
        made = rebuild(site.store, watched.daily, DAY)
        assert (made.lines, len(made.surplus)) == (0, 1)
        assert watched.daily.path(DAY).read_bytes() == HEAD

    def test_who_is_marked_while_it_is_written_is_in_it(self, watched: Watched) -> None:
        site = watched.site
        site.submit(photo_of(COLLINS))
        watched.reporting.wait()
        watched.daily.path(DAY).unlink()

        class Meanwhile(DailyCsv):
            """Whose second reading finds another mark: as if its line had gone to the old file."""

            rounds = 0

            def path(self, day: date) -> Path:
                self.rounds += 1
                if self.rounds == 2:
                    site.submit(photo_of(HOPPER), "grant-2")
                    watched.reporting.wait()
                return super().path(day)

        daily = Meanwhile(watched.daily.folder, site.store, zone=ZONE)
        assert rebuild(site.store, daily, DAY).lines == 2
        assert sorted(row[0] for row in watched.rows()) == ["1", "2"]

    def test_who_was_marked_before_and_waits_for_a_line_has_one(
        self, watched: Watched, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        site = watched.site
        site.submit(photo_of(COLLINS))
        note = watched.daily.note
        waiting: list[Sequence[Mark]] = []
        monkeypatch.setattr(watched.daily, "note", waiting.append)
        site.submit(photo_of(HOPPER), "grant-2")
        watched.reporting.wait()
        rebuild(site.store, watched.daily, DAY)
        for marks in waiting:
            note(marks)
        assert sorted(row[0] for row in watched.rows()) == ["1", "2"]

    def test_a_list_in_another_hand_is_read_line_by_line(self, tmp_path: Path) -> None:
        path = tmp_path / "attendance_2026-11-23.csv"
        path.write_bytes(b"EnrollmentID,Name,Timestamp\n1,A,T\n\n2,B\xff,T")
        assert list(lines_of(path)) == ["1,A,T\r\n", "2,B\N{REPLACEMENT CHARACTER},T\r\n"]


class TestErasing:
    """An erased student leaves no line."""

    def test_their_lines_go_from_every_list_and_no_others(self, watched: Watched) -> None:
        site = watched.site
        site.submit(photo_of(COLLINS))
        site.submit(photo_of(HOPPER), "grant-2")
        aside = watched.daily.folder / "attendance_2026-11-23.before-20261123T100000.csv"
        aside.write_bytes(watched.daily.path(DAY).read_bytes())
        site.clock.advance(days=1)
        site.students.rename("1", "21")
        site.submit(photo_of(COLLINS), "grant-3")
        site.students.remove("21")
        assert [row[0] for row in watched.rows()] == ["2"]
        assert watched.rows(date(2026, 11, 24)) == []
        for path in watched.daily.folder.iterdir():
            assert b"Collins" not in path.read_bytes()
            assert path.read_bytes().startswith(HEAD)

    def test_who_has_the_same_name_or_the_number_of_before_stays(self, watched: Watched) -> None:
        site = watched.site
        site.submit(photo_of(COLLINS))
        site.marking.mark("2", MarkStatus.PRESENT, by="t1")
        for roll_number, name in (("3", "Eileen Collins"), ("4", "Mae Jemison")):
            site.enrolment.enrol(NewStudent(roll_number, name), {}, None)
            site.marking.mark(roll_number, MarkStatus.PRESENT, by="t1")
        append_lines(watched.daily.path(DAY), csv_line("1", "Mae Jemison", "from before").encode(), head=HEAD)
        site.students.remove("1")
        assert [row[:2] for row in watched.rows()] == [
            ("2", "Grace Hopper"),
            ("3", "Eileen Collins"),
            ("4", "Mae Jemison"),
            ("1", "Mae Jemison"),
        ]

    def test_a_failing_disk_is_told(self, watched: Watched, caplog: pytest.LogCaptureFixture) -> None:
        site = watched.site
        site.submit(photo_of(COLLINS))
        (watched.daily.folder / "attendance_2026-11-22.csv").mkdir()  # no file can be read there
        site.students.remove("1")
        assert "by hand" in caplog.text
        assert "daily_csv" in watched.reporting.problems


class TestCancelled:
    """The lines of a session that did not take place go, and come back when it is restored."""

    def test_its_lines_go_and_come_back(self, tmp_path: Path) -> None:
        watched = Watched(tmp_path)
        site, cancelling = watched.site, Cancelling(watched.site.store, watched.clock)
        course = site.courses.add("Physics", roster=["1", "2"])
        other = site.courses.add("Chemistry", roster=["1", "2"])
        hold(site, other.id, **{"2": "present"})
        watched.clock.advance(minutes=1)
        off = hold(site, course.id, **{"1": "present"})
        before = watched.rows()
        assert len(before) == 2
        cancelling.cancel(off.id, by="t1")
        assert [row[0] for row in watched.rows()] == ["2"]
        assert len(watched.daily.files()) == 2, "the list as it was stays beside it"
        cancelling.restore(off.id, by="t1")
        assert watched.rows() == before

    def test_a_check_in_that_was_judged_meanwhile_leaves_no_line(self, tmp_path: Path) -> None:
        watched = Watched(tmp_path)
        site = watched.site
        course = site.courses.add("Physics", roster=["1", "2"])
        session = site.class_sessions.open_now(course.id, by="t1")
        Cancelling(site.store, watched.clock).cancel(session.id, by="t1")
        site.marking.mark("1", MarkStatus.PRESENT, by="t1", session=session)  # as it was read before
        assert site.store.marks(session.id) != []
        assert watched.rows() == []

    def test_a_list_that_can_not_be_written_is_a_problem_and_the_session_is_cancelled(
        self, tmp_path: Path
    ) -> None:
        watched = Watched(tmp_path)
        course = watched.site.courses.add("Physics", roster=["1", "2"])
        off = hold(watched.site, course.id, **{"1": "present"})
        path = watched.daily.path(DAY)
        path.unlink()
        path.mkdir()
        assert Cancelling(watched.site.store, watched.clock).cancel(off.id, by="t1").is_cancelled
        assert watched.reporting.problems.keys() == {"daily_csv"}
