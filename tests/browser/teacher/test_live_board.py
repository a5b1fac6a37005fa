"""Two boards fill while students come, and a held check-in is decided with one key."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from attendance.values import MarkStatus, Review, ReviewCandidate, ReviewReason, Role, Session
from tests.browser.classroom import COLLINS, HOPPER, Classroom
from tests.browser.conftest import PHONE, Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def session(classroom: Classroom) -> Iterator[Session]:
    """A session that has just been opened."""
    opened = classroom.register.class_sessions.open_now(classroom.course.id, by="office")
    yield opened
    classroom.register.closing.close(opened.id, by="office")


def open_board(page: Page, classroom: Classroom, session: Session) -> Page:
    """The board, once it listens."""
    page.goto(f"{classroom.base}/teach/sessions/{quote(session.id)}/board")
    page.locator("#live", has_text="Live").wait_for()
    return page


def test_two_boards_fill_without_reloading(signed_in: Visit, classroom: Classroom, session: Session) -> None:
    boards = [
        open_board(visitor.page, classroom, session)
        for visitor in (signed_in(Role.TEACHER), signed_in(Role.TEACHER, viewport=PHONE))
    ]
    for board in boards:
        board.evaluate("window.sameDocument = true")
    roll_number = classroom.register.students.by_id(classroom.student_id(HOPPER)).roll_number
    classroom.register.marking.mark(roll_number, MarkStatus.PRESENT, by="office", session=session)
    for board in boards:
        board.locator("#in", has_text=HOPPER).wait_for()
        expect(board.locator("#out", has_text=HOPPER)).to_have_count(0)
        expect(board.locator(".count-here [data-count=here]")).to_have_text("1")
        assert board.evaluate("window.sameDocument")


def test_an_undo_by_keyboard_keeps_the_place_on_the_page(
    signed_in: Visit, classroom: Classroom, session: Session
) -> None:
    board = open_board(signed_in(Role.TEACHER).page, classroom, session)
    board.get_by_role("button", name=f"{COLLINS}: Late").press("Enter")
    board.locator("#done").get_by_role("button", name="Undo").press("Enter")
    expect(board.locator("#done")).to_contain_text("Undone.")
    expect(board.locator("#done")).to_be_focused()


def test_one_key_decides_and_only_where_the_focus_is(
    signed_in: Visit, classroom: Classroom, session: Session
) -> None:
    register, student = classroom.register, classroom.student_id(COLLINS)
    register.store.hold_review(
        Review(
            id="held-for-the-keyboard",
            session_id=session.id,
            reason=ReviewReason.CODE,
            candidates=(ReviewCandidate(student, 0.0),),
            created_at=register.clock.now(),
        )
    )
    teacher = signed_in(Role.TEACHER)
    board = open_board(teacher.page, classroom, session)
    teacher.requests.clear()
    board.locator("body").press("1")
    board.locator("#find").press("1")
    assert register.store.mark(session.id, student) is None
    board.locator("#find").fill("")
    board.locator(".held").first.focus()
    board.keyboard.press("1")
    board.locator("#in", has_text=COLLINS).wait_for()
    expect(board.locator("#waiting")).to_be_hidden()
    assert teacher.requests.count("POST fetch") == 1
    mark = register.store.mark(session.id, student)
    assert mark is not None
    assert mark.history[-1].note.endswith("accepted")


def test_here_and_undo_without_leaving_the_page(
    signed_in: Visit, classroom: Classroom, session: Session
) -> None:
    board = open_board(signed_in(Role.TEACHER).page, classroom, session)
    board.get_by_role("button", name=f"{HOPPER}: Present").click()
    board.locator("#in", has_text=HOPPER).wait_for()
    board.locator("#done").get_by_role("button", name="Undo").click()
    board.locator("#out", has_text=HOPPER).wait_for()


def test_a_board_that_is_open_learns_that_its_session_was_cancelled_and_restored(
    signed_in: Visit, classroom: Classroom, session: Session
) -> None:
    page = open_board(signed_in(Role.TEACHER, viewport=PHONE).page, classroom, session)
    classroom.register.cancelling.cancel(session.id, by="office")
    page.get_by_text("This session was cancelled").wait_for()
    expect(page.locator(".board-lists")).to_be_hidden()
    classroom.register.cancelling.restore(session.id, by="office")
    expect(page.locator(".board-lists")).to_be_visible()
    expect(page.get_by_text("This session was cancelled")).to_have_count(0)
