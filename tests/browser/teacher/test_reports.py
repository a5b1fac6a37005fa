"""A teacher opens a report, chooses other days, corrects a mark, downloads and prints."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from urllib.parse import quote

import pytest
from openpyxl import load_workbook
from playwright.sync_api import FloatRect, Locator, Page, expect

from attendance.values import MarkStatus, Role, Session
from tests.browser.album import SIZES, Album
from tests.browser.barriers import barriers_of, sideways_on_a_small_phone
from tests.browser.classroom import COLLINS, HOPPER, Classroom, classroom_in
from tests.browser.conftest import LAPTOP, Visit, Visitor

pytestmark = pytest.mark.browser

NAMES = (COLLINS, HOPPER, "Student Three", "Student Four")
WEEKS = 6


@pytest.fixture(scope="module")
def classroom(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Classroom]:
    """A course that met once a week; Grace Hopper came the first time only."""
    with classroom_in(tmp_path_factory.mktemp("reports"), models, names=NAMES) as opened:
        register = opened.register
        opened.clock.advance(days=-7 * WEEKS)
        for week in range(WEEKS):
            session = register.class_sessions.open_now(opened.course.id, by="office")
            for number in (1, 3, 4):
                register.marking.mark(str(number), MarkStatus.PRESENT, by="office", session=session)
            if week == 0:
                register.marking.mark("2", MarkStatus.PRESENT, by="office", session=session)
            opened.clock.advance(minutes=20)
            register.closing.close(session.id, by="office")
            opened.clock.advance(days=7, minutes=-20)
        yield opened


def sessions_of(classroom: Classroom) -> list[Session]:
    return classroom.register.store.sessions_of(classroom.course.id)


def report_of(classroom: Classroom) -> str:
    return f"{classroom.base}/teach/reports/courses/{classroom.course.id}"


def sessions_held(page: Page) -> Locator:
    """Their number on the report of a course."""
    return page.locator(".count", has_text="held").locator("b")


def row_of(page: Page, name: str) -> str:
    page.wait_for_load_state()  # how cells are told apart in its text is for the stylesheet to say
    row = page.locator("#student-rows tbody tr", has_text=name)
    return " ".join(row.inner_text().split())


def test_a_report_is_one_click_away_and_other_days_one_more(signed_in: Visit, classroom: Classroom) -> None:
    page = signed_in(Role.TEACHER).page
    page.goto(f"{classroom.base}/teach/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Reports").click()
    page.get_by_role("row", name="Physics").get_by_role("link", name="Physics").click()
    expect(sessions_held(page)).to_have_text(str(WEEKS))
    expect(page.locator('svg[role="img"] .bar')).to_have_count(WEEKS + 2)
    sessions = sessions_of(classroom)
    page.get_by_label("First day").fill(sessions[1].day)
    page.get_by_label("Last day").fill(sessions[2].day)
    page.get_by_role("button", name="Show these days").click()
    expect(sessions_held(page)).to_have_text("2")
    assert row_of(page, HOPPER) == f"{HOPPER} 2 0 0 2 0 0.0 % 2 Below"
    page.get_by_role("link", name="All", exact=True).click()
    expect(sessions_held(page)).to_have_text(str(WEEKS))


def test_a_correction_on_the_board_changes_the_report(signed_in: Visit, classroom: Classroom) -> None:
    visitor = signed_in(Role.TEACHER)
    page = visitor.page
    page.goto(report_of(classroom))
    assert row_of(page, HOPPER) == f"{HOPPER} 2 1 0 5 0 16.7 % 5 Below"
    session = sessions_of(classroom)[-1]
    page.goto(f"{classroom.base}/teach/sessions/{quote(session.id)}/board")
    page.get_by_role("button", name=f"{HOPPER}: Present").click()
    page.locator("#in", has_text=HOPPER).wait_for()
    page.get_by_role("link", name="Report", exact=True).click()
    page.wait_for_url("**/teach/reports/sessions/**")
    assert "Present" in row_of(page, HOPPER)
    page.get_by_role("link", name="Report of the course").click()
    page.wait_for_url("**/teach/reports/courses/**")
    assert row_of(page, HOPPER) == f"{HOPPER} 2 2 0 4 0 33.3 % 0 Below"
    assert visitor.complaints == []
    classroom.register.marking.mark("2", MarkStatus.ABSENT, by="office", session=session)


def test_an_open_board_offers_the_report_as_soon_as_the_session_is_closed(
    signed_in: Visit, classroom: Classroom
) -> None:
    register = classroom.register
    course = register.courses.add("Chemistry", roster=["1", "2"])
    session = register.class_sessions.open_now(course.id, by="office")
    page = signed_in(Role.TEACHER).page
    page.goto(f"{classroom.base}/teach/sessions/{quote(session.id)}/board")
    page.locator("#live", has_text="Live").wait_for()
    report = page.get_by_role("link", name="Report", exact=True)
    expect(report).to_have_count(0)
    register.closing.close(session.id, by="office")
    report.click()
    page.wait_for_url("**/teach/reports/sessions/**")
    assert "Absent" in row_of(page, HOPPER)


def test_the_excel_file_holds_the_same(signed_in: Visit, classroom: Classroom, tmp_path: Path) -> None:
    page = signed_in(Role.TEACHER).page
    page.goto(report_of(classroom))
    with page.expect_download() as coming:
        page.get_by_role("link", name="Excel").click()
    download = coming.value
    assert download.suggested_filename.startswith("Physics ")
    assert download.suggested_filename.endswith(".xlsx")
    download.save_as(tmp_path / "report.xlsx")
    book = load_workbook(tmp_path / "report.xlsx", data_only=True)
    rows = [
        [cell for cell in row if cell is not None] for row in book.worksheets[0].iter_rows(values_only=True)
    ]
    assert any(HOPPER in row and any(cell == pytest.approx(1 / 6) for cell in row) for row in rows)


def test_the_table_is_sorted_and_sifted(signed_in: Visit, classroom: Classroom) -> None:
    page = signed_in(Role.TEACHER).page
    page.goto(report_of(classroom))
    rows = page.locator("#student-rows tbody tr")
    page.locator("#student-rows").get_by_role("button", name="Attendance").click()
    expect(rows.first.locator("th")).to_have_text(HOPPER)
    page.locator("#student-rows").get_by_role("button", name="Attendance").click()
    expect(rows.last.locator("th")).to_have_text(HOPPER)
    shown = rows.filter(visible=True)
    page.get_by_label("Only below 75 %").check()
    expect(shown).to_have_count(1)
    page.get_by_label("Find a student").fill("collins")
    expect(shown).to_have_count(0)
    page.get_by_label("Only below 75 %").uncheck()
    expect(shown.locator("th")).to_have_text([COLLINS])


def test_without_a_script_the_report_is_whole_and_offers_nothing_that_needs_one(
    signed_in: Visit, classroom: Classroom
) -> None:
    page = signed_in(Role.TEACHER, java_script_enabled=False).page
    page.goto(report_of(classroom))
    expect(page.locator("#student-rows tbody tr")).to_have_count(len(NAMES))
    expect(page.get_by_role("button", name="Print")).to_have_count(0)
    page.get_by_label("Find a student").fill(HOPPER)
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.locator("#student-rows tbody tr:visible")).to_have_count(1)
    page.get_by_label("Last day").fill(sessions_of(classroom)[0].day)
    page.get_by_role("button", name="Show these days").click()
    expect(sessions_held(page)).to_have_text("1")


def test_the_print_button_prints_and_paper_has_no_navigation(signed_in: Visit, classroom: Classroom) -> None:
    page = signed_in(Role.TEACHER).page
    page.goto(report_of(classroom))
    page.evaluate("() => { window.printed = 0; window.print = () => { window.printed += 1; }; }")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed") == 1
    page.emulate_media(media="print")
    for hidden in ("header.top", ".ranges", ".actions", "#find"):
        expect(page.locator(hidden).first).to_be_hidden()
    for shown in ("#student-rows thead tr.print-only", "svg[role=img] >> nth=0", ".grid-table"):
        expect(page.locator(shown).first).to_be_visible()
    assert page.locator("#student-rows thead").evaluate("one => getComputedStyle(one).display") == (
        "table-header-group"
    )
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_no_two_words_of_a_plot_run_into_each_other(
    signed_in: Visit, classroom: Classroom, size: str
) -> None:
    course = classroom.register.courses.add(f"Algebra {size}", roster=["1", "2"])
    sessions = 60
    classroom.clock.advance(days=-sessions)
    for _ in range(sessions):
        session = classroom.register.class_sessions.open_now(course.id, by="office")
        classroom.register.marking.mark("1", MarkStatus.PRESENT, by="office", session=session)
        classroom.register.closing.close(session.id, by="office")
        classroom.clock.advance(days=1)
    page = signed_in(Role.TEACHER, viewport=SIZES[size]).page
    page.goto(f"{classroom.base}/teach/reports/courses/{course.id}?range=all")
    expect(page.locator("svg.plot").first.locator(".bar")).to_have_count(sessions)
    for plot in page.locator("svg.plot").all():
        words = [one.bounding_box() for one in plot.locator("text").all()]
        assert len(words) > 4
        frame = plot.bounding_box()
        assert all(_inside(word, frame) for word in words)
        assert not [pair for pair in combinations(words, 2) if _overlap(*pair)]


def test_how_reports_look(signed_in: Visit, classroom: Classroom, album: Album) -> None:
    visitor = signed_in(Role.TEACHER)
    for name, path in _pages(classroom).items():
        visitor.page.goto(classroom.base + path)
        album.keep(visitor.page, f"report-{name}")
    assert visitor.complaints == []


def test_no_report_has_barriers(signed_in: Visit, classroom: Classroom) -> None:
    visitor = signed_in(Role.TEACHER)
    found = []
    for path in (*_pages(classroom).values(), "/teach/reports/?first=x"):
        visitor.page.set_viewport_size(LAPTOP)
        visitor.page.goto(classroom.base + path)
        found += [f"{path}: {line}" for line in _barriers(visitor)]
    assert found == []


def _inside(word: FloatRect | None, frame: FloatRect | None) -> bool:
    assert word is not None
    assert frame is not None
    return word["x"] >= frame["x"] - 1 and word["x"] + word["width"] <= frame["x"] + frame["width"] + 1


def _overlap(one: FloatRect | None, other: FloatRect | None) -> bool:
    assert one is not None
    assert other is not None
    return (
        one["x"] < other["x"] + other["width"]
        and other["x"] < one["x"] + one["width"]
        and one["y"] < other["y"] + other["height"]
        and other["y"] < one["y"] + one["height"]
    )


def _barriers(visitor: Visitor) -> list[str]:
    return barriers_of(visitor.page) + sideways_on_a_small_phone(visitor.page)


def _pages(classroom: Classroom) -> dict[str, str]:
    session = quote(sessions_of(classroom)[-1].id)
    return {
        "index": "/teach/reports/",
        "course": f"/teach/reports/courses/{classroom.course.id}",
        "session": f"/teach/reports/sessions/{session}?how=yes",
        "student": f"/teach/reports/students/{classroom.student_id(HOPPER)}",
        "empty": f"/teach/reports/courses/{classroom.course.id}?first=2001-01-01&last=2001-01-02",
    }
