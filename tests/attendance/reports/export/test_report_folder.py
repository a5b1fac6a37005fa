"""When a session closes, its reports lie in the folder; whatever fails there is tried again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from attendance.classes.cancelling import Cancelling
from attendance.reports.automatic_reports import DAILY_FOLDER, Reporting
from attendance.reports.daily.daily_heads import FILE_NAME
from attendance.reports.export.file_names import mark_of
from attendance.settings.settings import Settings
from attendance.values import Course, MarkStatus
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.new_store import new_store
from tests.attendance.reports.conftest import hold
from tests.attendance.site import ZONE, Site, enrol_two, open_site


class Followed:
    """A site with a reports folder, as the register has it."""

    def __init__(self, folder: Path) -> None:
        self.clock = FrozenClock()
        self.where = folder / "reports"
        self.settings = Settings(
            config=folder, models=folder, data=folder / "data", time_zone=ZONE, reports=self.where
        )
        self.store = new_store(folder / "data" / "a.sqlite3")
        self.reporting = Reporting(self.settings, self.store, self.clock)
        self.site = open_site(folder, store=self.reporting.store, clock=self.clock)
        enrol_two(self.site)
        self.course = self.site.courses.add("Physics: a/b", roster=["1", "2"])

    def settled(self) -> bool:
        """Whether nothing is due, once all has been tried."""
        assert self.reporting.folder is not None
        return self.reporting.folder.wait()

    def files(self) -> list[str]:
        """The names without the digits that keep them apart."""
        assert all(len(path.stem.rpartition(" ")[2]) == 6 for path in self.where.iterdir())
        return sorted(path.stem.rpartition(" ")[0] + path.suffix for path in self.where.iterdir())

    def columns(self) -> list[object]:
        """The opening times in the course's workbook."""
        (path,) = self.where.glob("Physics a b ??????.xlsx")
        sheet = load_workbook(path)["Sessions"]
        found = [cell.value for row in sheet.iter_rows() for cell in row]
        return [value for value in found if isinstance(value, datetime)]

    def statuses(self) -> list[str]:
        """The content of the session's CSV."""
        (path,) = self.where.glob("*.csv")
        rows = csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""))
        return [row["status"] for row in rows]


@pytest.fixture
def followed(tmp_path: Path) -> Iterator[Followed]:
    made = Followed(tmp_path)
    yield made
    made.reporting.close()
    made.store.close()


def test_a_session_closed_by_hand_is_reported(followed: Followed) -> None:
    hold(followed.site, followed.course.id, **{"1": "present"})
    assert followed.settled()
    assert followed.files() == [
        "Physics a b 2026-11-23 10.00.csv",
        "Physics a b 2026-11-23 10.00.xlsx",
        "Physics a b.xlsx",
    ]
    assert followed.statuses() == ["present", "absent"]


def test_so_is_one_that_the_clock_closes(followed: Followed) -> None:
    site = followed.site
    session = site.class_sessions.open_now(followed.course.id, by="t1")
    site.clock.moment = session.closes_at
    site.class_sessions.settle_due()
    assert followed.settled()
    assert followed.statuses() == ["absent", "absent"]


def test_the_courses_workbook_goes_on_with_each_session(followed: Followed) -> None:
    for _ in range(2):
        hold(followed.site, followed.course.id)
        assert followed.settled()
    (path,) = (path for path in followed.where.glob("*.xlsx") if "2026" not in path.name)
    sheet = load_workbook(path)["Sessions"]
    assert [cell.value for cell in sheet[5]][2:] == ["Absent", "Absent"]
    assert len(followed.files()) == 5


def test_closed_again_it_is_replaced(followed: Followed) -> None:
    site = followed.site
    session = hold(site, followed.course.id)
    assert followed.settled()
    before = followed.files()
    site.closing.reopen(session.id, by="t1")
    site.marking.mark("2", MarkStatus.PRESENT, by="t1", session=session)
    site.closing.close(session.id, by="t1")
    assert followed.settled()
    assert followed.files() == before
    assert followed.statuses() == ["absent", "present"]


def test_a_cancelled_one_is_not_reported(followed: Followed) -> None:
    site = followed.site
    plan = site.class_sessions.plan(followed.course.id, day="2026-11-24", start="09:00", minutes=45, by="t1")
    site.closing.close(plan.id, by="t1")
    assert followed.settled()
    assert not followed.where.exists()


def test_a_folder_that_cannot_be_written_breaks_no_closing_and_is_tried_again(
    followed: Followed, caplog: pytest.LogCaptureFixture
) -> None:
    followed.where.write_text("no folder")
    session = hold(followed.site, followed.course.id)
    assert session.closed_at is not None
    assert not followed.settled()
    assert "is retried" in caplog.text
    assert "reports" in followed.reporting.problems
    followed.where.unlink()
    followed.reporting.tick()
    assert followed.settled()
    assert followed.reporting.problems == {}
    assert len(followed.files()) == 3


def test_what_a_crash_kept_from_being_written_is_written_at_the_next_start(followed: Followed) -> None:
    unfollowed = open_site(followed.where.parent, store=followed.store, clock=followed.clock)
    hold(unfollowed, followed.course.id)
    assert not followed.where.exists()
    followed.reporting.start()
    assert followed.settled()
    assert len(followed.files()) == 3


def test_without_the_setting_nothing_is_written(tmp_path: Path) -> None:
    settings = Settings(config=tmp_path, models=tmp_path, data=tmp_path / "data", time_zone=ZONE)
    clock = FrozenClock()
    reporting = Reporting(settings, new_store(tmp_path / "data" / "a.sqlite3"), clock)
    site: Site = open_site(tmp_path, store=reporting.store, clock=clock)
    course: Course = site.courses.add("Physics")
    hold(site, course.id)
    reporting.start()
    reporting.tick()
    reporting.close()
    assert reporting.folder is None
    written = [path for path in (tmp_path / "data").glob("*/**/*") if path.is_file()]
    assert written == [tmp_path / "data" / DAILY_FOLDER / FILE_NAME]


