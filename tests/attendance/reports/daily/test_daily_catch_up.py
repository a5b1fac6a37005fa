"""Lines of a daily list that a crash lost come back some time after the next start."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from attendance.people.new_student import NewStudent
from attendance.reports.automatic_reports import CATCHES_UP_AFTER, Reporting
from attendance.reports.daily.daily_csv import lines_of
from attendance.settings.settings import Settings
from attendance.values import MarkStatus
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.new_store import new_store
from tests.attendance.site import ZONE, Site, enrol_two, open_site

DAY = date(2026, 11, 23)


class CrashedSite:
    """A site whose process was killed after two marks, before their lines were written.

    Args:
        folder: of the site.
    """

    def __init__(self, folder: Path) -> None:
        self.clock = FrozenClock()
        self.settings = Settings(config=folder, models=folder, data=folder / "data", time_zone=ZONE)
        self.store = new_store(folder / "data" / "a.sqlite3")
        self.site: Site = open_site(folder, store=self.store, clock=self.clock)
        enrol_two(self.site)
        for roll in ("1", "2"):
            self.site.marking.mark(roll, MarkStatus.PRESENT, by="teacher", session=self.site.session)
            self.clock.advance(seconds=1)

    def started(self) -> Reporting:
        """What the next process writes."""
        reporting = Reporting(self.settings, self.store, self.clock)
        reporting.start()
        return reporting

    def wait(self, *all_of_them: Reporting) -> None:
        """Let the time pass until they look."""
        self.clock.advance(seconds=CATCHES_UP_AFTER)
        for reporting in all_of_them:
            reporting.tick()

    def lines(self) -> list[str]:
        """The list without its head."""
        return list(lines_of(self.settings.data / "Attendance" / f"attendance_{DAY}.csv"))


@pytest.fixture
def crashed(tmp_path: Path) -> CrashedSite:
    return CrashedSite(tmp_path)


def test_they_are_appended_once_by_whichever_process_comes_first(crashed: CrashedSite) -> None:
    one, other = crashed.started(), crashed.started()
    one.tick()
    assert crashed.lines() == [], "another process may be writing them at this moment"
    crashed.wait(one, other)
    assert [line.split(",")[0] for line in crashed.lines()] == ["1", "2"]
    crashed.wait(one, other, crashed.started())
    assert len(crashed.lines()) == 2


def test_lines_that_are_there_stay_though_the_name_was_changed(crashed: CrashedSite) -> None:
    crashed.wait(crashed.started())
    before = crashed.lines()
    student = crashed.site.student("1")
    crashed.site.students.change(student.id, NewStudent("1", "Another Name"), active=True)
    crashed.wait(crashed.started())
    assert crashed.lines() == before


def test_marks_from_after_the_start_are_left_to_who_writes_them(crashed: CrashedSite) -> None:
    reporting = crashed.started()
    crashed.site.marking.mark("1", MarkStatus.ABSENT, by="teacher", session=crashed.site.session)
    crashed.site.marking.mark("1", MarkStatus.PRESENT, by="teacher", session=crashed.site.session)
    crashed.wait(reporting)
    assert [line.split(",")[0] for line in crashed.lines()] == ["2"]


def test_a_folder_that_can_not_be_written_is_a_problem_that_is_shown(crashed: CrashedSite) -> None:
    (crashed.settings.data / "Attendance").write_text("no folder")
    reporting = crashed.started()
    crashed.wait(reporting)
    assert "daily_csv" in reporting.problems
