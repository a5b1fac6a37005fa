"""A teacher looks around and calls out names on the board, by tap and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from attendance.presence.room_pictures import PictureKey
from attendance.values import MarkStatus, Role, Session
from tests.browser.classroom import COLLINS, HOPPER, Classroom
from tests.browser.conftest import PHONE, Visit
from tests.client.by_phone import by_phone

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}


@pytest.fixture
def session(classroom: Classroom) -> Iterator[Session]:
    """A session in which everybody has checked in by phone, but two are in no photo of the room."""
    register = classroom.register
    opened = register.class_sessions.open_now(classroom.course.id, by="office")
    for student in register.students.all():
        assert register.store.insert_mark(by_phone(opened, student.id))
    missing = {classroom.student_id(COLLINS), classroom.student_id(HOPPER)}
    seen = {student.id for student in register.students.all()} - missing
    register.presence.pictures.note(opened.id, PictureKey(register.clock.now(), "office"), seen)
    yield opened
    register.closing.close(opened.id, by="office")


def open_board(page: Page, classroom: Classroom, session: Session) -> Page:
    """The board, once it listens."""
    page.goto(f"{classroom.base}/teach/sessions/{quote(session.id)}/board")
    page.locator("#live", has_text="Live").wait_for()
    return page


def status_of(classroom: Classroom, session: Session, name: str) -> MarkStatus | None:
    """What the register says."""
    mark = classroom.register.store.mark(session.id, classroom.student_id(name))
    return mark.status if mark else None


def test_a_tap_answers_and_an_undo_brings_the_name_back(
    signed_in: Visit, classroom: Classroom, session: Session
) -> None:
    board = open_board(signed_in(Role.TEACHER, viewport=PHONE).page, classroom, session)
    room = board.locator("#room")
    expect(room).to_contain_text("5 students checked in by phone. 3 of them were seen.")
    expect(room.locator(".seek")).to_have_count(2)
    room.get_by_role("button", name=f"{COLLINS}: Not here").click()
    expect(room.locator(".seek")).to_have_count(1)
    assert status_of(classroom, session, COLLINS) is MarkStatus.ABSENT
    board.locator("#done").get_by_role("button", name="Undo").click()
    expect(room.locator(".seek")).to_have_count(2)
    assert status_of(classroom, session, COLLINS) is MarkStatus.PRESENT


def test_who_answers_by_keyboard_goes_on_with_the_next_name(
    signed_in: Visit, classroom: Classroom, session: Session
) -> None:
    board = open_board(signed_in(Role.TEACHER).page, classroom, session)
    room = board.locator("#room")
    room.get_by_role("button", name=f"{COLLINS}: Here").press("Enter")
    expect(room.locator(".seek")).to_have_count(1)
    expect(room.get_by_role("button", name=f"{HOPPER}: Here")).to_be_focused()


def test_a_spot_check_stays_after_a_reload_and_fits_a_narrow_phone(
    signed_in: Visit, classroom: Classroom, session: Session
) -> None:
    board = open_board(signed_in(Role.TEACHER, viewport=NARROW).page, classroom, session)
    room = board.locator("#room")
    room.get_by_role("button", name="Spot check: three names").click()
    called = room.locator("[id^=seek-calling]")
    expect(called).to_have_count(3)
    ids = called.evaluate_all("cards => cards.map(card => card.id)")
    board.reload()
    assert called.evaluate_all("cards => cards.map(card => card.id)") == ids
    for name in ids:
        card = board.locator(f"#{name}")
        card.get_by_role("button", name="Here").first.click()
        expect(card.locator("form")).to_have_count(0)
        expect(card).to_contain_text("Here")
    expect(room.get_by_role("button", name="Three more names")).to_be_visible()
    assert board.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
