"""Five hundred students on a phone: a search and a page of rows, while the board goes on living."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import FilePayload, Page, expect

from attendance.values import MarkStatus, Review, ReviewCandidate, ReviewReason, Role, Session
from tests.browser.album import SIZES, Album
from tests.browser.barriers import barriers_of
from tests.browser.classroom import Classroom, classroom_in
from tests.browser.conftest import LAPTOP, PHONE, Visit

pytestmark = pytest.mark.browser

STUDENTS = 500
MOST_SCREENS = 15
PAGE = 40  # rows of a board
MANY_REVIEWS = 30
ONE_ROW = 64  # px: the navigation of a phone


@pytest.fixture(scope="module")
def classroom(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Classroom]:
    """A lecture of five hundred, with a closed session and an open one, and many check-ins to review."""
    names = [f"Student {number}" for number in range(1, STUDENTS + 1)]
    with classroom_in(tmp_path_factory.mktemp("lecture"), models, names=names) as opened:
        register = opened.register
        closed = register.class_sessions.open_now(opened.course.id, by="office")
        register.closing.close(closed.id, by="office")
        opened.clock.advance(minutes=90)
        session = register.class_sessions.open_now(opened.course.id, by="office")
        for number, student in enumerate(register.students.all()[-MANY_REVIEWS:]):
            candidates = (ReviewCandidate(student.id, 0.0),)
            review = Review(f"r{number}", session.id, ReviewReason.CODE, candidates, opened.clock.now())
            register.store.hold_review(review)
        yield opened


@pytest.fixture
def session(classroom: Classroom) -> Session:
    return classroom.session()


def board_of(classroom: Classroom, session: Session) -> str:
    return f"{classroom.base}/teach/sessions/{quote(session.id)}/board"


def screens(page: Page) -> float:
    """How tall a page is, in screens of a phone."""
    height: int = page.evaluate("document.documentElement.scrollHeight")
    return height / PHONE["height"]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_no_page_is_taller_than_a_few_screens(
    signed_in: Visit, classroom: Classroom, session: Session, album: Album, *, scripts: bool
) -> None:
    page = signed_in(Role.TEACHER, viewport=PHONE, java_script_enabled=scripts).page
    held = classroom.register.store.sessions_of(classroom.course.id)[0]
    paths = {
        "board": board_of(classroom, session).removeprefix(classroom.base),
        "reviews": "/teach/reviews/",
        "students": "/teach/students/",
        "consents": f"/teach/students/consent?course={classroom.course.id}&all=yes",
        "course": f"/teach/courses/{classroom.course.id}",
        "report": f"/teach/reports/courses/{classroom.course.id}",
        "session-report": f"/teach/reports/sessions/{quote(held.id)}",
        "notices": "/teach/notices/",
    }
    for name, path in paths.items():
        page.goto(classroom.base + path)
        assert screens(page) <= MOST_SCREENS, name
        if scripts:
            album.keep(page, f"500-{name}", sizes=("phone", "desktop"), whole=False)
        if scripts and name == "consents":
            assert barriers_of(page) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_pages_that_answer_a_form_are_turned_by_a_script_or_whole(
    signed_in: Visit, classroom: Classroom, *, scripts: bool
) -> None:
    page = signed_in(Role.TEACHER, viewport=PHONE, java_script_enabled=scripts).page

    def check(rows: str) -> None:
        expect(page.locator(f"{rows} tbody tr:visible")).to_have_count(PAGE if scripts else STUDENTS)
        if scripts:
            assert screens(page) <= MOST_SCREENS
            page.get_by_role("link", name="Next").click()
            expect(page.get_by_role("status").filter(has_text=f"{PAGE + 1}–")).to_be_visible()  # noqa: RUF001 - a dash

    page.goto(f"{classroom.base}/teach/students/consent?course={classroom.course.id}&all=yes")
    page.get_by_role("button", name="Record consent").click()
    expect(page.get_by_text("Note in 1 to 200 characters")).to_be_visible()
    check("#student-rows")
    page.goto(f"{classroom.base}/teach/students/roster?course={classroom.course.id}")
    lines = "".join(f"n{number},Student {number}\n" for number in range(1, STUDENTS + 1))
    file = FilePayload(name="list.csv", mimeType="text/csv", buffer=b"roll_no,name\n" + lines.encode())
    page.get_by_label("The file").set_input_files(file)
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_role("button", name=f"Import {STUDENTS} students")).to_be_visible()
    check("#list-lines")


def test_a_board_on_a_phone_is_searched_turned_and_marked(
    signed_in: Visit, classroom: Classroom, session: Session
) -> None:
    visitor = signed_in(Role.TEACHER, viewport=PHONE)
    page, register = visitor.page, classroom.register
    page.goto(board_of(classroom, session))
    page.locator("#live", has_text="Live").wait_for()
    rows = page.locator("#out > .pupil:visible")
    out = page.get_by_role("navigation", name="Pages of those who are not here")
    expect(rows).to_have_count(PAGE)
    expect(out).to_contain_text(f"1–{PAGE} of {STUDENTS}")  # noqa: RUF001 - a dash
    out.get_by_role("link", name="Next").click()
    expect(rows.first).to_contain_text("Student 41")
    expect(page.locator("#out > .pupil:visible a").first).to_be_focused()
    # A tap far down: what it did, and its undo on one line, are in sight.
    undo = page.locator("#done").get_by_role("button", name="Undo")
    page.get_by_role("button", name="Student 75: Late", exact=True).click()
    expect(undo).to_be_in_viewport(ratio=1)
    assert undo.evaluate("button => button.getClientRects()[0].height") < 60, "the word is broken"
    undo.click()
    expect(rows).to_have_count(PAGE)
    page.get_by_role("searchbox").fill("student 499")
    expect(rows).to_have_count(1)
    expect(out).to_be_hidden()
    for status in ("Late", "Excused", "Absent"):
        button = page.get_by_role("button", name=f"Student 499: {status}")
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44, "too small for a thumb"
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(button).to_be_focused()
    undo.click()
    expect(page.get_by_role("button", name="Student 499: Excused")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("searchbox").fill("nobody of this name")
    assert "Nobody in this list matches." in page.locator("#out").evaluate(
        "list => getComputedStyle(list, '::before').content"
    )
    page.get_by_role("searchbox").fill("")
    expect(rows).to_have_count(PAGE)
    # Somebody on another page comes, and somebody on this one goes: both lists stay pages.
    register.marking.mark("450", MarkStatus.PRESENT, by="office", session=session)
    register.marking.mark("1", MarkStatus.PRESENT, by="office", session=session)
    expect(page.locator("#in > .pupil:visible")).to_have_count(2)
    expect(rows).to_have_count(PAGE)
    expect(rows.first).to_contain_text("Student 2")
    expect(out).to_contain_text(f"of {STUDENTS - 2}")
    # By keyboard through the list: the focus goes on with the next row there.
    page.get_by_role("button", name="Student 2: Present", exact=True).press("Enter")
    expect(page.get_by_role("button", name="Student 3: Present", exact=True)).to_be_focused()
    assert barriers_of(page) == []
    page.set_viewport_size(LAPTOP)
    expect(page.locator("#out > .pupil:visible")).to_have_count(STUDENTS - 3)
    assert visitor.complaints == []


def test_everyone_without_a_mark_is_present_and_then_not(
    signed_in: Visit, classroom: Classroom, session: Session
) -> None:
    page = signed_in(Role.TEACHER, viewport=PHONE).page
    page.goto(board_of(classroom, session))
    page.locator("#live", has_text="Live").wait_for()
    here = page.locator(".count-here [data-count=here]")
    before = here.inner_text()
    page.get_by_role("button", name="Mark the rest present").click()
    expect(here).to_have_text(str(STUDENTS - 1))  # one is excused
    expect(page.locator("#in > .pupil:visible")).to_have_count(PAGE)
    page.locator("#done").get_by_role("button", name="Undo").click()
    expect(here).to_have_text(before)


def test_without_scripts_links_turn_and_a_form_searches(
    signed_in: Visit, classroom: Classroom, session: Session
) -> None:
    page = signed_in(Role.TEACHER, viewport=PHONE, java_script_enabled=False).page
    page.goto(board_of(classroom, session))
    out = page.get_by_role("navigation", name="Pages of those who are not here")
    out.get_by_role("link", name="Next").click()
    expect(page.locator("#out > .pupil:visible")).to_have_count(PAGE)
    expect(page.locator("#out > .pupil:visible").first).to_contain_text(re.compile(r"Student 4\d "))
    page.get_by_role("searchbox").fill("student 498")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.locator("#out > .pupil:visible")).to_have_count(1)
    page.get_by_role("button", name="Student 498: Late").click()
    expect(page.get_by_text("Student 498: Late.")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_navigation_of_a_phone_is_one_row_and_leads_everywhere(
    signed_in: Visit, classroom: Classroom, *, scripts: bool
) -> None:
    page = signed_in(Role.TEACHER, viewport=PHONE, java_script_enabled=scripts).page
    for size in ("phone", "small"):
        page.set_viewport_size(SIZES[size])
        page.goto(f"{classroom.base}/teach/")
        box = page.locator("header.top").bounding_box()
        assert box is not None
        assert box["height"] <= ONE_ROW
        expect(page.get_by_role("button", name="Log out")).to_be_in_viewport(ratio=1)
        expect(page.get_by_role("link", name="The teacher")).to_be_in_viewport(ratio=1)
        main = page.get_by_role("navigation", name="Main")
        for place in ("Courses", "Students", "Reviews", "Reports", "Notices", "Today"):
            main.get_by_text("Menu").click()
            main.get_by_role("link", name=place, exact=True).click()
            expect(page.get_by_role("heading", level=1)).to_contain_text(place)
    page.wait_for_load_state("load")
    main.get_by_text("Menu").press("Enter")
    expect(main.get_by_role("link", name="Reports")).to_be_visible()
    if scripts:
        main.get_by_role("link", name="Today").press("Escape")
        expect(main.get_by_role("link", name="Today")).to_be_hidden()