def texts(folder: Path) -> str:
    """All cells of all files of a folder."""
    found = [path.read_bytes().decode("utf-8-sig") for path in folder.glob("*.csv")]
    for path in folder.glob("*.xlsx"):
        found += [str(cell.value) for sheet in load_workbook(path) for row in sheet.rows for cell in row]
    return "\n".join(found)


def test_who_is_erased_is_taken_out_of_every_file(followed: Followed) -> None:
    for _ in range(2):
        hold(followed.site, followed.course.id, **{"1": "present", "2": "late"})
    assert followed.settled()
    before = followed.files()
    assert "Eileen Collins" in texts(followed.where)
    followed.site.students.remove("1")
    assert followed.settled()
    assert followed.files() == before
    assert "Eileen Collins" not in texts(followed.where)
    assert "Grace Hopper" in texts(followed.where)
    (course,) = (path for path in followed.where.glob("*.xlsx") if "2026" not in path.name)
    assert [cell.value for cell in load_workbook(course)["Sessions"][5]][:2] == ["2", "Grace Hopper"]


def test_files_that_do_not_name_the_erased_are_left_alone(followed: Followed) -> None:
    other = followed.site.courses.add("Chemistry", roster=["2"])
    hold(followed.site, other.id)
    assert followed.settled()
    before = {path: path.stat().st_mtime_ns for path in followed.where.iterdir()}
    followed.site.students.remove("1")
    assert followed.settled()
    assert {path: path.stat().st_mtime_ns for path in followed.where.iterdir()} == before


def test_a_file_under_a_former_name_of_the_course_goes(followed: Followed) -> None:
    hold(followed.site, followed.course.id)
    assert followed.settled()
    followed.site.courses.change(followed.course.id, name="Optics")
    followed.site.students.remove("1")
    assert followed.settled()
    assert followed.files() == ["Optics 2026-11-23 10.00.csv", "Optics 2026-11-23 10.00.xlsx", "Optics.xlsx"]


def test_a_file_of_a_session_that_is_open_again_goes_until_it_closes(followed: Followed) -> None:
    session = hold(followed.site, followed.course.id)
    assert followed.settled()
    followed.site.closing.reopen(session.id, by="t1")
    followed.site.students.remove("1")
    assert followed.settled()
    assert "Eileen Collins" not in texts(followed.where)
    followed.site.closing.close(session.id, by="t1")
    assert followed.settled()
    assert len(followed.files()) == 3


def test_files_of_somebody_else_that_name_the_erased_are_left_and_told(
    followed: Followed, caplog: pytest.LogCaptureFixture
) -> None:
    hold(followed.site, followed.course.id)
    assert followed.settled()
    kept = followed.where / "my own list.csv"
    kept.write_text("17;x\nEileen Collins,1\n", "utf-8")
    broken = followed.where / "~$broken.xlsx"
    broken.write_bytes(b"no book")
    followed.site.students.remove("1")
    assert followed.settled()
    assert (kept.exists(), broken.exists()) == (True, True)
    assert "may name a student who was erased: my own list.csv, ~$broken.xlsx" in caplog.text


def test_erasing_is_tried_again_where_the_folder_cannot_be_read(
    followed: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(followed.site, followed.course.id)
    assert followed.settled()

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", refuse)
        followed.site.students.remove("1")
        assert not followed.settled()
    assert "reports" in followed.reporting.problems
    followed.reporting.tick()
    assert followed.settled()
    assert followed.reporting.problems == {}
    assert "Eileen Collins" not in texts(followed.where)


class TestCancelled:
    """The report of a session that did not take place goes, and is back when it is restored."""

    def test_its_files_go_and_the_courses_is_written_again(self, followed: Followed) -> None:
        site, cancelling = followed.site, Cancelling(followed.site.store, followed.clock)
        kept = hold(site, followed.course.id, **{"1": "present"})
        followed.clock.advance(hours=2)
        off = hold(site, followed.course.id, **{"2": "present"})
        assert followed.settled()
        assert len(followed.files()) == 5
        strange = followed.where / f"notes {off.day} {mark_of(off.id)}.txt"
        strange.write_text("somebody else's")
        cancelling.cancel(off.id, by="t1")
        assert followed.settled()
        strange.unlink()
        assert [name for name in followed.files() if " 2026-" in name] == [
            "Physics a b 2026-11-23 10.00.csv",
            "Physics a b 2026-11-23 10.00.xlsx",
        ]
        assert kept.day == off.day
        assert len(followed.columns()) == 1
        cancelling.restore(off.id, by="t1")
        assert followed.settled()
        assert len(followed.files()) == 5
        assert len(followed.columns()) == 2

    def test_files_that_a_crash_left_go_at_the_next_start(self, followed: Followed) -> None:
        off = hold(followed.site, followed.course.id, **{"1": "present"})
        assert followed.settled()
        Cancelling(followed.store, followed.clock).cancel(off.id, by="t1")  # nobody follows this store
        assert len(followed.files()) == 3
        followed.reporting.start()
        assert followed.settled()
        assert followed.files() == ["Physics a b.xlsx"]

    def test_one_that_was_only_planned_leaves_the_folder_alone(self, followed: Followed) -> None:
        plan = followed.site.class_sessions.plan
        planned = plan(followed.course.id, day="2026-11-24", start="09:00", minutes=60, by="t1")
        Cancelling(followed.site.store, followed.clock).cancel(planned.id, by="t1")
        assert followed.settled()
        assert not followed.where.exists()
